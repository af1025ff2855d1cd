// The scores of each newsgroup, in the order of whichever column is chosen.

const scoreColumns = (others) => [
  { title: "Newsgroup", of: ({ newsgroup }) => newsgroup, rises: true },
  ...["Precision", "Recall", "F1", ...others.map((title) => `F1, ${title.toLowerCase()}`)].map((title, at) => ({
    title,
    of: ({ figures }) => figures[at],
  })),
  { title: "Posts", of: ({ support }) => support },
];

const compared = (one, other) => (typeof one === "string" ? one.localeCompare(other) : one - other);

const scoreCell = (value) => {
  const cell = make("td", "share");
  const bar = make("span", "bar");
  bar.style.setProperty("--share", value);
  cell.append(make("span", "figure", value.toFixed(3)), bar);
  return cell;
};

const scoreRow = (score) => {
  const row = make("tr");
  const name = make("td");
  name.append(newsgroupOf(score));
  row.append(name, ...score.figures.map(scoreCell), make("td", "figure", formatted(score.support)));
  return row;
};

// The first press sorts names from a to z and figures from the least, where one looks first; the second turns it round.
const scoresOf = ({ scores, others }) => {
  const columns = scoreColumns(others);
  const table = make("table", "scores");
  const body = make("tbody");
  const heads = columns.map(({ title }, at) => {
    const head = make("th");
    head.scope = "col";
    head.append(makeButton("sort", title, () => sort(at)));
    return head;
  });
  const sort = (chosen) => {
    const turned = heads[chosen].ariaSort === "ascending";
    for (const [at, head] of heads.entries()) {
      if (at === chosen) head.ariaSort = turned ? "descending" : "ascending";
      else head.removeAttribute("aria-sort");
    }
    const { of } = columns[chosen];
    const sorted = [...scores].sort((one, other) => (turned ? -1 : 1) * compared(of(one), of(other)));
    body.replaceChildren(...sorted.map(scoreRow));
  };
  const head = make("thead");
  const row = make("tr");
  row.append(...heads);
  head.append(row);
  table.append(head, body);
  sort(0);
  return table;
};
