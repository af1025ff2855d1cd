// Marks above the points: hits, the selected point and its neighbors, the pin, what is lassoed and hovered.

const FULL_TURN = 2 * Math.PI;
const PIN_TEXT_LENGTH = 34;

function drawSurface(canvas, map) {
  const context = contextOf(canvas);
  context.setTransform(map.size.ratio, 0, 0, map.size.ratio, 0, 0);
  context.clearRect(0, 0, map.size.width, map.size.height);
  map.drawnNames = [];
  if (!map.points) return;
  drawRegion(context, map);
  drawLines(context, map);
  const few = ringFew(context, map);
  drawHits(context, map);
  if (map.marks.selected !== null) drawSelected(context, map, map.marks.selected);
  const taken = [...map.controls, ...few, ...drawRanks(context, map), ...drawPin(context, map)];
  if (!map.move) drawNames(context, map, taken);
  if (map.hovered !== null) drawDisc(context, map, map.hovered, pointRadius(map) + 3);
  if (map.cursor !== null) drawRing(context, placeOnScreen(map, map.cursor), pointRadius(map) + 7, 2, map.theme.text);
  drawPath(context, map);
}

function drawDisc(context, map, i, radius) {
  const { x, y } = placeOnScreen(map, i);
  context.beginPath();
  context.arc(x, y, radius, 0, FULL_TURN);
  context.fillStyle = colorOf(map, i);
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = map.theme.ground;
  context.stroke();
}

function drawRing(context, { x, y }, radius, width, color) {
  context.beginPath();
  context.arc(x, y, radius, 0, FULL_TURN);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke();
}

// Lines lead to the neighbors of what is selected, and otherwise from the pin to the hits.
function drawLines(context, map) {
  const { selected, neighbors, hits } = map.marks;
  if (selected !== null) {
    drawLinesTo(context, map, placeOnScreen(map, selected), neighbors, 0.6);
    for (const neighbor of neighbors) drawDisc(context, map, neighbor, pointRadius(map) + 1.5);
  } else if (map.pin) {
    drawLinesTo(context, map, toScreen(transformOf(map), map.pin.x, map.pin.y), hits, 0.22);
  }
}

function drawLinesTo(context, map, from, indices, opacity) {
  context.strokeStyle = map.theme.text;
  context.lineWidth = 1;
  context.globalAlpha = opacity;
  context.beginPath();
  for (const index of indices) {
    const to = placeOnScreen(map, index);
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  }
  context.stroke();
  context.globalAlpha = 1;
}

// A few that are left of many are ringed; returns the room that they take.
function ringFew(context, map) {
  if (map.marks.hits.length) return [];
  const radius = visibleRadius(map) + 2.5;
  const places = map.few.map((index) => placeOnScreen(map, index));
  for (const place of places) drawRing(context, place, radius, 1.5, map.theme.text);
  return places.map((place) => boxAround(place, radius, radius));
}

function hitRadius(map) {
  return pointRadius(map) + 3.5;
}

// The worst hits first, so that the best lie on top.
function drawHits(context, map) {
  const radius = hitRadius(map);
  for (const hit of [...map.marks.hits].reverse()) {
    drawDisc(context, map, hit, radius - 2);
    drawRing(context, placeOnScreen(map, hit), radius, 1.75, map.theme.text);
  }
}

// Numbers only where there is room, the best hits before the others; returns the room that they take.
function drawRanks(context, map) {
  const radius = hitRadius(map);
  const taken = [];
  const rings = [];
  context.font = `700 11px ${map.theme.font}`;
  map.marks.hits.forEach((hit, rank) => {
    const { x, y } = placeOnScreen(map, hit);
    const place = { x: x + radius + 5, y: y - radius };
    const box = boxAround(place, 7, 6);
    rings.push(boxAround({ x, y }, radius, radius));
    if (!isFree(box, taken)) return;
    taken.push(box);
    drawText(context, map.theme, String(rank + 1), place);
  });
  return [...taken, ...rings];
}

function drawSelected(context, map, i) {
  const place = placeOnScreen(map, i);
  const radius = pointRadius(map) + 3;
  context.globalAlpha = 0.45;
  drawRing(context, place, radius + 8, 9, map.theme.accent);
  context.globalAlpha = 1;
  drawRing(context, place, radius + 3, 3, map.theme.text);
  drawDisc(context, map, i, radius);
}

// A needle whose tip is the place, and its text on a flag beside it.
function drawPin(context, map) {
  if (!map.pin) return [];
  const place = toScreen(transformOf(map), map.pin.x, map.pin.y);
  if (!isInside(place, map.size)) return [];
  drawNeedle(context, map.theme, place);
  const text = shortened(map.pin.text, PIN_TEXT_LENGTH);
  const needle = boxAround({ x: place.x, y: place.y - 12 }, 9, 14);
  return text ? [needle, drawFlag(context, map, text, place)] : [needle];
}

function drawNeedle(context, theme, { x, y }) {
  context.beginPath();
  context.moveTo(x, y);
  context.bezierCurveTo(x - 2, y - 7, x - 8, y - 9, x - 8, y - 16);
  context.arc(x, y - 16, 8, Math.PI, FULL_TURN);
  context.bezierCurveTo(x + 8, y - 9, x + 2, y - 7, x, y);
  context.fillStyle = theme.accent;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = theme.ground;
  context.stroke();
  drawDot(context, { x, y: y - 16 }, 3, theme.ground);
}

function drawDot(context, { x, y }, radius, color) {
  context.beginPath();
  context.arc(x, y, radius, 0, FULL_TURN);
  context.fillStyle = color;
  context.fill();
}

// Above the needle, or below it where that is off the map or under the tools.
function drawFlag(context, { theme, size, controls }, text, { x, y }) {
  context.font = `600 12px ${theme.font}`;
  const halfWidth = context.measureText(text).width / 2 + 8;
  const center = Math.max(halfWidth + 4, Math.min(x, size.width - halfWidth - 4));
  const [above, below] = [y - 42, y + 20].map((middle) => boxAround({ x: center, y: middle }, halfWidth, 11));
  const box = above.top > 0 && isFree(above, controls) ? above : below;
  context.beginPath();
  context.roundRect(box.left, box.top, box.right - box.left, box.bottom - box.top, 5);
  context.fillStyle = theme.text;
  context.fill();
  context.fillStyle = theme.ground;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, center, (box.top + box.bottom) / 2);
  return box;
}

function drawRegion(context, map) {
  if (map.region.length < 3 || map.path) return;
  const transform = transformOf(map);
  drawOutline(context, map.theme, map.region.map(([x, y]) => toScreen(transform, x, y)));
}

function drawPath(context, map) {
  if (map.path?.length > 1) drawOutline(context, map.theme, map.path);
}

function drawOutline(context, theme, places) {
  context.beginPath();
  for (const { x, y } of places) context.lineTo(x, y);
  context.closePath();
  context.globalAlpha = 0.1;
  context.fillStyle = theme.accent;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.75;
  context.strokeStyle = theme.accent;
  context.stroke();
}
