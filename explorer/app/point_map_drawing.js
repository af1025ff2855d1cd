// Drawing: points on the ground canvas; names, marks and the hovered point on the surface above it.

const FULL_TURN = 2 * Math.PI;
const NAME_LENGTH = 30;
const HIDDEN_OPACITY = 0.14;

function readTheme(root) {
  const style = getComputedStyle(root);
  const variable = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  return {
    text: variable("--body-text-color", "#1f2937"),
    ground: variable("--background-fill-primary", "#ffffff"),
    faint: variable("--body-text-color-subdued", "#9ca3af"),
    accent: variable("--color-accent", "#f97316"),
    font: style.fontFamily,
  };
}

function fitCanvas(canvas, { width, height, ratio }) {
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
}

function pointRadius({ points, size, view }) {
  const spacing = Math.sqrt((size.width * size.height) / points.count);
  return clamp(clamp(spacing * 0.22, 1.3, 4) * Math.min(view.zoom, 30) ** 0.4, 1.3, 9);
}

function pointOpacity({ points, marks }) {
  const opacity = clamp(0.85 - 0.12 * Math.log10(points.count / 1000), 0.5, 0.85);
  return marks.hits.length ? opacity * 0.5 : opacity;
}

// Points are blended into the pixels here: without a GPU that is many times faster than arcs or copies.
function drawGround(canvas, map) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  const [red, green, blue] = channelsOf(map.theme.ground);
  new Uint32Array(image.data.buffer).fill((255 << 24) | (blue << 16) | (green << 8) | red);
  const drawn = map.points ? blendPoints(image, map) : 0;
  context.putImageData(image, 0, 0);
  return drawn;
}

function channelsOf(color) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data;
}

function blendPoints(image, map) {
  const disc = discOf(pointRadius(map) * map.size.ratio);
  const opacity = pointOpacity(map);
  const groups = map.coloring.colors.map(channelsOf);
  const faint = channelsOf(map.theme.faint);
  if (!map.chosen.size) return blend(image, map, disc, opacity, (i) => groups[map.coloring.codes[i]] ?? faint);
  const others = blend(image, map, disc, HIDDEN_OPACITY, (i) => (isShown(map, i) ? null : faint));
  return others + blend(image, map, disc, opacity, (i) => {
    return isShown(map, i) ? groups[map.coloring.codes[i]] ?? faint : null;
  });
}

// How much of each pixel a disc covers, row by row, with soft edges.
function discOf(radius) {
  const reach = Math.ceil(radius);
  const side = 2 * reach + 1;
  const covers = Float32Array.from({ length: side * side }, (_, k) => {
    const distance = Math.hypot((k % side) - reach, Math.floor(k / side) - reach);
    return clamp(radius + 0.5 - distance, 0, 1);
  });
  return { reach, side, covers };
}

function blend(image, map, disc, opacity, channelsAt) {
  const { ratio } = map.size;
  const { scale, dx, dy } = transformOf(map);
  let drawn = 0;
  for (const i of map.order) {
    const channels = channelsAt(i);
    if (!channels) continue;
    const left = Math.round((map.placed[2 * i] * scale + dx) * ratio) - disc.reach;
    const top = Math.round((dy - map.placed[2 * i + 1] * scale) * ratio) - disc.reach;
    if (left <= -disc.side || top <= -disc.side || left >= image.width || top >= image.height) continue;
    blendDisc(image, disc, left, top, opacity, channels);
    drawn++;
  }
  return drawn;
}

function blendDisc({ data, width, height }, { side, covers }, left, top, opacity, [red, green, blue]) {
  const [firstX, endX] = [Math.max(left, 0), Math.min(left + side, width)];
  const [firstY, endY] = [Math.max(top, 0), Math.min(top + side, height)];
  for (let y = firstY; y < endY; y++) {
    for (let x = firstX; x < endX; x++) {
      const cover = covers[(y - top) * side + x - left] * opacity;
      const at = 4 * (y * width + x);
      data[at] += (red - data[at]) * cover;
      data[at + 1] += (green - data[at + 1]) * cover;
      data[at + 2] += (blue - data[at + 2]) * cover;
    }
  }
}

function isShown(map, i) {
  return map.chosen.size === 0 || map.chosen.has(map.coloring.codes[i]);
}

function colorOf(map, i) {
  return map.coloring.colors[map.coloring.codes[i]] ?? map.theme.faint;
}

function placeOnScreen(map, i) {
  return toScreen(transformOf(map), map.placed[2 * i], map.placed[2 * i + 1]);
}

function drawSurface(canvas, map) {
  const context = canvas.getContext("2d");
  context.setTransform(map.size.ratio, 0, 0, map.size.ratio, 0, 0);
  context.clearRect(0, 0, map.size.width, map.size.height);
  if (!map.points) return;
  if (!map.move) drawNames(context, map);
  drawNeighbors(context, map);
  drawHits(context, map);
  if (map.marks.selected !== null) drawHalo(context, map, map.marks.selected);
  drawRanks(context, map);
  if (map.hovered !== null) drawDisc(context, map, map.hovered, pointRadius(map) + 3);
}

function drawNames(context, map) {
  const transform = transformOf(map);
  const { counts, names, places } = map.coloring;
  const taken = [];
  context.font = `600 13px ${map.theme.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.globalAlpha = map.marks.hits.length ? 0.6 : 1;
  const byCount = [...names.keys()].sort((one, other) => counts[other] - counts[one]);
  for (const group of byCount) {
    if (counts[group] === 0 || !places[group] || (map.chosen.size && !map.chosen.has(group))) continue;
    const name = shortened(names[group]);
    const place = toScreen(transform, places[group].x, places[group].y);
    if (!isInside(place, map.size)) continue;
    const halfWidth = context.measureText(name).width / 2 + 4;
    place.x = Math.max(halfWidth, Math.min(place.x, map.size.width - halfWidth)); // not cut off at an edge
    const box = boxAround(place, halfWidth, 10);
    if (taken.some((other) => overlap(box, other))) continue;
    taken.push(box);
    drawText(context, map.theme, name, place);
  }
  context.globalAlpha = 1;
}

function shortened(name) {
  return name.length > NAME_LENGTH ? `${name.slice(0, NAME_LENGTH - 1).trimEnd()}…` : name;
}

function boxAround({ x, y }, halfWidth, halfHeight) {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

function isInside({ x, y }, { width, height }) {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

function drawText(context, theme, text, { x, y }) {
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = theme.ground;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}

function drawNeighbors(context, map) {
  if (map.marks.selected === null) return;
  const from = placeOnScreen(map, map.marks.selected);
  context.strokeStyle = map.theme.text;
  context.lineWidth = 1;
  context.globalAlpha = 0.55;
  context.beginPath();
  for (const neighbor of map.marks.neighbors) {
    const to = placeOnScreen(map, neighbor);
    context.moveTo(from.x, from.y);
    context.lineTo(to.x, to.y);
  }
  context.stroke();
  context.globalAlpha = 1;
  for (const neighbor of map.marks.neighbors) drawDisc(context, map, neighbor, pointRadius(map) + 1);
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

// The worst hits first, so that the best lie on top.
function drawHits(context, map) {
  const radius = hitRadius(map);
  for (const hit of map.marks.hits.toReversed()) {
    drawDisc(context, map, hit, radius - 2);
    drawRing(context, placeOnScreen(map, hit), radius, 1.75, map.theme.text);
  }
}

function hitRadius(map) {
  return pointRadius(map) + 3.5;
}

// Numbers only where there is room, the best hits before the others.
function drawRanks(context, map) {
  const radius = hitRadius(map);
  const taken = [];
  context.font = `700 11px ${map.theme.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  map.marks.hits.forEach((hit, rank) => {
    const { x, y } = placeOnScreen(map, hit);
    const box = boxAround({ x: x + radius + 8, y: y - radius }, 8, 6);
    if (taken.some((other) => overlap(box, other))) return;
    taken.push(box);
    drawText(context, map.theme, String(rank + 1), { x: x + radius, y: y - radius });
  });
}

function drawHalo(context, map, i) {
  const place = placeOnScreen(map, i);
  const radius = pointRadius(map) + 3;
  context.globalAlpha = 0.3;
  drawRing(context, place, radius + 6, 6, map.theme.accent);
  context.globalAlpha = 1;
  drawRing(context, place, radius + 2, 2.5, map.theme.accent);
  drawDisc(context, map, i, radius);
}
