// Names on the map: groups' names first, finer ones as one zooms in, none over another or cut off at an edge.

const NAME_LENGTH = 30;
const FIRST_FINER_ZOOM = 1.9;
const NEXT_FINER_FACTOR = 2.5;
const LEAST_SHARE = 0.05; // of a group must be visible for its name to be shown
const FONTS = [
  { weight: 650, size: 13 },
  { weight: 550, size: 12 },
  { weight: 450, size: 11.5 },
];

// Controls and marks may turn the direction of what follows, or break it into lines.
function cleaned(text) {
  return text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, " ").trim();
}

function shortened(text, length = NAME_LENGTH) {
  const letters = [...cleaned(text)];
  return letters.length > length ? `${letters.slice(0, length - 1).join("").trimEnd()}…` : letters.join("");
}

function groupNames({ coloring: { names, counts, places }, visibleCounts }) {
  return names
    .map((name, code) => ({ code, text: shortened(name), level: 0, size: counts[code], ...places[code] }))
    .filter(({ code, x, size }) => x !== undefined && visibleCounts[code] > LEAST_SHARE * size);
}

// The finest level at this zoom; the first stands in where there are no groups.
function finestLevel(zoom, hasGroups) {
  const finer = 1 + Math.floor(Math.log(zoom / FIRST_FINER_ZOOM) / Math.log(NEXT_FINER_FACTOR));
  return Math.max(0, finer) + (hasGroups ? 0 : 1);
}

// The finest level and the one above it come first; coarser ones take the room that is left.
function orderedNames(map) {
  const groups = groupNames(map);
  const finest = finestLevel(map.view.zoom, groups.length > 0);
  const names = [...groups, ...map.names].filter(({ level }) => level <= finest);
  const levels = [...new Set([...groups, ...map.names].map(({ level }) => level))];
  const reached = Math.max(0, ...levels.filter((level) => level <= finest));
  const turnOf = ({ level }) => (level >= reached - 1 ? level - reached - 1 : reached - level);
  return names.sort((one, other) => turnOf(one) - turnOf(other) || other.size - one.size);
}

// Names get out of the way of the tools and of what is marked.
function drawNames(context, map, taken) {
  const transform = transformOf(map);
  const used = [...taken];
  for (const name of orderedNames(map)) {
    const place = toScreen(transform, name.x, name.y);
    if (!isInside(place, map.size)) continue;
    const { weight, size } = FONTS[Math.min(name.level, FONTS.length - 1)];
    context.font = `${weight} ${size}px ${map.theme.font}`;
    const box = fittingBox(context, map.size, name.text, place, size);
    if (!isFree(box, used)) continue;
    used.push(box);
    drawText(context, map.theme, name.text, { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 });
    map.drawnNames.push({ text: name.text, ...box });
  }
}

function fittingBox(context, size, text, place, height) {
  const halfWidth = context.measureText(text).width / 2 + 5;
  const x = Math.max(halfWidth, Math.min(place.x, size.width - halfWidth));
  const y = clamp(place.y, height, size.height - height);
  return boxAround({ x, y }, halfWidth, height * 0.8);
}

function drawText(context, theme, text, { x, y }) {
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = theme.ground;
  context.strokeText(text, x, y);
  context.fillStyle = theme.text;
  context.fillText(text, x, y);
}
