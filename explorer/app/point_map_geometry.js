// Coordinates, the view that carries them to the screen, and the grid that finds the nearest point.

const MARGIN = 28;
const FARTHEST = 1;
const CLOSEST = 60;

function decodeArray(ArrayType, base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new ArrayType(bytes.buffer);
}


function boundsOf(coordinates) {
  const low = [Infinity, Infinity];
  const high = [-Infinity, -Infinity];
  for (let i = 0; i < coordinates.length; i++) {
    low[i & 1] = Math.min(low[i & 1], coordinates[i]);
    high[i & 1] = Math.max(high[i & 1], coordinates[i]);
  }
  return { left: low[0], bottom: low[1], right: high[0], top: high[1] };
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

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

function centered({ view, bounds }, x, y) {
  return { ...view, x: clamp(x, bounds.left, bounds.right), y: clamp(y, bounds.bottom, bounds.top) };
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

// The points of cell c are members[starts[c]] up to members[starts[c + 1]].
function gridOf(coordinates, bounds) {
  const count = coordinates.length / 2;
  const side = Math.max(1, Math.ceil(Math.sqrt(count / 2)));
  const grid = { side, bounds, starts: new Uint32Array(side * side + 1), members: new Uint32Array(count) };
  const cells = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    cells[i] = rowOf(grid, coordinates[2 * i + 1]) * side + columnOf(grid, coordinates[2 * i]);
    grid.starts[cells[i] + 1]++;
  }
  for (let cell = 0; cell < side * side; cell++) grid.starts[cell + 1] += grid.starts[cell];
  const next = grid.starts.slice();
  for (let i = 0; i < count; i++) grid.members[next[cells[i]]++] = i;
  return grid;
}

function columnOf({ bounds, side }, x) {
  return clamp(Math.floor(((x - bounds.left) / (bounds.right - bounds.left || 1)) * side), 0, side - 1);
}

function rowOf({ bounds, side }, y) {
  return clamp(Math.floor(((y - bounds.bottom) / (bounds.top - bounds.bottom || 1)) * side), 0, side - 1);
}

function nearestPoint(grid, coordinates, center, reach, isCandidate) {
  let nearest = null;
  let least = reach * reach;
  const lastRow = rowOf(grid, center.y + reach);
  for (let row = rowOf(grid, center.y - reach); row <= lastRow; row++) {
    const start = grid.starts[row * grid.side + columnOf(grid, center.x - reach)];
    const end = grid.starts[row * grid.side + columnOf(grid, center.x + reach) + 1];
    for (let place = start; place < end; place++) {
      const i = grid.members[place];
      const distance = (coordinates[2 * i] - center.x) ** 2 + (coordinates[2 * i + 1] - center.y) ** 2;
      if (distance <= least && isCandidate(i)) [nearest, least] = [i, distance];
    }
  }
  return nearest;
}

// A fixed shuffle of 0 .. count - 1: drawn in this order, no group hides another.
function shuffledOrder(count) {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  let state = 1;
  for (let i = count - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

function median(values) {
  return values.sort()[values.length >> 1];
}

// Where each group's name stands: the medians of its points, which outliers do not move.
function placesOf(coordinates, codes, counts) {
  return counts.map((count, group) => {
    const xs = new Float32Array(count);
    const ys = new Float32Array(count);
    let filled = 0;
    for (let i = 0; i < codes.length; i++) {
      if (codes[i] !== group) continue;
      [xs[filled], ys[filled++]] = [coordinates[2 * i], coordinates[2 * i + 1]];
    }
    return { x: median(xs), y: median(ys) };
  });
}
