// A list of posts, best first.

const [count, pane, list, expand, none] = find("count", "pane", "posts", "expand", "none");

const likeButton = (row, isLiked) => {
  const like = () => trigger("like", { id: row.id, liked: isLiked });
  const button = makeButton("button icon", isLiked ? "+" : "−", like);
  button.title = isLiked ? "More like this" : "Less like this";
  button.ariaLabel = visible(`${button.title}: ${row.subject || NO_SUBJECT}`);
  return button;
};

const item = (row, index) => {
  const entry = rankedItem(row, index);
  const likes = make("span", "likes");
  likes.append(likeButton(row, true), likeButton(row, false));
  entry.append(likes);
  return entry;
};

const show = growingList({ pane, list, expand, item });

const drawRows = () => {
  const nFound = Math.max(props.n_found ?? 0, props.rows.length);
  show(props.rows, nFound);
  none.textContent = props.rows.length ? "" : props.none;
  count.textContent = props.rows.length ? `${formatted(props.rows.length)} of ${formatted(nFound)} results` : "";
};

const drawChosen = () => {
  for (const button of list.querySelectorAll(".post")) {
    button.setAttribute("aria-current", String(button.dataset.id === props.chosen));
  }
};

const showChosen = () => {
  drawChosen();
  const chosen = list.querySelector('.post[aria-current="true"]');
  if (!chosen) return;
  reveal(pane, chosen);
  if (list.contains(document.activeElement)) chosen.focus({ preventScroll: true });
  else letTabReach(list, chosen.closest("li"));
};

// The keys of the reader's Next and Previous, among the rows.
const readNeighbor = (event) => {
  const step = NEIGHBOR_STEPS[event.key];
  if (!step || !isPlain(event)) return;
  const row = props.rows[props.rows.findIndex(({ id }) => id === props.chosen) + step];
  if (row) select(row.id);
};

const draw = () => {
  drawRows();
  drawChosen();
};

list.addEventListener("keydown", readNeighbor);
watch(["rows", "n_found", "none"], draw);
watch("chosen", showChosen);
drawRows();
showChosen();
