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

const CONTROLS = ":is(button, input, summary, [tabindex]):not(:disabled)";
const controlsOf = (place) => [...place.querySelectorAll(CONTROLS)];
const saidOf = (control) => control.ariaLabel || control.textContent;

// Put nodes in the place of others. Who stands on a control stays on it where it is drawn anew. In a list or a table,
// what has come into its place does as well; elsewhere another control would do what was never asked for.
const replace = (place, ...nodes) => {
  const before = controlsOf(place);
  const at = before.indexOf(document.activeElement);
  const isOfRow = before[at]?.closest("li, tr, [role=group]");
  place.replaceChildren(...nodes);
  if (at < 0) return;
  const after = controlsOf(place);
  const same = after.find((control) => saidOf(control) === saidOf(before[at]));
  (same ?? (isOfRow && after[Math.min(at, after.length - 1)]))?.focus({ preventScroll: true });
};
