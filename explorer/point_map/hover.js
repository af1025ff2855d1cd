// Hover: what is under the pointer, and the tooltip with what Python says of it.

const LONGEST_TEXT = 300;
const MOST_KEPT = 5000;
let resting = null; // the pointer's last event over the map
const described = new Map(); // index -> promise of its description

// Texts are not sent ahead: each is asked for once.
function describePoints(indices) {
  if (described.size > MOST_KEPT) described.clear();
  const unknown = indices.filter((index) => !described.has(index));
  if (unknown.length) {
    const answer = server.describe_points(map.points.key, unknown);
    unknown.forEach((index, k) => described.set(index, answer.then((all) => answered(index, all?.[k]))));
  }
  return Promise.all(indices.map((index) => described.get(index)));
}

function answered(index, description) {
  if (!description) described.delete(index); // asked for again the next time
  return description ?? null;
}

function pointUnder(event) {
  if (!map.points || map.move) return null;
  const { x, y } = placeOf(event);
  const reach = (REACH_PIXELS[event.pointerType] ?? REACH_PIXELS.mouse) + pointRadius(map) / 2;
  return pointNear(x, y, reach);
}

function pointNear(x, y, reach) {
  const transform = transformOf(map);
  const { coordinates } = map.points;
  map.grid ??= gridOf(coordinates, map.bounds);
  return nearestPoint(map.grid, coordinates, fromScreen(transform, x, y), reach / transform.scale, visibleOnly);
}

function hover(index) {
  if (index === map.hovered) return;
  map.hovered = index;
  surface.classList.toggle("pointing", index !== null && map.cursor === null);
  tooltip.hidden = true;
  if (index !== null) showDescription(index);
  requestDrawing(false);
}

function unhover() {
  hover(map.cursor);
}

// What lies under a pointer that rests, or at the cursor, may have changed.
function hoverAgain() {
  if (map.cursor !== null && !isVisible(map, map.cursor)) leaveCursor();
  unhover();
  if (resting && map.cursor === null) hover(pointUnder(resting));
}

// A pointer in passing asks for nothing, and an answer that comes too late is not shown.
async function showDescription(index) {
  if (!described.has(index)) await new Promise(requestAnimationFrame);
  if (map.hovered !== index || !map.points) return;
  const { points } = map;
  const [description] = await describePoints([index]);
  if (map.hovered !== index || map.points !== points || !description) return;
  fillTooltip(description);
  placeTooltip(index);
  if (index === map.cursor) announce(description);
}

function fillTooltip({ title, label, text }) {
  for (const [tag, shown] of Object.entries({ strong: title, em: label, span: text })) {
    const line = tooltip.querySelector(tag);
    line.textContent = shown.slice(0, LONGEST_TEXT);
    line.hidden = shown === "";
  }
  tooltip.hidden = false;
}

function placeTooltip(index) {
  const { x, y } = placeOnScreen(map, index);
  const [width, height] = [tooltip.offsetWidth, tooltip.offsetHeight];
  const above = y - height - 14;
  tooltip.style.left = `${clamp(x - width / 2, 4, Math.max(4, map.size.width - width - 4))}px`;
  tooltip.style.top = `${above < 4 ? y + 14 : above}px`;
}

function announce({ title, label }) {
  announced.textContent = [title, label].filter(Boolean).join(", ").slice(0, LONGEST_TEXT);
}
