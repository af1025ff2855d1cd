// Marking words in a text: whole words, in any case.

// So that a text's length alone decides how long marking takes, and a page can bear it.
const MOST_WORDS = 100;
const MOST_MARKS = 5_000;
const SYNTAX = /[\\^$.*+?()[\]{}|\/]/g;
const WORD = String.raw`[\p{L}\p{N}]`; // as explorer/words.py has it

const patternOf = (words) => {
  const asked = [...(words ?? [])].filter(Boolean).slice(0, MOST_WORDS);
  const spelled = asked.map((word) => word.replace(SYNTAX, String.raw`\$&`));
  return spelled.length ? new RegExp(`(?<!${WORD})(?:${spelled.join("|")})(?!${WORD})`, "giu") : null;
};

const appendMarked = (node, text, pattern) => {
  let end = 0;
  let nMarks = 0;
  for (const match of pattern ? text.matchAll(pattern) : []) {
    if (++nMarks > MOST_MARKS) break;
    node.append(text.slice(end, match.index), make("mark", "", match[0]));
    end = match.index + match[0].length;
  }
  node.append(text.slice(end));
};

const quoteMarked = (tag, className, text, pattern) => {
  const node = quote(tag, className);
  appendMarked(node, visible(text), pattern);
  return node;
};
