// The move: the same rows, on their way to where another projection places them.

const MOVE_MILLISECONDS = 400;
const MOST_MOVED = 200000;

// The move starts where the points stood on the screen, whatever the earlier zoom and scale.
function moveFrom({ placed, transform }) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
  const now = transformOf(map);
  const origin = new Float32Array(placed.length);
  for (let k = 0; k < placed.length; k += 2) {
    const { x, y } = toScreen(transform, placed[k], placed[k + 1]);
    ({ x: origin[k], y: origin[k + 1] } = fromScreen(now, x, y));
  }
  return { origin, placed: origin.slice(), start: null };
}

function continueMove(now) {
  const { origin, placed } = map.move;
  const { coordinates } = map.points;
  const passed = (now - (map.move.start ??= now)) / MOVE_MILLISECONDS;
  if (passed >= 1) {
    Object.assign(map, { placed: coordinates, move: null });
    return;
  }
  const eased = 1 - (1 - passed) ** 3;
  for (let k = 0; k < placed.length; k++) placed[k] = origin[k] + (coordinates[k] - origin[k]) * eased;
  map.placed = placed;
}
