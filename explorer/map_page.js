// The page around a map that is read from a file: search, the post that is read, and the reader's theme.

const { props, ids, subjects, beginnings, newsgroups, newsgroup_of: newsgroupOf } =
  JSON.parse(document.querySelector("#posts").textContent);
const [place, input, found, aside] = ["#map", "input[type=search]", ".found", "aside"].map((selector) => (
  document.querySelector(selector)));
const searched = subjects.map((subject, index) => `${subject}\n${beginnings[index]}`.toLowerCase());
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Map();

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

const packedBits = (mask) => {
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((isSet, index) => { bytes[index >> 3] |= isSet << (index & 7); });
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte));
  return { bits: { type: "uint8", base64: btoa(letters.join("")) }, count: mask.length };
};

const search = () => {
  const wanted = input.value.trim().toLowerCase();
  if (!wanted) {
    found.textContent = "";
    change({ shown: false });
    return;
  }
  const mask = searched.map((text) => Number(text.includes(wanted)));
  const count = mask.reduce((sum, isFound) => sum + isFound, 0);
  found.textContent = `${count.toLocaleString("en-US")} of ${mask.length.toLocaleString("en-US")} posts`;
  change({ shown: packedBits(mask) });
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
aside.querySelector("button").addEventListener("click", stopReading);
place.querySelector(".keys").textContent = "Plus and minus zoom, 0 shows all, arrows move. Enter picks points, Escape clears.";
connectMap(
  place,
  (name, event) => ANSWERS[name]?.(event),
  props,
  { describe_points: async (key, indices) => indices.map(describe) },
  (name, callback) => watchers.set(name, callback),
);
