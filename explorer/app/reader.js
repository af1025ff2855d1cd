// One post: what it is, its text with quotes dimmed, and its neighbors.

const article = element.querySelector(".reader");
const ONE_BELOW_THE_OTHER = matchMedia("(max-width: 900px)"); // as page.css has it
const QUOTED = /^\s*([>|:]|[A-Za-z]{1,4}>)/;
const SHORTEST_WRAPPED = 55;
const HEADER = /^[A-Z][\w-]+: /m;

const heading = (post) => {
  const header = make("header");
  header.append(make("h2", "", post.subject || "(no subject)"));
  const facts = make("p", "facts");
  facts.append(newsgroupOf(post), make("span", "", post.subset), make("code", "", post.id));
  if (post.truncated) facts.append(make("span", "", "truncated"));
  header.append(facts);
  return header;
};

// The lines of a message's headers, which end at the first empty line, or 0 where it has none.
const nHeaderLines = (text) => {
  const head = text.split(/\n\s*\n/, 1)[0];
  return HEADER.test(head) ? head.split("\n").length : 0;
};

// Whether the break after a line only wraps it: it is long, and nothing of a table, code or a list follows.
const isWrapped = (line, next) =>
  line.length > SHORTEST_WRAPPED && /^[^\s>|*-]/.test(next) && !/\S {3,}|\t/.test(line + next);

const textOf = (post) => {
  const text = make("div", "text");
  text.dir = "auto";
  const lines = post.text.split("\n");
  const nHeaders = nHeaderLines(post.text);
  for (const [index, line] of lines.entries()) {
    const isDimmed = index < nHeaders || QUOTED.test(line);
    const end = !isDimmed && isWrapped(line, lines[index + 1] ?? "") ? " " : "\n";
    text.append(make("span", isDimmed ? "dimmed" : "", line.trimEnd() + end));
  }
  return text;
};

const neighborsOf = (post) => {
  const section = make("section", "neighbors");
  const list = make("ol");
  for (const [index, row] of post.neighbors.entries()) {
    const entry = make("li");
    entry.append(postButton(row, index + 1));
    list.append(entry);
  }
  section.append(make("h3", "", "Neighbors"), list);
  return section;
};

const draw = () => {
  if (!props.post) {
    article.replaceChildren(make("p", "none", "Choose a result or a point to read the post and see its neighbors."));
    return;
  }
  const hadFocus = article.contains(document.activeElement);
  article.replaceChildren(heading(props.post), textOf(props.post), neighborsOf(props.post));
  article.scrollTop = 0;
  if (hadFocus) article.focus({ preventScroll: true });
  if (ONE_BELOW_THE_OTHER.matches) article.scrollIntoView({ block: "start", behavior: "smooth" });
};

watch("post", draw);
draw();
