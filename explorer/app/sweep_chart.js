// What numbers of clusters are like: a small chart for each measure, all with the same k below each other's points.
// Pointing at a k tells its figures in every chart, and a click clusters with it; the table serves the keyboard.

const [panel, progress, stop, retry, close, charts, reason, figures] = find(
  "sweep", "progress", "stop", "retry", "close", "charts", "reason", "figures");
const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 132;
const MARGIN = { top: 10, right: 10, bottom: 20, left: 44 };
const N_TICKS = 3;

let pointed = null; // the k under the pointer
let sweep = null; // of all turns that were told of, the last
let stopped = { turn: 0 };

const draw = (tag, attributes, text) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
};

const scaleOf = (values, width) => {
  const { ks } = sweep;
  const low = Math.min(...values), high = Math.max(...values);
  const pad = (high - low) * 0.08 || Math.abs(high) * 0.1 || 0.1;
  const [bottom, top] = [low - pad, high + pad];
  const step = (width - MARGIN.left - MARGIN.right) / ks.length;
  const span = HEIGHT - MARGIN.top - MARGIN.bottom;
  return {
    step,
    x: (at) => MARGIN.left + (at + 0.5) * step,
    y: (value) => MARGIN.top + span * (1 - (value - bottom) / (top - bottom)),
    digits: high - low < 0.1 ? 3 : 2,
    ticks: low === high ? [low] : Array.from({ length: N_TICKS }, (_, n) => low + ((high - low) * n) / (N_TICKS - 1)),
  };
};

const groundOf = (scale, width) => {
  const ground = draw("g", { class: "ground" });
  for (const tick of scale.ticks) {
    ground.append(
      draw("line", { x1: MARGIN.left, x2: width - MARGIN.right, y1: scale.y(tick), y2: scale.y(tick) }),
      draw("text", { x: MARGIN.left - 6, y: scale.y(tick) + 4, "text-anchor": "end" }, tick.toFixed(scale.digits)),
    );
  }
  return ground;
};

const columnOf = (k, at, scale, isKnown) => {
  const column = draw("g", { class: "column", "data-k": k });
  const left = scale.x(at) - scale.step / 2;
  column.append(
    draw("rect", { x: left, y: 0, width: scale.step, height: HEIGHT }),
    draw("text", { x: scale.x(at), y: HEIGHT - 5, "text-anchor": "middle" }, k),
  );
  if (!isKnown) return column;
  column.classList.add("known");
  column.addEventListener("pointerenter", () => point(k));
  column.addEventListener("click", () => choose(k));
  return column;
};

const dotOf = (k, at, value, scale) => draw(
  "circle", { class: "dot", "data-k": k, cx: scale.x(at), cy: scale.y(value), r: 3.5 });

const plotOf = (values, width) => {
  const { ks } = sweep;
  const plot = draw("svg", { width, height: HEIGHT, "aria-hidden": "true" });
  const scale = scaleOf(values, width);
  const path = values.map((value, at) => `${scale.x(at)},${scale.y(value)}`).join(" ");
  plot.append(
    ...ks.map((k, at) => columnOf(k, at, scale, at < values.length)),
    groundOf(scale, width),
    draw("polyline", { points: path }),
    ...values.map((value, at) => dotOf(ks[at], at, value, scale)),
  );
  plot.addEventListener("pointerleave", () => point(null));
  return plot;
};

const chartOf = ({ title, explanation }) => {
  const figure = make("figure");
  const caption = make("figcaption", "", title);
  caption.title = explanation;
  caption.append(make("span", "figure"));
  figure.append(caption, make("div", "plot"));
  return figure;
};

// Their width is known once all of them are there.
const drawCharts = ({ measures }) => {
  charts.replaceChildren(...measures.map(chartOf));
  charts.querySelectorAll(".plot").forEach((plot, at) => {
    const { values } = measures[at];
    if (values.length) plot.append(plotOf(values, plot.clientWidth));
  });
};

const choose = (k) => trigger("select", { k });

const point = (k) => {
  pointed = k;
  mark();
};

// The k whose figures stand above the charts: that pointed at, or else the chosen, or else the recommended one.
const mark = () => {
  if (!sweep) return;
  const { ks, measures, recommended } = sweep;
  const known = ks.slice(0, nKnown());
  const told = [pointed, props.chosen, recommended].find((k) => known.includes(k));
  for (const node of charts.querySelectorAll("[data-k]")) {
    const k = Number(node.dataset.k);
    node.classList.toggle("best", k === recommended);
    node.classList.toggle("chosen", k === props.chosen);
    node.classList.toggle("pointed", k === pointed);
  }
  charts.querySelectorAll("figcaption .figure").forEach((figure, at) => {
    const value = measures[at].values[known.indexOf(told)];
    figure.textContent = value === undefined ? "" : `${figureOf(value)} at k = ${told}`;
  });
};

const nKnown = () => sweep.measures[0].values.length;

const progressOf = (known, { ks, n_posts }) => {
  if (known === ks.length) return `${ks.length} numbers of clusters of ${formatted(n_posts)} posts`;
  return isStopped() ? `Canceled after ${known} of ${ks.length}` : `${known} of ${ks.length} …`;
};

const isStopped = () => stopped.turn > sweep.turn;

const drawState = (known) => {
  const isOver = known === sweep.ks.length;
  progress.textContent = progressOf(known, sweep);
  panel.style.setProperty("--done", `${(100 * known) / sweep.ks.length}%`);
  panel.classList.toggle("over", isOver || isStopped());
  stop.hidden = isOver || isStopped();
  retry.hidden = isOver || !isStopped();
  reason.textContent = sweep.reason || "";
};

const drawAll = () => {
  panel.hidden = !sweep || (stopped.is_closed && isStopped());
  if (panel.hidden) return;
  drawState(nKnown());
  drawCharts(sweep);
  replace(figures, figuresOf(sweep, nKnown(), choose));
  mark();
};

const take = () => {
  if (props.sweep && props.sweep.turn >= (sweep?.turn ?? 0)) sweep = props.sweep;
  if (props.stopped && props.stopped.turn > stopped.turn) stopped = props.stopped;
  drawAll();
};

stop.addEventListener("click", () => trigger("stop", {}));
retry.addEventListener("click", () => trigger("retry", {}));
close.addEventListener("click", () => trigger("clear", {}));
watch(["sweep", "stopped"], take);
watch("chosen", mark);
let width = 0;
new ResizeObserver(() => {
  if (charts.clientWidth === width) return;
  width = charts.clientWidth;
  drawAll();
}).observe(charts);
take();
