// The cursor: a point chosen with the keyboard, from which arrows lead to the next one.

const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const CURSOR_KEYS = {
  Enter: () => select(map.cursor),
  Escape: leaveCursor,
  ...Object.fromEntries(Object.entries(DIRECTIONS).map(([key, way]) => [key, () => stepCursor(way)])),
};

function visibleOnly(i) {
  return isVisible(map, i);
}

function startCursor() {
  const { x, y } = map.view;
  const nearest = cheapestPoint(map.points.coordinates, { x, y }, visibleOnly, (across, up) => across ** 2 + up ** 2);
  if (nearest === null) return;
  map.cursor = nearest;
  followCursor();
}

function stepCursor(direction) {
  const { coordinates } = map.points;
  const center = { x: coordinates[2 * map.cursor], y: coordinates[2 * map.cursor + 1] };
  const next = nextPoint(coordinates, center, direction, visibleOnly);
  if (next === null) return;
  map.cursor = next;
  followCursor();
}

function followCursor() {
  const isSeen = isInside(placeOnScreen(map, map.cursor), map.size);
  if (!isSeen) map.view = centeredOn(map, map.cursor);
  hover(map.cursor);
  requestDrawing(!isSeen);
}

function leaveCursor() {
  map.cursor = null;
  announced.textContent = "";
  hover(null);
}
