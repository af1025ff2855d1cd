// The table of the points: for those who do not see the map, and for all where it cannot be drawn.

const ROWS = 100;
let firstRow = 0;

function openTable() {
  uncoverTable(true);
  closeButton.hidden = map.failure !== null;
  turnTable(-firstRow);
}

function enterTable() {
  openTable();
  tableScroll.focus();
}

function closeTable() {
  if (map.failure) return;
  uncoverTable(false);
  tableButton.focus();
}

// The keyboard does not reach what the table covers.
function uncoverTable(isOpen) {
  tableSection.hidden = !isOpen;
  tableButton.setAttribute("aria-expanded", String(isOpen));
  const isCovering = isOpen && !map.failure;
  for (const covered of [surface, nearBox, ...root.querySelectorAll(".tools, .zoom")]) covered.inert = isCovering;
}

function turnTable(rows) {
  firstRow += rows;
  tableScroll.scrollTop = 0;
  fillTable();
}

// Those that the filters let through; the rows follow the points.
function listedIndices() {
  const count = map.points?.count ?? 0;
  return Array.from({ length: count }, (_, i) => i).filter((i) => isVisible(map, i));
}

async function fillTable() {
  const listed = listedIndices();
  const indices = listed.slice(firstRow, firstRow + ROWS);
  showRange(listed.length, indices.length);
  const rows = indices.map(tableRow);
  tableSection.querySelector("tbody").replaceChildren(...rows);
  if (!indices.length) return;
  const descriptions = await describePoints(indices);
  rows.forEach((row, k) => nameRow(row, descriptions[k]?.title || `Post ${indices[k] + 1}`));
}

function nameRow(row, name) {
  row.querySelector("button").textContent = name.slice(0, LONGEST_TEXT);
}

function showRange(count, rows) {
  const last = firstRow + rows;
  const more = count > last ? `, and ${formatted(count - last)} more` : "";
  const range = `Posts ${formatted(firstRow + 1)} to ${formatted(last)} of ${formatted(count)}${more}`;
  tableSection.querySelector(".table-range").textContent = count ? range : "No posts";
  tableSection.querySelector(".previous").disabled = firstRow === 0;
  tableSection.querySelector(".next").disabled = last >= count;
  tableSection.querySelector(".table-group").textContent = map.coloring.title || "group";
}

function tableRow(index) {
  const row = document.createElement("tr");
  const head = document.createElement("th");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: "…", dir: "auto" });
  button.addEventListener("click", () => select(index));
  head.scope = "row";
  head.append(button);
  const [x, y] = [0, 1].map((axis) => map.points.coordinates[2 * index + axis].toFixed(2));
  row.append(head, ...[groupNameOf(index), x, y].map(tableCell));
  return row;
}

function tableCell(text) {
  const cell = document.createElement("td");
  cell.dir = "auto";
  cell.textContent = text;
  return cell;
}

function groupNameOf(index) {
  const { isScale, codes, names, rest } = map.coloring;
  if (!isScale) return names[codes[index]] ?? rest;
  return codes[index] < 0 ? "none" : valueOfLevel({ ...map.coloring, top: RAMP_STEPS }, codes[index] + 1).toFixed(2);
}
