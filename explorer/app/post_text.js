// The text of a post: quotes and headers dimmed, columns kept, matched words marked, wrapped lines joined.

const AT_FIRST = 100_000; // characters
const IN_PART = 20_000; // of what follows them
const QUOTED = /^\s*([>|:]|[A-Za-z]{1,4}>)/;
const SHORTEST_WRAPPED = 55;
const COLUMNS = /\S {3,}\S|\S\t/;
const HEADER = /^[A-Z][\w-]+: /m;

// The lines of a message's headers, which end at the first empty line, or 0 where it has none.
const nHeaderLines = (text) => {
  const head = text.split(/\n\s*\n/, 1)[0];
  return HEADER.test(head) ? head.split("\n").length : 0;
};

// Whether the break after a line only wraps it: it is long, and nothing of a table, code or a list follows.
const isWrapped = (line, next) =>
  line.length > SHORTEST_WRAPPED && /^[^\s>|*-]/.test(next) && !COLUMNS.test(line) && !COLUMNS.test(next);

// Neighboring lines that look alike, as one text.
const runsOf = (text, nHeaders) => {
  const runs = [];
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const isDimmed = index < nHeaders || QUOTED.test(line);
    const look = [isDimmed && "dimmed", COLUMNS.test(line) && "columns"].filter(Boolean).join(" ");
    const end = !isDimmed && isWrapped(line, lines[index + 1] ?? "") ? " " : "\n";
    if (runs.at(-1)?.look !== look) runs.push({ look, texts: [] });
    runs.at(-1).texts.push(line.trimEnd() + end);
  }
  return runs;
};

const dress = (part, text, nHeaders, pattern) => {
  const runs = runsOf(text, nHeaders).map(({ look, texts }) => {
    const run = make("span", look);
    appendMarked(run, texts.join(""), pattern);
    return run;
  });
  part.replaceChildren(...runs);
};

// Where a part ends and the next begins: around a break of lines if there is one, else between two characters.
const breakAfter = (text, start, size) => {
  if (start + size >= text.length) return { end: text.length, next: text.length };
  const newline = text.slice(start, start + size).lastIndexOf("\n");
  if (newline > 0) return { end: start + newline, next: start + newline + 1 };
  const end = start + size - (/[\ud800-\udbff]/.test(text[start + size - 1]) ? 1 : 0);
  return { end, next: end };
};

// Each part is plain until it comes to the screen.
const partsOf = (text, start, pattern) => {
  const parts = [];
  const observer = new IntersectionObserver((entries) => {
    for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) {
      observer.unobserve(target);
      dress(target, target.textContent, 0, pattern);
    }
  });
  while (start < text.length) {
    const { end, next } = breakAfter(text, start, IN_PART);
    const part = make("div", "part");
    part.textContent = text.slice(start, end);
    start = next;
    observer.observe(part);
    parts.push(part);
  }
  return parts;
};

const textOf = (post, pattern) => {
  const body = make("div", "text");
  body.dir = "auto";
  const text = visible(post.text);
  const { end, next } = breakAfter(text, 0, AT_FIRST);
  const beginning = make("div", "part");
  dress(beginning, text.slice(0, end), nHeaderLines(text.slice(0, end)), pattern);
  body.append(beginning);
  if (end === text.length) return body;
  const all = makeButton("button all", `Show all ${formatted(post.n_characters ?? text.length)} characters`, () => {
    all.replaceWith(...partsOf(text, next, pattern));
  });
  body.append(all);
  return body;
};
