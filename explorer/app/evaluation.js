// The evaluation: how well the clusters agree with the newsgroups, in figures, as a matrix, and newsgroup by newsgroup.

const place = element.querySelector(".evaluation");
const COLUMNS = ["Newsgroup", "Posts", "Majority cluster", "Share", "Merged with"];

const headOf = () => {
  const head = make("thead");
  const row = make("tr");
  row.append(...COLUMNS.map((name) => {
    const cell = make("th", "", name);
    cell.scope = "col";
    return cell;
  }));
  head.append(row);
  return head;
};

const shareOf = (share) => {
  const cell = make("td", "share");
  const bar = make("span", "bar");
  bar.style.width = `${100 * share}%`;
  cell.append(make("span", "figure", share.toFixed(3)), bar);
  return cell;
};

const rowOf = ({ newsgroup, n_posts, cluster, share, merged_with }) => {
  const row = make("tr");
  const merged = make("td", "merged");
  merged.append(...merged_with.map((name) => quote("span", "term", name)));
  row.append(
    quote("td", "", newsgroup),
    make("td", "figure", formatted(n_posts)),
    quote("td", "", cluster),
    shareOf(share),
    merged,
  );
  return row;
};

const majoritiesOf = (rows) => {
  const table = make("table", "majorities");
  const body = make("tbody");
  body.append(...rows.map(rowOf));
  table.append(headOf(), body);
  return table;
};

const draw = () => {
  if (!props.evaluation) {
    replace(place, make("p", "none", props.none));
    return;
  }
  const { title, measures, matrix, majorities } = props.evaluation;
  const choose = (row, column) => trigger("select", { newsgroup: matrix.rows[row], cluster: matrix.columns[column].cluster });
  replace(
    place,
    section("Agreement", title, figuresOf(measures)),
    section(
      "Confusion matrix",
      "Posts of each newsgroup in each cluster, the darker the larger its share of the newsgroup. Choose a cell to read its posts.",
      scrolled(matrixOf(matrix, choose), "Confusion matrix"),
    ),
    section(
      "Newsgroup by newsgroup",
      "The cluster that has most of each newsgroup's posts, the share that it has, and which others have the same.",
      scrolled(majoritiesOf(majorities), "Majority clusters"),
    ),
  );
};

watch(["evaluation", "none"], draw);
draw();
