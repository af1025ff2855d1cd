// The page around a map that is read from a file: search, the post that is read, and the reader's theme.

const { props, ids, subjects, beginnings, newsgroups, newsgroup_of: newsgroupOf } =
  JSON.parse(document.querySelector("#posts").textContent);
const [place, input, found, aside] = ["#map", "input[type=search]", ".found", "aside"].map((selector) => (
  document.querySelector(selector)));
const searched = subjects.map((subject, index) => `${subject}\n${beginnings[index]}`.toLowerCase());
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Map();
let matches = [];
let atMatch = -1;

// What Gradio does in the app: props change, and the map is told which.
const change = (changed) => {
  Object.assign(props, changed);
  for (const name of Object.keys(changed)) watchers.get(name)?.();
};

const describe = (index) => (
  { title: subjects[index], label: newsgroups[newsgroupOf[index]], text: beginnings[index] });

// The map takes its theme from the body's class.
const followTheme = () => document.body.classList.toggle("dark", prefersDark.matches);

const read = (index) => {
  const { title, label, text } = describe(index);
  aside.querySelector("h2").textContent = title || ids[index];
  aside.querySelector(".of").textContent = `${label} · ${ids[index]}`;
  aside.querySelector(".says").textContent = text;
  aside.hidden = false;
  change({ marks: { hits: [], selected: index, neighbors: [] } });
};

const stopReading = () => {
  aside.hidden = true;
  change({ marks: false });
};

const counted = (count) => count.toLocaleString("en-US");

const packedBits = (mask) => {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((isSet, index) => { bytes[index >> 3] |= isSet << (index & 7); });
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  return { bits: { type: "uint8", base64: btoa(letters.join("")) }, count: mask.length };
};

const search = () => {
  const wanted = input.value.trim().toLowerCase();
  [matches, atMatch] = [[], -1];
  if (!wanted) {
    found.textContent = "";
    change({ shown: false });
    return;
  }
  const mask = searched.map((text) => Number(text.includes(wanted)));
  mask.forEach((isFound, index) => { if (isFound) matches.push(index); });
  found.textContent = `${counted(matches.length)} of ${counted(mask.length)} posts`;
  change({ shown: packedBits(mask) });
};

// Enter reads what is found one after the other, with Shift backwards.
const readMatch = (step) => {
  if (!matches.length) return;
  atMatch = (Math.max(atMatch + step, -1) + matches.length) % matches.length;
  found.textContent = `${counted(atMatch + 1)} of ${counted(matches.length)} found`;
  read(matches[atMatch]);
};

const clearSearch = () => {
  input.value = "";
  search();
  stopReading();
};

const bySearchKey = (event) => {
  if (event.key === "Enter") readMatch(event.shiftKey ? -1 : 1);
  else if (event.key === "Escape") clearSearch();
  else return;
  event.preventDefault();
};

const byKey = (event) => {
  if (event.key !== "/" || event.target === input || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  input.focus();
};

// A region that is drawn selects nothing here: it is taken off again.
const ANSWERS = {
  select: ({ index }) => read(index),
  clear: stopReading,
  apply: () => change({ region: { polygon: [] } }),
};

followTheme();
prefersDark.addEventListener("change", followTheme);
input.addEventListener("input", search);
input.addEventListener("keydown", bySearchKey);
document.addEventListener("keydown", byKey);
aside.querySelector("button").addEventListener("click", stopReading);
place.querySelector(".keys").textContent = "Plus and minus zoom, 0 shows all, arrows move. Enter picks points, Escape clears, slash searches.";
connectMap(
  place,
  (name, event) => ANSWERS[name]?.(event),
  props,
  { describe_points: async (key, indices) => indices.map(describe) },
  (name, callback) => watchers.set(name, callback),
);
