// The map itself: what is shown, when it is drawn, and what is listened to. The scripts before it share its scope.

const FRAME_MILLISECONDS = 20;
const REST_MILLISECONDS = 140;

const root = element.querySelector(".point-map");
const [stage, surface, ground, message, tooltip, legend, announced, help] = [
  ".stage", ".surface", ".ground", ".message", ".tooltip", ".legend", ".announced", ".keys",
].map((selector) => root.querySelector(selector));
const [nearBox, slider, clearButton, tableSection, tableScroll, tableButton, closeButton] = [
  ".near", ".near input", ".clear", ".table", ".table .scroll", ".as-table", ".table .close",
].map((selector) => root.querySelector(selector));
const [progressBox, cancelButton] = [".progress", ".progress .cancel"].map((selector) => root.querySelector(selector));
const toolButtons = root.querySelectorAll("[data-tool]");

const map = {
  points: null,
  given: NO_COLORING, // as Python sent it; the coloring is what of it fits the points
  coloring: NO_COLORING,
  colors: [],
  names: [],
  marks: NO_MARKS,
  pin: null,
  shown: null,
  chosen: new Set(),
  near: null,
  least: -1,
  region: [],
  visible: null,
  nVisible: 0,
  few: [],
  visibleCounts: [],
  hovered: null,
  cursor: null,
  path: null,
  tool: "pan",
  move: null,
  movedAt: -Infinity,
  pace: Infinity, // points that are drawn in a millisecond
  controls: [],
  drawnNames: [],
  failure: null,
  size: { width: 0, height: 0, ratio: 1 },
};
let frame = null;
let rest = null;
let isGroundStale = true;

// ---- drawing, at most once for each frame of the screen

function requestDrawing(groundToo = true) {
  isGroundStale ||= groundToo;
  if (!map.failure) frame ??= requestAnimationFrame((now) => guard(() => draw(now)));
}

// What cannot be done is said, beside a table: the map is never blank.
function guard(action) {
  try {
    action();
  } catch (error) {
    fail(error);
  }
}

function draw(now) {
  frame = null;
  if (map.size.width === 0 || map.failure) return;
  if (map.size.ratio !== devicePixelRatio) return resize(); // the window has moved to another screen
  if (map.move) continueMove(now);
  if (isGroundStale) drawGroundInTime();
  drawSurface(surface, map);
  surface.classList.toggle("zoomed", map.points !== null && map.view.zoom > FARTHEST);
  surface.dataset.zoom = map.points ? map.view.zoom.toFixed(3) : "";
  surface.dataset.ready = String(map.points !== null && !map.move);
  if (map.move) requestDrawing();
}

// While the map moves, as many points are drawn as fit into a frame; all of them when it rests.
function drawGroundInTime() {
  isGroundStale = false;
  const count = map.points?.count ?? 0;
  const began = performance.now();
  const isMoving = began - map.movedAt < REST_MILLISECONDS;
  const most = isMoving && count / map.pace > FRAME_MILLISECONDS ? map.pace * FRAME_MILLISECONDS : count;
  surface.dataset.drawn = drawGround(ground, map, most);
  map.pace = most / Math.max(performance.now() - began, 0.1) || Infinity;
  clearTimeout(rest);
  if (most < count) rest = setTimeout(requestDrawing, REST_MILLISECONDS);
}

function resize() {
  const { clientWidth: width, clientHeight: height } = stage;
  map.size = { width, height, ratio: devicePixelRatio };
  for (const canvas of [surface, ground]) {
    canvas.width = Math.round(width * map.size.ratio);
    canvas.height = Math.round(height * map.size.ratio);
  }
  findControls();
  isGroundStale = true;
  draw(performance.now());
  hoverAgain();
}

function findControls() {
  map.controls = [...root.querySelectorAll(".tools, .zoom, .near:not([hidden])")].map(boxInStage);
}

function boxInStage(node) {
  const { left: x, top: y } = stage.getBoundingClientRect();
  const { left, top, right, bottom } = node.getBoundingClientRect();
  return { left: left - x, top: top - y, right: right - x, bottom: bottom - y };
}

function readThemeAgain() {
  if (map.failure) return;
  map.theme = readTheme(root);
  mixColors(map);
  renderLegend(legend, map);
  requestDrawing();
}

// ---- wiring

function listen(target, listeners) {
  for (const [name, listener] of Object.entries(listeners)) {
    target.addEventListener(name, (event) => guard(() => listener(event)), { passive: false });
  }
}

function observe() {
  const resizes = new ResizeObserver(() => observed(resize));
  const themes = new MutationObserver(() => observed(readThemeAgain));
  const observed = (change) => {
    if (root.isConnected) return guard(change);
    resizes.disconnect();
    themes.disconnect();
  };
  resizes.observe(stage);
  themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  document.fonts.ready.then(() => requestDrawing(false));
}

function connect() {
  listen(surface, {
    pointerdown: press,
    pointermove: movePointer,
    pointerup: release,
    pointercancel: release,
    pointerleave: leave,
    dblclick: () => act("0"),
    wheel: zoomWithWheel,
    keydown: pressKey,
    blur: leaveCursor,
  });
  listen(root.querySelector(".closer"), { click: () => act("+") });
  listen(root.querySelector(".farther"), { click: () => act("-") });
  listen(root.querySelector(".reset"), { click: () => act("0") });
  listen(root.querySelector(".show-all"), { click: () => choose(new Set()) });
  listen(clearButton, { click: clearSelection });
  listen(slider, { input: slide, change: letGo });
  listen(cancelButton, { click: () => trigger("stop", {}) });
  for (const button of toolButtons) listen(button, { click: () => chooseTool(button.dataset.tool) });
  connectTable();
}

// The table is there when the map is not: it is not guarded.
function connectTable() {
  tableButton.addEventListener("click", enterTable);
  closeButton.addEventListener("click", closeTable);
  tableSection.addEventListener("keydown", ({ key }) => key === "Escape" && closeTable());
  tableSection.querySelector(".previous").addEventListener("click", () => turnTable(-ROWS));
  tableSection.querySelector(".next").addEventListener("click", () => turnTable(ROWS));
}

// For browser tests: where a post stands in the window, and which names are drawn.
surface.pointAt = (index) => {
  const { left, top } = surface.getBoundingClientRect();
  const { x, y } = placeOnScreen(map, index);
  return { x: left + x, y: top + y };
};
surface.drawnNames = () => map.drawnNames;

connect();
for (const name of Object.keys(READERS)) watch(name, () => readLater(name));
guard(() => { map.theme = readTheme(root); });
stale.add("points");
guard(readStale);
guard(observe);
