// Building a page from texts: whatever a post holds stays text.

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

const similarityOf = (row) => row.similarity.toFixed(2);

const newsgroupOf = (row) => {
  const label = make("span", "newsgroup");
  const swatch = make("i", "swatch");
  swatch.style.background = row.color;
  label.append(swatch, make("span", "", row.newsgroup));
  return label;
};

const postButton = (row, rank) => {
  const button = make("button", "post");
  button.type = "button";
  button.dataset.id = row.id;
  button.ariaLabel = `${rank}: ${row.subject || "no subject"}, ${row.newsgroup}, similarity ${similarityOf(row)}`;
  const head = make("span", "head");
  head.append(make("span", "rank", String(rank)), newsgroupOf(row), make("span", "similarity", similarityOf(row)));
  button.append(head, make("span", "subject", row.subject || "(no subject)"));
  if (row.snippet) button.append(make("span", "snippet", row.snippet));
  button.addEventListener("click", () => trigger("select", { id: row.id }));
  return button;
};
