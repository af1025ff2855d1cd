// The legend: a button for each group, which shows that group alone or, with others, in addition.

const NO_GROUP_COLOR = "var(--body-text-color-subdued)";

function countsOf(codes, groups) {
  const counts = new Array(groups).fill(0);
  for (const code of codes) if (code >= 0) counts[code]++;
  return counts;
}

function formatted(count) {
  return count.toLocaleString("en-US");
}

function legendEntries({ coloring }) {
  const entries = coloring.names.map((name, code) => (
    { code, name, color: coloring.colors[code], count: coloring.counts[code] }));
  const ungrouped = coloring.codes.length - coloring.counts.reduce((sum, count) => sum + count, 0);
  return ungrouped ? [...entries, { code: -1, name: "none", color: NO_GROUP_COLOR, count: ungrouped }] : entries;
}

function renderLegend(legend, map, onToggle) {
  legend.hidden = map.coloring.codes.length === 0;
  legend.querySelector("h3").textContent = map.coloring.title;
  const items = legendEntries(map).map((entry) => legendItem(entry, onToggle));
  legend.querySelector("ul").replaceChildren(...items);
  pressButtons(legend, map.chosen);
}

function legendItem({ code, name, color, count }, onToggle) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = name;
  button.dataset.code = code;
  button.append(...["swatch", "name", "count"].map(spanOf));
  button.querySelector(".swatch").style.backgroundColor = color;
  button.querySelector(".name").textContent = name;
  button.querySelector(".count").textContent = formatted(count);
  button.addEventListener("click", () => onToggle(code));
  const item = document.createElement("li");
  item.append(button);
  return item;
}

function spanOf(className) {
  const span = document.createElement("span");
  span.className = className;
  return span;
}

function pressButtons(legend, chosen) {
  legend.classList.toggle("filtered", chosen.size > 0);
  legend.querySelector(".show-all").disabled = chosen.size === 0;
  for (const button of legend.querySelectorAll("li button")) {
    button.setAttribute("aria-pressed", String(chosen.has(Number(button.dataset.code))));
  }
}
