// The report of a classifier: newsgroup by newsgroup, as a matrix of what was taken for what, and its surest mistakes.

const place = element.querySelector(".classification");
const MISTAKE_COLUMNS = ["Probability", "Subject", "Is of", "Taken for"];

const tabled = (title, explanation, table) => section(title, explanation, scrolled(table, title));

const mistakeRow = ({ id, subject, actual, predicted, probability }) => {
  const row = make("tr");
  const [name, is, taken] = [make("td", "subject"), make("td"), make("td")];
  const button = quote("button", "open", subject || id);
  button.type = "button";
  name.append(button);
  is.append(newsgroupOf(actual));
  taken.append(newsgroupOf(predicted));
  row.append(make("td", "figure", probability.toFixed(3)), name, is, taken);
  row.addEventListener("click", () => trigger("select", { id })); // the button's clicks are the row's
  return row;
};

const mistakesOf = (mistakes) => {
  const table = make("table", "mistakes");
  const [head, row, body] = [make("thead"), make("tr"), make("tbody")];
  row.append(...MISTAKE_COLUMNS.map((title) => {
    const cell = make("th", "", title);
    cell.scope = "col";
    return cell;
  }));
  head.append(row);
  body.append(...mistakes.map(mistakeRow));
  table.append(head, body);
  return table;
};

let drawn = null;

// What is there already stays as it is, in the order and at the place that somebody has chosen.
const draw = () => {
  const { report } = props;
  const text = JSON.stringify(report);
  if (text === drawn) return;
  drawn = text;
  if (!report) {
    place.replaceChildren();
    return;
  }
  const { title, matrix, mistakes, n_mistakes } = report;
  const choose = (row, column) => trigger("apply", { actual: matrix.rows[row], predicted: matrix.columns[column].name });
  replace(
    place,
    tabled("Newsgroup by newsgroup", `How well the ${title.toLowerCase()} recognizes the tested posts of each.`, scoresOf(report)),
    tabled(
      "Confusion matrix",
      "Tested posts of each newsgroup (row) that were taken for which (column), the darker the larger their share of the row. Choose a cell to read its posts.",
      matrixOf(matrix, choose),
    ),
    tabled(
      "Surest mistakes",
      mistakes.length
        ? `The ${formatted(mistakes.length)} most confident of ${formatted(n_mistakes)} mistakes. Choose one to read the post.`
        : "Every tested post was recognized.",
      mistakesOf(mistakes),
    ),
  );
};

watch("report", draw);
draw();
