// Near: a slider that thins the map to what is similar enough, and counts what is left while it is dragged.

const MOST_FEW = 60;

function isNearEnough({ near, least }) {
  if (!near) return null;
  const level = levelOfValue(near, least);
  return level > 0 ? (i) => near.levels[i] >= level : null;
}

// Every reason for which a point may be faint, in one mask; null where there is none.
function visibleMask(map) {
  const { points, shown, chosen, coloring: { codes } } = map;
  const isNear = isNearEnough(map);
  if (!points || (!shown && !chosen.size && !isNear)) return null;
  const mask = shown ? shown.slice() : new Uint8Array(points.count).fill(1);
  if (chosen.size) for (let i = 0; i < mask.length; i++) if (!chosen.has(codes[i])) mask[i] = 0;
  if (isNear) for (let i = 0; i < mask.length; i++) if (!isNear(i)) mask[i] = 0;
  return mask;
}

function visibleCount({ points, visible }) {
  if (!visible) return points.count;
  let count = 0;
  for (let i = 0; i < visible.length; i++) count += visible[i];
  return count;
}

// Those that are left, where they are few among many.
function fewOf({ visible, nVisible }) {
  if (!visible || nVisible > MOST_FEW) return [];
  const few = [];
  for (let i = 0; i < visible.length; i++) if (visible[i]) few.push(i);
  return few;
}

// How many points of each group are visible.
function groupCounts({ coloring: { codes, counts }, visible }) {
  return visible && counts.length ? countsOf(codes.map((code, i) => (visible[i] ? code : -1)), counts.length) : counts;
}

function isVisible(map, i) {
  return map.visible === null || map.visible[i] === 1;
}

function sift() {
  map.visible = visibleMask(map);
  map.nVisible = map.points ? visibleCount(map) : 0;
  map.few = fewOf(map);
  map.visibleCounts = groupCounts(map);
  showNear();
  hoverAgain();
  if (!tableSection.hidden) turnTable(-firstRow);
  requestDrawing();
}

function showNear() {
  const isHidden = !map.near || !map.points;
  if (nearBox.hidden !== isHidden) {
    nearBox.hidden = isHidden;
    findControls();
  }
  if (isHidden) return;
  const count = `${formatted(map.nVisible)} posts`;
  const [low, high] = [Math.floor(map.near.low * 100) / 100, Math.ceil(map.near.high * 100) / 100];
  const reach = map.least > low ? `at least ${map.least.toFixed(2)} similar` : "however similar";
  Object.assign(slider, { min: low, max: high, value: clamp(map.least, low, high) });
  nearBox.querySelector(".near-text").textContent = `${reach} · ${count}`;
  slider.setAttribute("aria-valuetext", `${reach}, ${count}`);
}

function slide() {
  map.least = Number(slider.value);
  tell("least", map.least);
  sift();
}

function letGo() {
  trigger("release", { least: Number(slider.value) });
}
