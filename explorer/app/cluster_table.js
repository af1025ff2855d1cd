// The clusters: size, majority newsgroup and telling terms; a row is chosen by a click or by its button.

const place = element.querySelector(".clusters");
const COLUMNS = ["Cluster", "Posts", "Majority newsgroup", "Share", "Telling terms"];

const headRow = () => {
  const row = make("tr");
  for (const name of COLUMNS) {
    const cell = make("th", "", name);
    cell.scope = "col";
    row.append(cell);
  }
  return row;
};

// The button has no listener of its own: its clicks are the row's.
const nameCell = ({ cluster, color }) => {
  const cell = make("td", "name");
  const button = make("button", "choose");
  button.type = "button";
  button.ariaLabel = `Cluster ${cluster}`;
  button.append(swatchOf(color), make("span", "", cluster));
  cell.append(button);
  return cell;
};

const shareCell = ({ share }) => {
  const cell = make("td", "share");
  const bar = make("span", "bar");
  bar.style.width = `${100 * share}%`;
  cell.append(make("span", "figure", share.toFixed(2)), bar);
  return cell;
};

const termsCell = ({ terms }) => {
  const cell = make("td", "terms");
  cell.append(...terms.map((term) => quote("span", "term", term)));
  return cell;
};

const bodyRow = (summary) => {
  const row = make("tr");
  row.dataset.cluster = summary.cluster;
  row.append(
    nameCell(summary),
    make("td", "figure", formatted(summary.size)),
    quote("td", "", summary.newsgroup),
    shareCell(summary),
    termsCell(summary),
  );
  row.addEventListener("click", ({ detail: nClicks }) => {
    if (nClicks < 2) trigger("select", { cluster: summary.cluster }); // the second of two takes nothing back
  });
  return row;
};

const drawChosen = () => {
  const chosen = new Set(props.chosen.map(String));
  for (const row of place.querySelectorAll("tbody tr")) {
    row.setAttribute("aria-current", String(chosen.has(row.dataset.cluster)));
  }
};

const unclustered = () => {
  const { n_unclustered: count } = props;
  return count ? [make("p", "unclustered", `No cluster: ${formatted(count)} ${count === 1 ? "post" : "posts"}`)] : [];
};

const drawTable = () => {
  const head = make("thead");
  head.append(headRow());
  const body = make("tbody");
  body.append(...props.rows.map(bodyRow));
  const table = make("table");
  table.append(head, body);
  place.replaceChildren(table, ...unclustered());
};

const draw = () => {
  if (props.rows.length) drawTable();
  else place.replaceChildren(make("p", "none", props.none));
  drawChosen();
};

watch(["rows", "n_unclustered", "none"], draw);
watch("chosen", drawChosen);
draw();
