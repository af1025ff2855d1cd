// One post: what it is, its text with quotes dimmed and matched words marked, and its neighbors.

const [article, toolbar, told] = find("reader", "toolbar", "told");
const [previous, next, like, unlike, copy] = find("previous", "next", "like", "unlike", "copy");

const ONE_BELOW_THE_OTHER = matchMedia("(max-width: 960px)"); // as page.css has it
const COPIED_MILLISECONDS = 2000;
const NOTHING_CHOSEN = "Choose a result or a point to read the post and see its neighbors.";

const factsOf = (post) => [
  post.subset,
  isGiven(post.cluster) ? `cluster ${post.cluster}` : "",
  post.n_characters ? `${formatted(post.n_characters)} characters` : "",
  post.truncated ? "truncated" : "",
  ...(post.metadata || []),
].filter(Boolean);

const heading = (post, pattern) => {
  const header = make("header");
  const facts = make("p", "facts");
  facts.append(newsgroupOf(post), ...factsOf(post).map((fact) => quote("span", "", fact)), quote("code", "", post.id));
  header.append(quoteMarked("h2", "", post.subject || NO_SUBJECT, pattern), facts);
  return header;
};

const neighborsOf = (post) => {
  const section = make("section", "neighbors");
  section.append(make("h3", "", "Nearest posts"), listOf(post.neighbors, "Nearest posts"));
  return section;
};

const drawToolbar = (post) => {
  const focused = document.activeElement;
  toolbar.hidden = !post;
  previous.disabled = !post?.previous;
  next.disabled = !post?.next;
  if (focused.disabled && toolbar.contains(focused)) article.focus({ preventScroll: true });
};

const drawPost = (post) => {
  const hadFocus = article.contains(document.activeElement);
  const pattern = patternOf(post.words);
  article.replaceChildren(heading(post, pattern), textOf(post, pattern), neighborsOf(post));
  if (hadFocus) article.focus({ preventScroll: true });
};

const turnTo = () => {
  article.scrollTop = 0;
  const isBesideTheFocus = ONE_BELOW_THE_OTHER.matches && !element.contains(document.activeElement);
  if (isBesideTheFocus) element.scrollIntoView({ block: "start" });
};

let idDrawn = null;

const draw = () => {
  const { post } = props;
  drawToolbar(post);
  if (post) drawPost(post);
  else article.replaceChildren(make("p", "none", NOTHING_CHOSEN));
  if (post && post.id !== idDrawn) turnTo();
  idDrawn = post?.id ?? null;
};

const readNeighbor = (id) => {
  if (id) select(id);
};

const byKey = (event) => {
  if (!isPlain(event)) return;
  if (event.key === "j") readNeighbor(props.post?.next);
  if (event.key === "k") readNeighbor(props.post?.previous);
};

// Where a page may not use the clipboard, as one that is not served from this machine or over https.
const copyBySelecting = (text) => {
  const field = make("textarea", "told");
  field.value = text;
  element.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  copy.focus();
};

const copyId = async () => {
  const { id } = props.post;
  try {
    await navigator.clipboard.writeText(id);
  } catch {
    copyBySelecting(id);
  }
  copy.textContent = told.textContent = "Copied";
  clearTimeout(copyId.timer);
  copyId.timer = setTimeout(() => {
    copy.textContent = "Copy id";
    told.textContent = "";
  }, COPIED_MILLISECONDS);
};

previous.addEventListener("click", () => readNeighbor(props.post?.previous));
next.addEventListener("click", () => readNeighbor(props.post?.next));
like.addEventListener("click", () => trigger("like", { id: props.post.id, liked: true }));
unlike.addEventListener("click", () => trigger("like", { id: props.post.id, liked: false }));
copy.addEventListener("click", copyId);
element.addEventListener("keydown", byKey);
watch("post", draw);
draw();
