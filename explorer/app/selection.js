// What is selected on the map: how many, of what, what sets it apart, and what can be done with it.

const place = element.querySelector(".selection");
const MOST_SHARES = 8;
const FORMATS = {
  Export: [["csv", "CSV"], ["jsonl", "JSON lines"], ["parquet", "Parquet"]],
  Map: [["html", "HTML"], ["png", "PNG"], ["svg", "SVG"]],
};

const barOf = ({ color, share, share_of_all: shareOfAll }, longest) => {
  const bar = make("span", "bar");
  const filled = make("i", "filled");
  filled.style.width = `${(100 * share) / longest}%`;
  filled.style.background = color;
  const tick = make("i", "tick");
  tick.style.insetInlineStart = `${(100 * shareOfAll) / longest}%`;
  bar.append(filled, tick);
  return bar;
};

const shareOf = (part, longest) => {
  const item = make("li");
  const { n_posts: nPosts, share, share_of_all: shareOfAll } = part;
  item.title = `${formatted(nPosts)} posts: ${percent(share)} of the selection, ${percent(shareOfAll)} of all posts`;
  item.append(
    newsgroupOf(part),
    barOf(part, longest),
    make("span", "figure", percent(share)),
    make("span", "told", `of the selection, ${percent(shareOfAll)} of all posts`),
  );
  return item;
};

const keyOfMix = () => {
  const key = make("p", "key");
  key.append(make("i", "tick"), "share of all posts");
  return key;
};

const mixOf = ({ mix }) => {
  const shown = mix.slice(0, MOST_SHARES);
  const longest = Math.max(...shown.flatMap(({ share, share_of_all: ofAll }) => [share, ofAll]));
  const list = make("ul", "mix");
  list.append(...shown.map((part) => shareOf(part, longest)));
  if (mix.length > shown.length) list.append(make("li", "rest", `and ${mix.length - shown.length} more newsgroups`));
  return list;
};

const termsOf = ({ terms }) => {
  const list = make("ul", "terms");
  list.append(...terms.map((term) => quote("li", "", term)));
  return list;
};

const duplicateOf = ({ one, other, similarity }) => {
  const item = make("li");
  const pair = listOf([one, other], "Near-duplicates", (row) => itemOf(row));
  item.append(make("p", "pair", `${similarity.toFixed(2)} similar`), pair);
  return item;
};

const duplicatesOf = ({ duplicates }) => {
  const list = make("ul", "duplicates");
  list.append(...duplicates.map(duplicateOf));
  return list;
};

const section = (title, ...contents) => {
  const part = make("section");
  part.append(make("h3", "", title), ...contents);
  return part;
};

const actions = () => {
  const row = make("div", "actions");
  row.append(
    makeButton("button main", "More like these", () => trigger("submit", {})),
    makeButton("button", "Clear", () => trigger("clear", {})),
  );
  return row;
};

const exportsOf = ([title, formats]) => {
  const row = make("div", "exports");
  row.append(make("span", "", title));
  for (const [format, name] of formats) row.append(makeButton("button", name, () => trigger("download", { format })));
  return row;
};

const exportRows = () => Object.entries(FORMATS).map(exportsOf);

const heading = ({ title, n_posts: nPosts, n_all: nAll }) => {
  const header = make("header");
  header.append(quote("h2", "", title), make("p", "facts", `${formatted(nPosts)} of ${formatted(nAll)} posts`));
  return header;
};

// Nothing is selected: what can be, and all posts to take away.
const unselected = ({ none, n_posts: nPosts }) => {
  const said = make("p", "none", none ?? "");
  return nPosts ? [said, section(`All ${formatted(nPosts)} posts`, ...exportRows())] : [said];
};

const draw = () => {
  const { explanation } = props;
  if (!explanation) {
    replace(place, ...unselected(props));
    return;
  }
  const { typical, unusual, duplicates, mix, terms } = explanation;
  replace(
    place,
    heading(explanation),
    actions(),
    ...exportRows(),
    ...(mix.length ? [section("Newsgroups", keyOfMix(), mixOf(explanation))] : []),
    ...(terms.length ? [section("Terms that set it apart", termsOf(explanation))] : []),
    ...(typical.length ? [section("Most typical", listOf(typical, "Most typical"))] : []),
    ...(unusual.length ? [section("Most unusual", listOf(unusual, "Most unusual"))] : []),
    ...(duplicates.length ? [section("Near-duplicates", duplicatesOf(explanation))] : []),
  );
  place.scrollTop = 0;
};

watch(["explanation", "none", "n_posts"], draw);
draw();
