// Reading the props: what they say, whether it fits together, and the message where it does not.

const NO_COLORING = {
  isScale: false, title: "", codes: new Int8Array(0), names: [], colors: [], rest: "none", counts: [], places: [],
};
const NO_MARKS = { hits: [], selected: null, neighbors: [] };
const problems = new Map();
const stale = new Set();

// In the order in which they are read: what comes later builds on what comes first.
const READERS = {
  points: readPoints,
  coloring: readColoring,
  chosen: readChosen,
  names: () => { map.names = props.names ? namesOf(props.names) : []; },
  marks: readMarks,
  pin: () => { map.pin = props.pin; },
  shown: () => { map.shown = props.shown ? unpackedBits(props.shown) : null; },
  region: () => { map.region = props.region.polygon ?? []; },
  near: readNear,
  least: readLeast,
  message: () => {},
  progress: () => {},
};

// One update may change many props: they are read once, together.
function readLater(name) {
  if (stale.size === 0) queueMicrotask(() => guard(readStale));
  stale.add(name);
}

function readStale() {
  const names = [];
  for (const name of Object.keys(READERS)) {
    if (!stale.has(name)) continue;
    readProp(name);
    names.push(name);
  }
  stale.clear();
  settle(names);
}

// With other rows, the other props may fit where they did not, and what was told of the earlier rows is void.
function forgetRows() {
  described.clear();
  for (const name of Object.keys(READERS)) stale.add(name);
}

function readProp(name) {
  problems.delete(name);
  try {
    READERS[name]();
  } catch (error) {
    problems.set(name, `This cannot be drawn: ${error.message}.`);
  }
}

function readPoints() {
  const earlier = map.points && { ...map.points, placed: map.placed, transform: transformOf(map) };
  Object.assign(map, { points: null, grid: null, move: null, cursor: null });
  const points = props.points ? unpackedPoints(props.points) : null;
  const isSame = earlier && earlier.key === points?.key && earlier.count === points.count;
  if (!isSame) forgetRows();
  if (!points) return;
  Object.assign(map, { points, bounds: points.bounds, view: fittedView(points.bounds), placed: points.coordinates });
  map.move = isSame && points.count <= MOST_MOVED ? moveFrom(earlier) : null;
}

function readColoring() {
  map.given = NO_COLORING;
  told.chosen = [];
  if (!props.coloring) return;
  map.given = props.coloring.levels ? scaleOf(props.coloring) : groupsOf(props.coloring);
}

function groupsOf({ title, codes, names, colors, rest }) {
  const decoded = unpacked(codes);
  return { ...NO_COLORING, title, codes: decoded, names, colors, rest, counts: countsOf(decoded, names.length) };
}

// On the wire 0 is no value; here, as with groups, -1 is.
function scaleOf({ title, levels, low, high, ends }) {
  const codes = Int16Array.from(unpacked(levels), (level) => level - 1);
  return { ...NO_COLORING, isScale: true, title, low, high, ends: ends ?? [], codes };
}

function readChosen() {
  const codes = inOrder(props.chosen.codes ?? []);
  if (!isOvertaken("chosen", codes)) map.chosen = new Set(codes);
}

function readNear() {
  map.near = null;
  told.least = [];
  if (props.near) map.near = nearOf(props.near);
}

function readLeast() {
  const least = props.least.value ?? -1;
  if (!isOvertaken("least", least)) map.least = least;
}

function nearOf({ levels, low, high }) {
  return { levels: unpacked(levels), low, high, top: 2 ** 16 - 1 };
}

// The first names are the more important ones.
function namesOf({ texts, places, levels }) {
  return texts.map((text, k) => (
    { text: shortened(text), x: places[k][0], y: places[k][1], level: levels[k], size: -k }));
}

function readMarks() {
  const { hits, selected, neighbors } = { ...NO_MARKS, ...props.marks };
  map.marks = { hits, selected, neighbors };
}

// What does not fit the points is said, and left out of what is drawn.
function settle(names) {
  const problem = mismatch();
  const changed = (...some) => some.some((name) => names.includes(name));
  if (changed("points", "coloring")) {
    settleColoring();
    renderLegend(legend, map);
  }
  if (changed("chosen")) pressButtons(legend, map.chosen);
  if (changed("marks")) bringIntoView();
  showMessage(map.failure ?? problem ?? (props.message || (map.points ? "" : "No posts to show yet.")));
  showProgress(props.progress);
  label();
  enableClear();
  if (changed("points", "coloring", "chosen", "shown", "near", "least")) sift();
  requestDrawing();
}

function settleColoring() {
  const { points, given } = map;
  const fits = points && given.codes.length === points.count;
  map.coloring = fits ? { ...given } : { ...NO_COLORING, codes: new Int8Array(points?.count ?? 0).fill(-1) };
  map.coloring.names = map.coloring.names.map((name) => cleaned(name));
  map.coloring.places = fits && !given.isScale ? placesOf(points, given.codes, given.names.length) : [];
  map.order = orderOf(map.coloring);
  if (!map.failure) mixColors(map);
}

function mismatch() {
  const [problem] = problems.values();
  if (problem || !map.points) return problem;
  const { count } = map.points;
  const lengths = { coloring: map.given.codes.length, filter: map.shown?.length, similarity: map.near?.levels.length };
  if (map.shown?.length !== count) map.shown = null;
  if (map.near?.levels.length !== count) map.near = null;
  const [misfit] = Object.entries(lengths).filter(([, length]) => length && length !== count);
  if (misfit) return `The ${misfit[0]} is of ${formatted(misfit[1])} posts, the map of ${formatted(count)}.`;
  return strayMark(count);
}

function strayMark(count) {
  const { hits, selected, neighbors } = map.marks;
  const isThere = (i) => i >= 0 && i < count;
  const stray = [...hits, ...neighbors, selected ?? 0].find((i) => !isThere(i));
  if (stray === undefined) return undefined;
  const kept = selected !== null && isThere(selected) ? selected : null;
  map.marks = { hits: hits.filter(isThere), selected: kept, neighbors: neighbors.filter(isThere) };
  return `Post ${stray} is marked; the map has ${formatted(count)} posts.`;
}

function bringIntoView() {
  const { selected } = map.marks;
  if (selected === null || !map.points || map.size.width === 0) return;
  if (!isInside(placeOnScreen(map, selected), map.size)) map.view = centeredOn(map, selected);
}
