// The clusters: size, majority newsgroup, telling terms and a typical post; a row is chosen by a click or by its button.

const [place, saying, offer] = find("clusters", "saying", "offer");
const TERMS = "Telling terms";
const TITLED = "Title and telling terms";
const COLUMNS = ["Cluster", "Posts", "Majority newsgroup", "Share", TERMS, "Typical post"];

const headRow = () => {
  const row = make("tr");
  const areTitled = props.rows.some(({ title }) => title);
  for (const name of COLUMNS) {
    const cell = make("th", "", areTitled && name === TERMS ? TITLED : name);
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

const termsCell = ({ terms, title }) => {
  const cell = make("td", "terms");
  if (title) cell.append(quote("div", "title", title));
  cell.append(...terms.map((term) => quote("span", "term", term)));
  return cell;
};

// A click on it is none on its row.
const typicalCell = ({ typical }) => {
  const cell = make("td", "typical");
  if (!typical) return cell;
  const button = makeButton("subject", typical.subject || "(no subject)", (event) => {
    event.stopPropagation();
    trigger("input", { id: typical.id });
  });
  button.dir = "auto";
  button.title = visible(typical.subject);
  cell.append(button);
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
    typicalCell(summary),
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
  const { n_unclustered: count, rest } = props;
  return count ? [make("p", "unclustered", `${formatted(count)} ${count === 1 ? "post is" : "posts are"} ${rest}.`)] : [];
};

const drawTable = () => {
  const head = make("thead");
  head.append(headRow());
  const body = make("tbody");
  body.append(...props.rows.map(bodyRow));
  const table = make("table");
  table.append(head, body);
  replace(place, table, ...unclustered());
};

const drawOffer = () => {
  saying.textContent = props.rows.length ? props.told : "";
  offer.textContent = props.offer;
  offer.hidden = !props.offer || !props.rows.length;
};

const draw = () => {
  if (props.rows.length) drawTable();
  else replace(place, make("p", "none", props.none));
  drawChosen();
  drawOffer();
};

offer.addEventListener("click", () => trigger("submit", {}));
watch(["rows", "n_unclustered", "rest", "none"], draw);
watch(["offer", "told"], drawOffer);
watch("chosen", drawChosen);
draw();
