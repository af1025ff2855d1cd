// The clusters: size, majority newsgroup and telling terms.

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

const nameCell = (summary) => {
  const cell = make("td", "name");
  const swatch = make("i", "swatch");
  swatch.style.background = summary.color;
  cell.append(swatch, make("span", "", String(summary.cluster)));
  return cell;
};

const shareCell = (summary) => {
  const cell = make("td", "share");
  const bar = make("span", "bar");
  bar.style.width = `${Math.round(summary.share * 100)}%`;
  cell.append(make("span", "figure", summary.share.toFixed(2)), bar);
  return cell;
};

const bodyRow = (summary) => {
  const row = make("tr");
  row.append(
    nameCell(summary),
    make("td", "figure", summary.size.toLocaleString("en")),
    make("td", "", summary.newsgroup),
    shareCell(summary),
    make("td", "terms", summary.terms.join(", ")),
  );
  return row;
};

const draw = () => {
  if (!props.rows.length) {
    place.replaceChildren(make("p", "none", "Choose k and press Cluster: the map is recolored and the clusters are listed here."));
    return;
  }
  const head = make("thead");
  head.append(headRow());
  const body = make("tbody");
  body.append(...props.rows.map(bodyRow));
  const table = make("table");
  table.append(head, body);
  place.replaceChildren(table);
};

watch("rows", draw);
draw();
