// Selecting an area: a lasso, a box, or all that is in view. Python finds who is inside.

const MOST_VERTICES = 200;

function startPath(place) {
  map.path = map.tool === "box" ? boxOf(place, place) : [place];
  map.pathStart = place;
  unhover();
}

function extendPath(place) {
  const within = { x: clamp(place.x, 0, map.size.width), y: clamp(place.y, 0, map.size.height) };
  if (map.tool === "box") map.path = boxOf(map.pathStart, within);
  else map.path.push(within);
  requestDrawing(false);
}

function dropPath() {
  map.path = null;
  requestDrawing(false);
}

function finishPath() {
  const path = fewVertices(map.path);
  dropPath();
  if (path.length >= 3) apply(path);
}

function boxOf(one, other) {
  return [one, { x: other.x, y: one.y }, other, { x: one.x, y: other.y }];
}

function fewVertices(path) {
  let few = path;
  for (let tolerance = 0.7; few.length > MOST_VERTICES || few === path; tolerance *= 1.5) {
    if (path.length <= 4) return path;
    few = simplified(path, tolerance);
  }
  return few;
}

function selectView() {
  const { width, height } = map.size;
  apply(boxOf({ x: 0, y: 0 }, { x: width, y: height }));
}

// The outline shows at once; who is inside follows with the answer.
function apply(path) {
  const transform = transformOf(map);
  const polygon = path.map(({ x, y }) => fromScreen(transform, x, y)).map(({ x, y }) => [x, y]);
  map.region = polygon;
  enableClear();
  requestDrawing(false);
  trigger("apply", { polygon });
}

function clearSelection() {
  if (clearButton.disabled) return;
  map.region = [];
  map.marks = { ...map.marks, selected: null, neighbors: [] };
  enableClear();
  requestDrawing(false);
  trigger("clear", {});
}

function enableClear() {
  clearButton.disabled = map.region.length === 0 && map.marks.selected === null;
}

function chooseTool(tool) {
  map.tool = tool;
  surface.dataset.tool = tool;
  for (const button of toolButtons) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
}
