// Geometry: the view, and how it carries coordinates to the screen.

const MARGIN = 28;
const FARTHEST = 1;
const CLOSEST = 60;

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function fittedView(bounds) {
  return { zoom: 1, x: (bounds.left + bounds.right) / 2, y: (bounds.bottom + bounds.top) / 2 };
}

// Zoom is relative to the fitted view and the center is a coordinate: a resize keeps both.
function transformOf({ view, bounds, size }) {
  const across = (size.width - 2 * MARGIN) / (bounds.right - bounds.left || 1);
  const up = (size.height - 2 * MARGIN) / (bounds.top - bounds.bottom || 1);
  const scale = Math.max(Math.min(across, up), Number.MIN_VALUE) * view.zoom;
  return { scale, dx: size.width / 2 - view.x * scale, dy: size.height / 2 + view.y * scale };
}

function toScreen(transform, x, y) {
  return { x: x * transform.scale + transform.dx, y: transform.dy - y * transform.scale };
}

function fromScreen(transform, x, y) {
  return { x: (x - transform.dx) / transform.scale, y: (transform.dy - y) / transform.scale };
}

function placeOnScreen(map, i) {
  return toScreen(transformOf(map), map.placed[2 * i], map.placed[2 * i + 1]);
}

function isInside({ x, y }, { width, height }) {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

function centered({ view, bounds }, x, y) {
  return { ...view, x: clamp(x, bounds.left, bounds.right), y: clamp(y, bounds.bottom, bounds.top) };
}

function centeredOn(map, i) {
  return centered(map, map.points.coordinates[2 * i], map.points.coordinates[2 * i + 1]);
}

function panned(map, across, down) {
  const { scale } = transformOf(map);
  return centered(map, map.view.x - across / scale, map.view.y + down / scale);
}

function zoomedAbout(map, at, factor) {
  const zoom = clamp(map.view.zoom * factor, FARTHEST, CLOSEST);
  if (zoom === FARTHEST) return fittedView(map.bounds);
  const fixed = fromScreen(transformOf(map), at.x, at.y);
  const kept = map.view.zoom / zoom;
  const x = fixed.x + (map.view.x - fixed.x) * kept;
  const y = fixed.y + (map.view.y - fixed.y) * kept;
  return centered({ ...map, view: { ...map.view, zoom } }, x, y);
}

function boxAround({ x, y }, halfWidth, halfHeight) {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function isFree(box, taken) {
  return !taken.some((other) => overlap(box, other));
}

// The squared distance of a point from the segment between two others.
function fromSegment(point, from, to) {
  const [across, down] = [to.x - from.x, to.y - from.y];
  const length = across ** 2 + down ** 2;
  const along = length ? ((point.x - from.x) * across + (point.y - from.y) * down) / length : 0;
  const at = clamp(along, 0, 1);
  return (point.x - from.x - at * across) ** 2 + (point.y - from.y - at * down) ** 2;
}

// Douglas and Peucker: the vertices without which the path would be off by more than the tolerance.
function simplified(path, tolerance) {
  const kept = new Uint8Array(path.length);
  kept[0] = kept[path.length - 1] = 1;
  const spans = [[0, path.length - 1]];
  while (spans.length) {
    const [first, last] = spans.pop();
    let [farthest, most] = [null, tolerance ** 2];
    for (let k = first + 1; k < last; k++) {
      const distance = fromSegment(path[k], path[first], path[last]);
      if (distance > most) [farthest, most] = [k, distance];
    }
    if (farthest === null) continue;
    kept[farthest] = 1;
    spans.push([first, farthest], [farthest, last]);
  }
  return path.filter((_, k) => kept[k]);
}
