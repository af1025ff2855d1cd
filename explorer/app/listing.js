// A listing: a table of texts, in which numbers stand to the right.

const listing = (columns, rows, label) => {
  const table = make("table", "listing");
  const head = make("tr");
  head.append(...columns.map(({ title, isNumber }) => {
    const cell = make("th", isNumber ? "number" : "", title);
    cell.scope = "col";
    return cell;
  }));
  const body = make("tbody");
  body.append(...rows.map((row) => {
    const line = make("tr");
    line.append(...row.map((text, at) => quote("td", columns[at].isNumber ? "number" : "", text)));
    return line;
  }));
  const top = make("thead");
  top.append(head);
  table.append(top, body);
  return scrolled(table, label);
};
