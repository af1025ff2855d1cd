// The figures of a sweep as a table, in which every k can be chosen by the keyboard too.

const headCell = (text) => {
  const cell = make("th", "", text);
  cell.scope = "col";
  return cell;
};

const figureRow = (k, at, measures, isBest, choose) => {
  const row = make("tr", isBest ? "best" : "");
  const head = make("th");
  head.scope = "row";
  const button = makeButton("button", formatted(k), () => choose(k));
  button.ariaLabel = `Cluster with k = ${k}`;
  head.append(button);
  row.append(head, ...measures.map(({ values }) => make("td", "figure", figureOf(values[at]))));
  return row;
};

const figureOf = (value) => value.toFixed(3);

const figuresOf = ({ ks, measures, recommended }, nKnown, choose) => {
  const table = make("table");
  table.ariaLabel = "Figures of each k";
  const head = make("thead");
  const row = make("tr");
  row.append(headCell("k"), ...measures.map(({ title }) => headCell(title)));
  head.append(row);
  const body = make("tbody");
  body.append(...ks.slice(0, nKnown).map((k, at) => figureRow(k, at, measures, k === recommended, choose)));
  table.append(head, body);
  return table;
};
