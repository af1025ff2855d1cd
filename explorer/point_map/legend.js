// The legend: a button for each group, which shows that group alone or with others; or the ramp of a scale.

const NO_GROUP_COLOR = "var(--body-text-color-subdued)";

function countsOf(codes, groups) {
  const counts = new Array(groups).fill(0);
  for (const code of codes) if (code >= 0) counts[code]++;
  return counts;
}

function formatted(count) {
  return count.toLocaleString("en-US");
}

function spanOf(className, text = "") {
  const span = document.createElement("span");
  span.className = className;
  span.textContent = text;
  return span;
}

function legendEntries({ coloring }) {
  const entries = coloring.names.map((name, code) => (
    { code, name, color: coloring.colors[code], count: coloring.counts[code] }));
  const ungrouped = coloring.codes.length - coloring.counts.reduce((sum, count) => sum + count, 0);
  return ungrouped ? [...entries, { code: -1, name: coloring.rest, color: NO_GROUP_COLOR, count: ungrouped }] : entries;
}

// Whoever stands on an entry stays on it.
function renderLegend(legend, map) {
  const { coloring } = map;
  const { code } = legend.querySelector("li button:focus")?.dataset ?? {};
  legend.hidden = !map.points || !(coloring.isScale || coloring.names.length);
  legend.querySelector("h2").textContent = coloring.title;
  const items = coloring.isScale ? [] : legendEntries(map).map(legendItem);
  legend.querySelector("ul").replaceChildren(...items);
  legend.classList.toggle("of-scale", coloring.isScale);
  legend.querySelector(".scale").hidden = !coloring.isScale;
  if (coloring.isScale) renderScale(legend, map);
  pressButtons(legend, map.chosen);
  legend.querySelector(`[data-code="${code}"]`)?.focus({ preventScroll: true });
}

function renderScale(legend, { coloring: { low, high, ends }, colors }) {
  const stops = colors.filter((_, step) => step % 16 === 0 || step === RAMP_STEPS - 1);
  legend.querySelector(".ramp").style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  [...legend.querySelectorAll(".ticks span")].forEach((tick, k) => {
    tick.textContent = ends.length ? ends[k / 2] ?? "" : (low + ((high - low) * k) / 2).toFixed(2);
  });
}

function legendItem({ code, name, color, count }) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = name;
  button.dataset.code = code;
  const label = spanOf("name", name);
  label.dir = "auto";
  button.append(spanOf("swatch"), label, spanOf("count", formatted(count)));
  button.querySelector(".swatch").style.backgroundColor = color;
  button.addEventListener("click", () => toggleGroup(code));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function pressButtons(legend, chosen) {
  legend.classList.toggle("filtered", chosen.size > 0);
  legend.querySelector(".show-all").disabled = chosen.size === 0;
  for (const button of legend.querySelectorAll("li button")) {
    button.setAttribute("aria-pressed", String(chosen.has(Number(button.dataset.code))));
  }
}

function toggleGroup(code) {
  const chosen = new Set(map.chosen);
  if (!chosen.delete(code)) chosen.add(code);
  choose(chosen);
}

// The map shows it at once; Python is told, and its answer decides.
function choose(chosen) {
  map.chosen = chosen;
  pressButtons(legend, chosen);
  sift();
  const codes = inOrder(chosen);
  tell("chosen", codes);
  trigger("input", { codes, title: map.given.title });
}

function inOrder(codes) {
  return [...codes].sort((one, other) => one - other);
}
