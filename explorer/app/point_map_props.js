// Reading the props: what they say, whether it fits together, and the message where it does not.

const NO_COLORING = { title: "", codes: new Int32Array(0), names: [], colors: [], counts: [], places: [] };
const NO_MARKS = { hits: [], selected: null, neighbors: [] };
const problems = new Map();
let shownMessage = null;
let counting = null;

function readPoints() {
  const earlier = map.points && { ids: map.points.ids, placed: map.placed, transform: transformOf(map) };
  Object.assign(map, { points: null, move: null });
  if (props.points) map.points = decodedPoints(props.points);
  if (!map.points) return;
  const { coordinates, count } = map.points;
  map.bounds = boundsOf(coordinates);
  map.view = fittedView(map.bounds);
  map.placed = coordinates;
  map.grid = gridOf(coordinates, map.bounds);
  map.order = shuffledOrder(count);
  map.move = earlier?.ids.join() === map.points.ids.join() ? moveFrom(earlier) : null;
  placeNames();
}

function decodedPoints({ ids, coordinates, titles, details }) {
  const decoded = decodeArray(Float32Array, coordinates);
  const count = decoded.length / 2;
  if (count === 0) return null;
  const points = { count, coordinates: decoded };
  for (const [name, text] of Object.entries({ ids, titles, details })) {
    points[name] = text.split("\n");
    if (points[name].length !== count) throw new Error(`${points[name].length} ${name} for ${count} points`);
  }
  if (!decoded.every(Number.isFinite)) throw new Error("coordinates hold NaN or infinity");
  return points;
}

function readColoring() {
  const earlier = map.coloring;
  map.coloring = NO_COLORING;
  if (props.coloring) map.coloring = decodedColoring(props.coloring);
  if (String(map.coloring.names) !== String(earlier.names)) map.chosen.clear();
  placeNames();
  renderLegend(legend, map, toggleGroup);
}

function decodedColoring({ title, codes, names, colors }) {
  const decoded = decodeArray(Int32Array, codes);
  return { title, codes: decoded, names, colors, counts: countsOf(decoded, names.length), places: [] };
}

function placeNames() {
  const { codes, counts } = map.coloring;
  map.coloring.places = map.points?.count === codes.length ? placesOf(map.points.coordinates, codes, counts) : [];
}

function readMarks() {
  map.marks = { ...NO_MARKS, ...props.marks };
  const { selected } = map.marks;
  if (selected !== null && isOffScreen(selected)) {
    const { coordinates } = map.points;
    map.view = centered(map, coordinates[2 * selected], coordinates[2 * selected + 1]);
  }
}

function isOffScreen(index) {
  const isDrawn = map.size.width > 0 && index < map.points?.count;
  return isDrawn && !isInside(placeOnScreen(map, index), map.size);
}

function mismatch() {
  const { points, coloring, marks } = map;
  if (coloring.codes.length && coloring.codes.length !== points.count) {
    return `The coloring is of ${formatted(coloring.codes.length)} posts, the map of ${formatted(points.count)}.`;
  }
  const stray = [...marks.hits, ...marks.neighbors, marks.selected ?? 0].find((i) => i < 0 || i >= points.count);
  return stray === undefined ? null : `Post ${stray} is marked; the map has ${formatted(points.count)} posts.`;
}

function read(...parts) {
  for (const part of parts) {
    problems.delete(part);
    try {
      part();
    } catch (error) {
      problems.set(part, `This cannot be drawn: ${error.message}.`);
    }
  }
  const [problem = map.points && mismatch()] = problems.values();
  showMessage(problem ?? (props.message || (map.points ? "" : "No posts to show yet.")));
  describe();
  unhover();
  requestDrawing();
}

function showMessage(text) {
  root.classList.toggle("empty", !map.points);
  if (text === shownMessage) return;
  shownMessage = text;
  clearInterval(counting);
  message.textContent = text;
  message.hidden = text === "";
  if (text.endsWith("…")) countSeconds();
}

// What ends in an ellipsis is going on: how long it has been is shown, and not read aloud every second.
function countSeconds() {
  const began = performance.now();
  const elapsed = document.createElement("span");
  elapsed.ariaHidden = "true";
  message.append(elapsed);
  counting = setInterval(() => {
    elapsed.textContent = ` ${Math.round((performance.now() - began) / 1000)} s`;
  }, 1000);
}

function describe() {
  const { title, names } = map.coloring;
  const coloring = names.length ? `, colored by ${title} (${names.length} groups)` : "";
  const keys = "Plus and minus zoom, 0 resets, arrow keys move.";
  const label = map.points ? `Map of ${formatted(map.points.count)} posts${coloring}. ${keys}` : "Map without posts.";
  surface.setAttribute("aria-label", label);
}
