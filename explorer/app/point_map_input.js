// Input: keys, the wheel and pointers change the view, hover and select.

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
};
const pointers = new Map();
let travel = 0;

function show(view) {
  map.view = view;
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
