// Building a page from texts: whatever a post holds stays text, and a right-to-left override stays within its own.

const CONTROL = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;
const PICTURES = 0x2400; // where Unicode has a symbol for each control character
const DELETE = 0x7f;

const pictureOf = (character) => {
  const code = character.charCodeAt(0);
  if (code === DELETE) return "\u2421";
  return code < DELETE ? String.fromCharCode(PICTURES + code) : "\ufffd";
};

const visible = (text) => String(text).replace(/\r\n?/g, "\n").replace(CONTROL, pictureOf);

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = visible(text);
  return node;
};

// What a post or its author says: in its own direction.
const quote = (tag, className, text) => {
  const node = make(tag, className, text);
  node.dir = "auto";
  return node;
};

// The parts of the template with these classes.
const find = (...names) => names.map((name) => element.querySelector(`.${name}`));

const makeButton = (className, text, press) => {
  const button = make("button", className, text);
  button.type = "button";
  button.addEventListener("click", press);
  return button;
};

const isGiven = (value) => value !== null && value !== undefined;

const formatted = (count) => count.toLocaleString("en");

const percent = (share) => (share > 0 && share < 0.01 ? "<1%" : `${Math.round(share * 100)}%`);

const swatchOf = (color) => {
  const swatch = make("i", "swatch");
  swatch.style.background = color;
  return swatch;
};

const newsgroupOf = ({ newsgroup, color }) => {
  const label = make("span", "newsgroup");
  label.title = visible(newsgroup);
  label.append(swatchOf(color), quote("span", "", newsgroup));
  return label;
};
