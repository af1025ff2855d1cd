// The map itself: what is shown, when it is drawn, and what is listened to. The scripts before it share its scope.

const MOVE_MILLISECONDS = 400;

const root = element.querySelector(".point-map");
const [stage, surface, ground, message, tooltip, legend] = [
  ".stage", ".surface", ".ground", ".message", ".tooltip", ".legend",
].map((selector) => root.querySelector(selector));

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
let frame = null;
let isGroundStale = true;

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
  surface.classList.toggle("zoomed", map.points !== null && map.view.zoom > FARTHEST);
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
