// The ground: points are blended into the pixels here, which without a GPU is many times faster than arcs or copies.

const FAINT_OPACITY = 0.65;
const GOLDEN = 0.6180339887;

function pointRadius({ points, size, view }, count = points.count) {
  const spacing = Math.sqrt((size.width * size.height) / Math.max(count, 1));
  const least = count > 200000 ? 0.7 : 1.3;
  return clamp(clamp(spacing * 0.27, least, 4) * Math.min(view.zoom, 30) ** 0.4, least, 9);
}

// The fewer are left, the larger they are drawn: a few among many would be lost.
function visibleRadius(map) {
  return pointRadius(map, map.visible ? map.nVisible : map.points.count);
}

function pointOpacity({ points, marks, view }) {
  const opacity = clamp(0.9 - 0.12 * Math.log10(points.count / view.zoom ** 2 / 1000), 0.35, 0.92);
  return marks.hits.length ? opacity * 0.65 : opacity;
}

// Draws at most so many points, and returns how many fell into the canvas.
function drawGround(canvas, map, most) {
  const context = contextOf(canvas);
  const radius = map.points ? visibleRadius(map) * map.size.ratio : 0;
  const frame = frameOf(canvas, Math.ceil(radius));
  frame.pixels.fill(0xff000000 | map.theme.inks.ground);
  const drawn = map.points ? blendPoints(frame, map, radius, most) : 0;
  context.putImageData(frame.image, -frame.pad, -frame.pad);
  return drawn;
}

// The pixels reach over the canvas by a disc on each side, so that no disc needs to be clipped.
function frameOf(canvas, reach) {
  const pad = 2 * reach;
  const [width, height] = [canvas.width + 2 * pad, canvas.height + 2 * pad];
  if (canvas.frame?.width !== width || canvas.frame.height !== height) {
    const image = new ImageData(width, height);
    canvas.frame = { image, pixels: new Uint32Array(image.data.buffer), width, height, pad };
  }
  return canvas.frame;
}

function blendPoints(frame, map, radius, most) {
  const opacity = pointOpacity(map);
  if (!map.visible) return blend(frame, map, stencilOf(frame, radius, opacity), most, 1);
  const faint = blend(frame, map, stencilOf(frame, pointRadius(map) * map.size.ratio, FAINT_OPACITY), most, 0);
  return faint + blend(frame, map, stencilOf(frame, radius, opacity), most, 1);
}

// How much of each pixel a disc with soft edges covers, in 256ths, and how far that pixel is from the center's.
function stencilOf({ width }, radius, opacity) {
  const reach = Math.ceil(radius);
  const [offsets, covers] = [[], []];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const cover = Math.round(256 * opacity * clamp(radius + 0.5 - Math.hypot(x, y), 0, 1));
      if (cover === 0) continue;
      offsets.push(y * width + x);
      covers.push(cover);
    }
  }
  return { reach, offsets: Int32Array.from(offsets), covers: Int32Array.from(covers) };
}

// The points whose visibility is as wanted. Steps of the golden section visit every point once, any first
// part of them is a fair sample, and no group hides another.
function blend(frame, map, stencil, most, wanted) {
  const { placed, visible, theme, inks, order } = map;
  const { points: { count }, size: { ratio, width, height }, coloring: { codes } } = map;
  const { scale, dx, dy } = transformOf(map);
  const { reach } = stencil;
  const [endX, endY] = [width * ratio + reach, height * ratio + reach];
  const stride = strideOf(count);
  let [next, drawn] = [0, 0];
  for (let k = 0; k < Math.min(most, count); k++) {
    next = (next + stride) % count;
    const i = order && most >= count ? order[k] : next;
    if (visible !== null && visible[i] !== wanted) continue;
    const x = Math.round((placed[2 * i] * scale + dx) * ratio);
    const y = Math.round((dy - placed[2 * i + 1] * scale) * ratio);
    if (x < -reach || y < -reach || x >= endX || y >= endY) continue;
    const center = (y + frame.pad) * frame.width + x + frame.pad;
    blendDisc(frame.pixels, center, stencil, wanted ? inks[codes[i] + 1] : theme.inks.faint);
    drawn++;
  }
  return drawn;
}

// Red and blue are blended at once: a byte lies between them.
function blendDisc(pixels, center, { offsets, covers }, ink) {
  const redBlue = ink & 0xff00ff;
  const green = ink & 0xff00;
  for (let k = 0; k < offsets.length; k++) {
    const at = center + offsets[k];
    const cover = covers[k];
    const rest = 256 - cover;
    const pixel = pixels[at];
    const mixed = (Math.imul(pixel & 0xff00ff, rest) + Math.imul(redBlue, cover) + 0x800080) >>> 8;
    const mixedGreen = (Math.imul(pixel & 0xff00, rest) + Math.imul(green, cover) + 0x8000) >>> 8;
    pixels[at] = 0xff000000 | (mixed & 0xff00ff) | (mixedGreen & 0xff00);
  }
}

function strideOf(count) {
  let stride = Math.max(1, Math.round(count * GOLDEN));
  while (divisor(stride, count) !== 1) stride++;
  return stride;
}

function divisor(one, other) {
  return other === 0 ? one : divisor(other, one % other);
}

// On a scale, what is high is drawn last, on top.
function orderOf({ isScale, codes }) {
  if (!isScale) return null;
  const next = new Uint32Array(RAMP_STEPS + 2);
  for (const code of codes) next[code + 2]++;
  for (let code = 0; code <= RAMP_STEPS; code++) next[code + 1] += next[code];
  const order = new Uint32Array(codes.length);
  codes.forEach((code, i) => { order[next[code + 1]++] = i; });
  return order;
}
