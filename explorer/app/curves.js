// Curves: what each epoch achieved on the posts that are learned from, and on those held out, told under the pointer.

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 360;
const HEIGHT = 150;
const LEFT = 34;
const RIGHT = 8;
const TOP = 10;
const BOTTOM = 20;
const N_LABELED = 10; // epochs along the axis

const draw2d = (tag, attributes, text) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
};

// Whole steps of 1, 2 or 5 times a power of ten, of which few are enough.
const stepOf = (span) => {
  const power = 10 ** Math.floor(Math.log10(span / 3));
  return power * ([1, 2, 5, 10].find((times) => span / (times * power) <= 4) ?? 10);
};

const scaleOf = (values, most) => {
  const low = Math.min(...values);
  const high = most ?? Math.max(...values);
  const step = stepOf(Math.max(high - low, 0.01));
  const from = Math.floor(low / step) * step;
  const to = Math.ceil(high / step - 1e-9) * step || step;
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, at) => from + at * step);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return { ticks, label: (tick) => tick.toFixed(digits), y: (value) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - from) / (to - from)) };
};

const xOf = (nEpochs) => (at) => LEFT + (WIDTH - LEFT - RIGHT) * (nEpochs > 1 ? at / (nEpochs - 1) : 0.5);

const axesOf = ({ ticks, label, y }, x, nEpochs) => {
  const axes = draw2d("g", { class: "axes" });
  for (const tick of ticks) {
    axes.append(
      draw2d("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(tick), y2: y(tick) }),
      draw2d("text", { x: LEFT - 5, y: y(tick) + 3.5, "text-anchor": "end" }, label(tick)),
    );
  }
  const every = Math.ceil(nEpochs / N_LABELED);
  for (let at = 0; at < nEpochs; at += every) {
    axes.append(draw2d("text", { x: x(at), y: HEIGHT - 5, "text-anchor": "middle" }, at + 1));
  }
  return axes;
};

const lineOf = (name, values, x, y) =>
  draw2d("polyline", { class: name, points: values.map((value, at) => `${x(at)},${y(value)}`).join(" ") });

// One chart: two lines, a dot on the epoch that was kept, and a rule at the epoch under the pointer.
const chartOf = (title, pairs, { best, nEpochs, most }) => {
  const svg = draw2d("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  const scale = scaleOf(pairs.flat(), most);
  const x = xOf(nEpochs);
  const [learned, heldOut] = [0, 1].map((which) => pairs.map((pair) => pair[which]));
  const rule = draw2d("line", { class: "rule", y1: TOP, y2: HEIGHT - BOTTOM, visibility: "hidden" });
  svg.append(axesOf(scale, x, nEpochs), rule, lineOf("learned", learned, x, scale.y), lineOf("held-out", heldOut, x, scale.y));
  for (const [at, value] of heldOut.entries()) {
    const isBest = at === best;
    svg.append(draw2d("circle", { class: isBest ? "best" : "dot", cx: x(at), cy: scale.y(value), r: isBest ? 4.5 : 2 }));
  }
  const point = (at) => {
    rule.setAttribute("visibility", at === null ? "hidden" : "visible");
    if (at !== null) for (const end of ["x1", "x2"]) rule.setAttribute(end, x(at));
  };
  const figure = make("figure", "chart");
  figure.append(make("figcaption", "", title), svg);
  return { figure, svg, point, x };
};

const keyOf = () => {
  const key = make("p", "key");
  for (const [name, title] of [["learned", "posts learned from"], ["held-out", "posts held out"]]) {
    const item = make("span", name);
    item.append(make("i", "stroke"), title);
    key.append(item);
  }
  return key;
};

const said = (epochs, at) => {
  const { loss, accuracy } = epochs[at];
  return `Epoch ${at + 1}: loss ${loss[0].toFixed(3)}, held out ${loss[1].toFixed(3)}; `
    + `accuracy ${accuracy[0].toFixed(3)}, held out ${accuracy[1].toFixed(3)}`;
};

const nearestOf = (chart, clientX, nEpochs) => {
  const box = chart.svg.getBoundingClientRect();
  const place = ((clientX - box.left) / box.width) * WIDTH;
  const distances = Array.from({ length: nEpochs }, (_, at) => Math.abs(chart.x(at) - place));
  return distances.indexOf(Math.min(...distances));
};

// The charts are one stop of the keyboard; the arrows lead from epoch to epoch.
const curvesOf = ({ epochs, best, most_epochs }) => {
  const nEpochs = Math.max(most_epochs, epochs.length);
  const charts = [
    chartOf("Loss", epochs.map(({ loss }) => loss), { best, nEpochs }),
    chartOf("Accuracy", epochs.map(({ accuracy }) => accuracy), { best, nEpochs, most: 1 }),
  ];
  const told = make("p", "pointed");
  told.role = "status";
  let pointed = null;
  const point = (at) => {
    pointed = at;
    for (const chart of charts) chart.point(at);
    told.textContent = said(epochs, at ?? best ?? epochs.length - 1);
  };
  const step = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by) return;
    event.preventDefault();
    point(Math.min(Math.max((pointed ?? best ?? 0) + by, 0), epochs.length - 1));
  };
  const around = make("div", "charts");
  around.tabIndex = 0;
  around.role = "group";
  around.ariaLabel = "Loss and accuracy by epoch";
  around.append(...charts.map(({ figure }) => figure));
  for (const chart of charts) {
    chart.svg.addEventListener("pointermove", ({ clientX }) => point(nearestOf(chart, clientX, epochs.length)));
    chart.svg.addEventListener("pointerleave", () => point(null));
  }
  around.addEventListener("keydown", step);
  around.addEventListener("blur", () => point(null));
  point(null);
  const curves = make("div", "curves");
  curves.append(keyOf(), around, told);
  return curves;
};
