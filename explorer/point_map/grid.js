// Finding points: the nearest to a place, the next in a direction, and where a group is densest.

const CELLS = 48; // across the map, for the densest place of a group

// The points of cell c are members[starts[c]] up to members[starts[c + 1]].
function gridOf(coordinates, bounds) {
  const count = coordinates.length / 2;
  const side = Math.max(1, Math.ceil(Math.sqrt(count / 2)));
  const grid = { side, bounds, starts: new Uint32Array(side * side + 1), members: new Uint32Array(count) };
  const cells = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    cells[i] = rowOf(grid, coordinates[2 * i + 1]) * side + columnOf(grid, coordinates[2 * i]);
    grid.starts[cells[i] + 1]++;
  }
  for (let cell = 0; cell < side * side; cell++) grid.starts[cell + 1] += grid.starts[cell];
  const next = grid.starts.slice();
  for (let i = 0; i < count; i++) grid.members[next[cells[i]]++] = i;
  return grid;
}

function columnOf({ bounds, side }, x) {
  return clamp(Math.floor(((x - bounds.left) / (bounds.right - bounds.left || 1)) * side), 0, side - 1);
}

function rowOf({ bounds, side }, y) {
  return clamp(Math.floor(((y - bounds.bottom) / (bounds.top - bounds.bottom || 1)) * side), 0, side - 1);
}

function nearestPoint(grid, coordinates, center, reach, isCandidate) {
  let nearest = null;
  let least = reach * reach;
  const lastRow = rowOf(grid, center.y + reach);
  for (let row = rowOf(grid, center.y - reach); row <= lastRow; row++) {
    const start = grid.starts[row * grid.side + columnOf(grid, center.x - reach)];
    const end = grid.starts[row * grid.side + columnOf(grid, center.x + reach) + 1];
    for (let place = start; place < end; place++) {
      const i = grid.members[place];
      const distance = (coordinates[2 * i] - center.x) ** 2 + (coordinates[2 * i + 1] - center.y) ** 2;
      if (distance <= least && isCandidate(i)) [nearest, least] = [i, distance];
    }
  }
  return nearest;
}

// The candidate of least cost, which is given the way to it from the center; Infinity rules it out.
function cheapestPoint(coordinates, center, isCandidate, costOf) {
  let cheapest = null;
  let least = Infinity;
  for (let i = 0; i < coordinates.length / 2; i++) {
    const cost = costOf(coordinates[2 * i] - center.x, coordinates[2 * i + 1] - center.y);
    if (cost < least && isCandidate(i)) [cheapest, least] = [i, cost];
  }
  return cheapest;
}

// Ahead is within 45 degrees of the direction; what lies aside counts as farther than what lies straight on.
function nextPoint(coordinates, center, [right, up], isCandidate) {
  return cheapestPoint(coordinates, center, isCandidate, (across, above) => {
    const ahead = across * right + above * up;
    const aside = Math.abs(across * up - above * right);
    return ahead > 0 && aside <= ahead ? ahead ** 2 + 4 * aside ** 2 : Infinity;
  });
}

// Where each group's name stands: its densest place, for a group may have parts far from each other.
function placesOf({ coordinates, bounds, count }, codes, groups) {
  const grid = { side: CELLS, bounds };
  const cells = new Uint16Array(count);
  const densities = new Uint32Array(groups * CELLS * CELLS);
  for (let i = 0; i < count; i++) {
    cells[i] = rowOf(grid, coordinates[2 * i + 1]) * CELLS + columnOf(grid, coordinates[2 * i]);
    if (codes[i] >= 0) densities[codes[i] * CELLS * CELLS + cells[i]]++;
  }
  const peaks = Array.from({ length: groups }, (_, group) => densestCell(densities, group * CELLS * CELLS));
  return meansAbout(peaks, coordinates, codes, cells);
}

function densestCell(densities, start) {
  let [densest, most] = [null, 0];
  for (let cell = 0; cell < CELLS * CELLS; cell++) {
    if (densities[start + cell] === 0) continue;
    let density = 0;
    for (let row = -1; row <= 1; row++) {
      for (let column = -1; column <= 1; column++) {
        const x = (cell % CELLS) + column;
        const neighbor = cell + row * CELLS + column;
        if (x >= 0 && x < CELLS && neighbor >= 0 && neighbor < CELLS * CELLS) density += densities[start + neighbor];
      }
    }
    if (density > most) [densest, most] = [cell, density];
  }
  return densest;
}

// The mean of each group's points in the cells about its peak; null where the group is empty.
function meansAbout(peaks, coordinates, codes, cells) {
  const sums = peaks.map(() => ({ x: 0, y: 0, count: 0 }));
  for (let i = 0; i < cells.length; i++) {
    const peak = codes[i] >= 0 ? peaks[codes[i]] : null;
    if (peak === null) continue;
    const columns = (cells[i] % CELLS) - (peak % CELLS);
    const rows = Math.floor(cells[i] / CELLS) - Math.floor(peak / CELLS);
    if (Math.abs(columns) > 1 || Math.abs(rows) > 1) continue;
    const sum = sums[codes[i]];
    sum.x += coordinates[2 * i];
    sum.y += coordinates[2 * i + 1];
    sum.count++;
  }
  return sums.map(({ x, y, count }) => (count ? { x: x / count, y: y / count } : null));
}
