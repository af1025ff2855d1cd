// A table of figures side by side: a row for each measure, a bar for each figure, the best of a row marked.

const columnHead = (name) => {
  const cell = make("th", "", name);
  cell.scope = "col";
  return cell;
};

const figureHead = (names) => {
  const head = make("thead");
  const row = make("tr");
  row.append(...names.map(columnHead));
  head.append(row);
  return head;
};

const figureCell = (value, isBest) => {
  const cell = make("td", isBest ? "compared best" : "compared");
  const line = make("span", "line");
  const track = make("span", "track");
  const bar = make("span", "bar");
  bar.style.width = `${100 * Math.max(0, value)}%`;
  track.append(bar);
  line.append(make("span", "figure", value.toFixed(3)));
  if (isBest) line.append(make("span", "mark", "best"));
  cell.append(line, track);
  return cell;
};

const figureRow = ({ title, explanation, figures, best, change }) => {
  const row = make("tr");
  const head = make("th", "measured", title);
  head.scope = "row";
  head.title = explanation;
  row.append(head, ...figures.map((value, at) => figureCell(value, best.includes(at))));
  if (change !== undefined) row.append(make("td", "figure change", signed(change)));
  return row;
};

const signed = (change) => {
  const shown = Math.abs(change).toFixed(3);
  if (Number(shown) === 0) return shown;
  return `${change > 0 ? "+" : "\u2212"}${shown}`;
};

const figureTable = (columns, rows) => {
  const table = make("table", "figures");
  const body = make("tbody");
  body.append(...rows.map(figureRow));
  table.append(figureHead(columns), body);
  return table;
};
