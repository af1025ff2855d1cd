// The map itself: reads the props, keeps what is shown, and answers pointer, wheel and keys.

const MOVE_MILLISECONDS = 400;
const DRAG_PIXELS = 4;
const REACH_PIXELS = { mouse: 8, pen: 10, touch: 18 };
const NO_COLORING = { title: "", codes: new Int32Array(0), names: [], colors: [], counts: [], places: [] };
const NO_MARKS = { hits: [], selected: null, neighbors: [] };
const KEYS = {
  "+": () => zoomInPlace(1.5),
  "=": () => zoomInPlace(1.5),
  "-": () => zoomInPlace(1 / 1.5),
  "0": () => show(fittedView(map.bounds)),
  ArrowLeft: () => show(panned(map, map.size.width / 8, 0)),
  ArrowRight: () => show(panned(map, -map.size.width / 8, 0)),
  ArrowUp: () => show(panned(map, 0, map.size.height / 8)),
  ArrowDown: () => show(panned(map, 0, -map.size.height / 8)),
};

const root = element.querySelector(".point-map");
const [stage, surface, ground, message, tooltip, legend] = [
  ".stage", ".surface", ".ground", ".message", ".tooltip", ".legend",
].map((selector) => root.querySelector(selector));

const pointers = new Map();
const problems = new Map();
const map = {
  points: null,
  coloring: NO_COLORING,
  marks: NO_MARKS,
  chosen: new Set(),
  hovered: null,
  move: null,
  size: { width: 0, height: 0, ratio: 1 },
  theme: readTheme(root),
};
let travel = 0;
let frame = null;
let isGroundStale = true;

// ---- what the props say

function readPoints() {
  const earlier = map.points && { ids: map.points.ids, placed: map.placed, transform: transformOf(map) };
  map.points = null;
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
  message.textContent = text;
  message.hidden = text === "";
  root.classList.toggle("empty", !map.points);
}

function describe() {
  const { title, names } = map.coloring;
  const coloring = names.length ? `, colored by ${title} (${names.length} groups)` : "";
  const keys = "Plus and minus zoom, 0 resets, arrow keys move.";
  const label = map.points ? `Map of ${formatted(map.points.count)} posts${coloring}. ${keys}` : "Map without posts.";
  surface.setAttribute("aria-label", label);
}

// ---- drawing, at most once for each frame of the screen

function requestDrawing(groundToo = true) {
  isGroundStale ||= groundToo;
  frame ??= requestAnimationFrame(draw);
}

function draw(now) {
  frame = null;
  if (map.size.width === 0) return;
  if (map.move) continueMove(now);
  if (isGroundStale) surface.dataset.drawn = drawGround(ground, map);
  isGroundStale = false;
  drawSurface(surface, map);
  surface.dataset.zoom = map.points ? map.view.zoom.toFixed(3) : "";
  surface.dataset.ready = String(map.points !== null && !map.move);
  if (map.move) requestDrawing();
}

// The move starts where the points stood on the screen, whatever the earlier zoom and scale.
function moveFrom({ placed, transform }) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
  const now = transformOf(map);
  const origin = new Float32Array(placed.length);
  for (let k = 0; k < placed.length; k += 2) {
    const { x, y } = toScreen(transform, placed[k], placed[k + 1]);
    ({ x: origin[k], y: origin[k + 1] } = fromScreen(now, x, y));
  }
  return { origin, start: null };
}

function continueMove(now) {
  const { origin } = map.move;
  const { coordinates } = map.points;
  const passed = (now - (map.move.start ??= now)) / MOVE_MILLISECONDS;
  if (passed >= 1) {
    Object.assign(map, { placed: coordinates, move: null });
    return;
  }
  const eased = 1 - (1 - passed) ** 3;
  map.placed = coordinates.map((to, k) => origin[k] + (to - origin[k]) * eased);
}

function resize() {
  const { clientWidth: width, clientHeight: height } = stage;
  map.size = { width, height, ratio: devicePixelRatio };
  for (const canvas of [surface, ground]) fitCanvas(canvas, map.size);
  unhover();
  isGroundStale = true;
  draw(performance.now());
}

function readThemeAgain() {
  map.theme = readTheme(root);
  requestDrawing();
}

// ---- view

function show(view) {
  map.view = view;
  surface.classList.toggle("zoomed", view.zoom > FARTHEST);
  unhover();
  requestDrawing();
}

function zoomInPlace(factor) {
  show(zoomedAbout(map, { x: map.size.width / 2, y: map.size.height / 2 }, factor));
}

function zoomWithWheel(event) {
  if (!map.points) return;
  const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
  const factor = Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.002));
  const view = zoomedAbout(map, placeOf(event), factor);
  if (view.zoom === map.view.zoom) return; // at the end of the zoom, the wheel scrolls the page
  event.preventDefault();
  show(view);
}

function pressKey(event) {
  if (!(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(event.key);
}

function act(key) {
  if (map.points) KEYS[key]();
}

// ---- pointers: hover, click, drag with one, pinch with two

function placeOf({ clientX, clientY }) {
  const { left, top } = surface.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

function pointUnder(event) {
  if (!map.points || map.move) return null;
  const transform = transformOf(map);
  const { x, y } = placeOf(event);
  const reach = (REACH_PIXELS[event.pointerType] ?? REACH_PIXELS.mouse) + pointRadius(map) / 2;
  const center = fromScreen(transform, x, y);
  return nearestPoint(map.grid, map.points.coordinates, center, reach / transform.scale, (i) => isShown(map, i));
}

function press(event) {
  if (event.button !== 0) return;
  surface.setPointerCapture(event.pointerId);
  travel = pointers.size === 0 ? 0 : Infinity;
  pointers.set(event.pointerId, placeOf(event));
}

function movePointer(event) {
  if (!pointers.has(event.pointerId)) return hover(pointUnder(event));
  const from = pointers.get(event.pointerId);
  const to = placeOf(event);
  const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
  travel = Math.max(travel, Math.hypot(to.x - from.x, to.y - from.y));
  if (!map.points || travel < DRAG_PIXELS) return;
  pointers.set(event.pointerId, to);
  if (others.length === 0) show(panned(map, to.x - from.x, to.y - from.y));
  else pinch(from, to, others[0]);
}

function pinch(from, to, other) {
  const apart = (place) => Math.max(1, Math.hypot(place.x - other.x, place.y - other.y));
  map.view = panned(map, (to.x - from.x) / 2, (to.y - from.y) / 2);
  show(zoomedAbout(map, { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 }, apart(to) / apart(from)));
}

function release(event) {
  if (!pointers.delete(event.pointerId) || travel >= DRAG_PIXELS || event.type === "pointercancel") return;
  const index = pointUnder(event);
  if (index !== null) select(index);
}

// The click shows at once; the neighbors follow with the answer.
function select(index) {
  map.marks = { ...map.marks, selected: index, neighbors: [] };
  requestDrawing(false);
  trigger("select", { index, id: map.points.ids[index] });
}

function hover(index) {
  if (index === map.hovered) return;
  map.hovered = index;
  surface.classList.toggle("pointing", index !== null);
  tooltip.hidden = index === null;
  if (index !== null) fillTooltip(index);
  requestDrawing(false);
}

function unhover() {
  hover(null);
}

function fillTooltip(index) {
  tooltip.querySelector("strong").textContent = map.points.titles[index];
  tooltip.querySelector("span").textContent = map.points.details[index];
  const { x, y } = placeOnScreen(map, index);
  const [width, height] = [tooltip.offsetWidth, tooltip.offsetHeight];
  const above = y - height - 14;
  tooltip.style.left = `${clamp(x - width / 2, 4, Math.max(4, map.size.width - width - 4))}px`;
  tooltip.style.top = `${above < 4 ? y + 14 : above}px`;
}

// ---- legend

function toggleGroup(code) {
  if (!map.chosen.delete(code)) map.chosen.add(code);
  showChosen();
}

function showAll() {
  map.chosen.clear();
  showChosen();
}

function showChosen() {
  pressButtons(legend, map.chosen);
  unhover();
  requestDrawing();
}

// ---- wiring

function listen(target, listeners) {
  for (const [name, listener] of Object.entries(listeners)) {
    target.addEventListener(name, listener, { passive: false });
  }
}

function observe() {
  const resizes = new ResizeObserver(resize);
  const themes = new MutationObserver(() => (root.isConnected ? readThemeAgain() : themes.disconnect()));
  resizes.observe(stage);
  themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  document.fonts.ready.then(() => requestDrawing(false));
}

listen(surface, {
  pointerdown: press,
  pointermove: movePointer,
  pointerup: release,
  pointercancel: release,
  pointerleave: unhover,
  dblclick: () => act("0"),
  wheel: zoomWithWheel,
  keydown: pressKey,
});
listen(root.querySelector(".closer"), { click: () => act("+") });
listen(root.querySelector(".farther"), { click: () => act("-") });
listen(root.querySelector(".reset"), { click: () => act("0") });
listen(root.querySelector(".show-all"), { click: showAll });

// For browser tests: where a post stands in the window.
surface.pointAt = (index) => {
  const { left, top } = surface.getBoundingClientRect();
  const { x, y } = placeOnScreen(map, index);
  return { x: left + x, y: top + y };
};

watch("points", () => read(readPoints));
watch("coloring", () => read(readColoring));
watch("marks", () => read(readMarks));
watch("message", () => read());
read(readPoints, readColoring, readMarks);
observe();
