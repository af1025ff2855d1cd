// Input: keys, the wheel and pointers change the view, hover, select and draw.

const DRAG_PIXELS = 4;
const REACH_PIXELS = { mouse: 8, pen: 10, touch: 18 };
const KEYS = {
  "+": () => zoomInPlace(1.5),
  "=": () => zoomInPlace(1.5),
  "-": () => zoomInPlace(1 / 1.5),
  "0": () => show(fittedView(map.bounds)),
  ArrowLeft: () => show(panned(map, map.size.width / 8, 0)),
  ArrowRight: () => show(panned(map, -map.size.width / 8, 0)),
  ArrowUp: () => show(panned(map, 0, map.size.height / 8)),
  ArrowDown: () => show(panned(map, 0, -map.size.height / 8)),
  Enter: startCursor,
  b: selectView,
  Escape: clearSelection,
};
const pointers = new Map();
let travel = 0;

function show(view) {
  map.view = view;
  unhover();
  if (map.cursor !== null) placeTooltip(map.cursor);
  map.movedAt = performance.now();
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
  const keys = map.cursor === null ? KEYS : { ...KEYS, ...CURSOR_KEYS };
  if (!Object.hasOwn(keys, event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  if (map.points) keys[event.key]();
}

function act(key) {
  if (map.points) KEYS[key]();
}

function placeOf({ clientX, clientY }) {
  const { left, top } = surface.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}

function press(event) {
  if (event.button !== 0) return;
  leaveCursor();
  surface.setPointerCapture(event.pointerId);
  travel = pointers.size === 0 ? 0 : Infinity;
  pointers.set(event.pointerId, placeOf(event));
  if (pointers.size > 1) dropPath(); // a second finger zooms
  else if (map.points && (event.shiftKey || map.tool !== "pan")) startPath(placeOf(event));
}

function movePointer(event) {
  resting = event;
  if (!pointers.has(event.pointerId)) return hover(pointUnder(event));
  const from = pointers.get(event.pointerId);
  const to = placeOf(event);
  const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
  travel = Math.max(travel, Math.hypot(to.x - from.x, to.y - from.y));
  if (!map.points || travel < DRAG_PIXELS) return;
  pointers.set(event.pointerId, to);
  if (map.path) extendPath(to);
  else if (others.length === 0) show(panned(map, to.x - from.x, to.y - from.y));
  else pinch(from, to, others[0]);
}

function pinch(from, to, other) {
  const apart = (place) => Math.max(1, Math.hypot(place.x - other.x, place.y - other.y));
  map.view = panned(map, (to.x - from.x) / 2, (to.y - from.y) / 2);
  show(zoomedAbout(map, { x: (to.x + other.x) / 2, y: (to.y + other.y) / 2 }, apart(to) / apart(from)));
}

function release(event) {
  if (!pointers.delete(event.pointerId)) return;
  const isDrag = travel >= DRAG_PIXELS;
  if (event.type === "pointercancel" || (map.path && !isDrag)) dropPath();
  if (event.type === "pointercancel") return;
  if (map.path) return finishPath();
  const index = isDrag ? null : pointUnder(event);
  if (index !== null) select(index);
}

function leave() {
  resting = null;
  if (map.cursor === null) hover(null);
}

// The click shows at once; the neighbors follow with the answer.
function select(index) {
  map.marks = { ...map.marks, selected: index, neighbors: [] };
  enableClear();
  requestDrawing(false);
  trigger("select", { index });
}
