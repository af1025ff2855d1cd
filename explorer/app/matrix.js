// A matrix of counts: newsgroups by clusters, each cell as dark as its share of the row. It is one stop of the
// keyboard, in which the arrows lead from cell to cell; a cell is chosen by a click or by Enter.

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const matrixHead = (columns) => {
  const head = make("thead");
  const row = make("tr");
  row.append(make("td"), ...columns.map(({ name, title }) => {
    const cell = quote("th", "column", name);
    cell.scope = "col";
    cell.title = visible(title);
    return cell;
  }));
  head.append(row);
  return head;
};

const matrixCell = (count, total, label) => {
  const share = total ? count / total : 0;
  const cell = make("td", "cell", count ? formatted(count) : "");
  cell.role = "gridcell";
  cell.tabIndex = -1;
  cell.ariaLabel = label;
  cell.style.setProperty("--share", `${Math.round(share * 100)}%`);
  return cell;
};

const matrixRow = (name, counts, columns) => {
  const row = make("tr");
  const head = quote("th", "row", name);
  head.scope = "row";
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cells = counts.map((count, at) => matrixCell(
    count, total, `${visible(name)}, ${visible(columns[at].title)}: ${formatted(count)} of ${formatted(total)}`));
  row.append(head, ...cells);
  return row;
};

const matrixOf = ({ rows, columns, counts }, choose) => {
  const table = make("table", "matrix");
  table.role = "grid";
  const body = make("tbody");
  body.append(...rows.map((name, at) => matrixRow(name, counts[at], columns)));
  table.append(matrixHead(columns), body);
  const cells = [...body.children].map((row) => [...row.querySelectorAll(".cell")]);
  const placeOf = (cell) => {
    const row = cells.findIndex((each) => each.includes(cell));
    return [row, cells[row].indexOf(cell)];
  };
  if (cells[0]?.[0]) cells[0][0].tabIndex = 0;

  body.addEventListener("focusin", ({ target }) => {
    for (const cell of cells.flat()) cell.tabIndex = cell === target ? 0 : -1;
  });
  body.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step && event.key !== "Enter") return;
    event.preventDefault();
    const [row, column] = placeOf(event.target);
    if (step) cells[row + step[0]]?.[column + step[1]]?.focus();
    else choose(row, column);
  });
  body.addEventListener("click", ({ target }) => {
    const cell = target.closest(".cell");
    if (cell) choose(...placeOf(cell));
  });
  return table;
};
