// Lists of posts: what a row says, and how the keys move among rows.

const NO_SUBJECT = "(no subject)";
const STEPS = { ArrowDown: 1, ArrowUp: -1 };
const NEIGHBOR_STEPS = { j: 1, k: -1 };

const isPlain = (event) => !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
const select = (id) => trigger("select", { id });

const evidenceOf = (row) => [["meaning", row.meaning_rank], ["words", row.keywords_rank]]
  .filter(([, rank]) => isGiven(rank))
  .map(([by, rank]) => ({ text: `${by} ${rank}`, said: `number ${rank} by ${by}` }));

const nameOf = (row, rank) => [
  (isGiven(rank) ? `${rank}: ` : "") + (row.subject || NO_SUBJECT),
  row.newsgroup,
  ...(isGiven(row.similarity) ? [`similarity ${row.similarity.toFixed(2)}`] : []),
  ...evidenceOf(row).map(({ said }) => said),
  ...(row.words?.length ? [`with ${row.words.join(", ")}`] : []),
  ...(row.reason ? [row.reason] : []),
].join(", ");

const similarityOf = (similarity) => {
  const figure = make("span", "similarity", similarity.toFixed(2));
  const bar = make("i", "bar");
  bar.style.setProperty("--share", Math.min(Math.max(similarity, 0), 1));
  figure.append(bar);
  return figure;
};

const footOf = (row) => {
  const foot = make("span", "foot");
  for (const { text, said } of evidenceOf(row)) {
    const chip = make("span", "evidence", text);
    chip.title = said;
    foot.append(chip);
  }
  return foot;
};

const headOf = (row, rank) => {
  const head = make("span", "head");
  if (isGiven(rank)) head.append(make("span", "rank", rank));
  head.append(newsgroupOf(row));
  if (isGiven(row.similarity)) head.append(similarityOf(row.similarity));
  return head;
};

const postButton = (row, rank) => {
  const button = makeButton("post", undefined, () => select(row.id));
  button.dataset.id = row.id;
  button.ariaLabel = visible(nameOf(row, rank));
  const pattern = patternOf(row.words);
  button.append(headOf(row, rank), quoteMarked("span", "subject", row.subject || NO_SUBJECT, pattern));
  if (row.reason) button.append(quote("span", "reason", row.reason));
  if (row.snippet) button.append(quoteMarked("span", "snippet", row.snippet, pattern));
  button.append(footOf(row));
  return button;
};

const itemOf = (row, rank) => {
  const item = make("li");
  item.append(postButton(row, rank));
  return item;
};

const rankedItem = (row, index) => itemOf(row, index + 1);

// One row at a time is in the order of tabs; the arrow keys move among the rows.
const letTabReach = (list, item) => {
  for (const button of list.querySelectorAll("button")) button.tabIndex = item?.contains(button) ? 0 : -1;
};

const makeWalkable = (list) => {
  list.addEventListener("focusin", (event) => letTabReach(list, event.target.closest("li")));
  list.addEventListener("keydown", (event) => {
    const items = [...list.children];
    const at = items.indexOf(event.target.closest("li"));
    const to = { Home: 0, End: items.length - 1 }[event.key] ?? at + STEPS[event.key];
    if (!isPlain(event) || !items[to]) return;
    event.preventDefault();
    items[to].querySelector(".post").focus();
  });
};

const listOf = (rows, label, item = rankedItem) => {
  const list = make("ol", "posts");
  list.ariaLabel = label;
  list.append(...rows.map(item));
  makeWalkable(list);
  letTabReach(list, list.firstElementChild);
  return list;
};

// Scroll a pane, and the pane alone, until a node in it is seen.
const reveal = (pane, node) => {
  const [outer, inner] = [pane, node].map((box) => box.getBoundingClientRect());
  if (inner.top < outer.top) pane.scrollTop += inner.top - outer.top;
  else if (inner.bottom > outer.bottom) pane.scrollTop += inner.bottom - outer.bottom;
};
