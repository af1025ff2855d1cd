// Colors: those of the theme and of the groups, and the ramp of a continuous coloring.

// Lightness is even along a ramp, and what is high stands out from the ground. [lightness, chroma, hue]
const RAMPS = {
  light: [[0.84, 0.08, 195], [0.34, 0.16, 295]],
  dark: [[0.4, 0.09, 285], [0.93, 0.15, 105]],
};
const RAMP_STEPS = 255;

function readTheme(root) {
  const style = getComputedStyle(root);
  const variable = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const theme = {
    text: variable("--body-text-color", "#1f2937"),
    ground: variable("--background-fill-primary", "#ffffff"),
    none: variable("--body-text-color-subdued", "#9ca3af"),
    accent: variable("--color-accent", "#f97316"),
    font: style.fontFamily,
  };
  const faintest = `color-mix(in srgb, ${theme.none} 38%, ${theme.ground})`; // however many lie on each other
  const [ground, none, faint] = inksOf([theme.ground, theme.none, faintest]);
  const isDark = (ground & 255) + ((ground >> 8) & 255) + ((ground >> 16) & 255) < 3 * 128;
  return { ...theme, inks: { ground, none, faint }, isDark };
}

// Any CSS colors as pixels: red in the lowest byte, then green and blue.
function inksOf(colors) {
  if (!colors.length) return new Uint32Array(0);
  const context = contextOf(new OffscreenCanvas(colors.length, 1), { willReadFrequently: true });
  colors.forEach((color, k) => {
    context.fillStyle = "#808080"; // stays where the color is none
    context.fillStyle = color;
    context.fillRect(k, 0, 1, 1);
  });
  return new Uint32Array(context.getImageData(0, 0, colors.length, 1).data.buffer).map((ink) => ink & 0xffffff);
}

function contextOf(canvas, options) {
  const context = canvas.getContext("2d", options);
  if (!context) throw new Error("this browser gives no canvas to draw on");
  return context;
}

function rampOf({ isDark }) {
  const [from, to] = isDark ? RAMPS.dark : RAMPS.light;
  return Array.from({ length: RAMP_STEPS }, (_, step) => {
    const [lightness, chroma, hue] = from.map((start, k) => start + ((to[k] - start) * step) / (RAMP_STEPS - 1));
    return `oklch(${lightness} ${chroma} ${hue})`;
  });
}

// The color of each code; the codes of a scale are the steps of its ramp.
function colorsOf({ coloring, theme }) {
  return coloring.isScale ? rampOf(theme) : coloring.colors;
}

function mixColors(map) {
  map.colors = colorsOf(map);
  map.inks = Uint32Array.of(map.theme.inks.none, ...inksOf(map.colors)); // that of no group comes first
}

function colorOf(map, i) {
  return map.colors[map.coloring.codes[i]] ?? map.theme.none;
}
