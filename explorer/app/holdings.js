// The holdings: the collections of the store, what they take, and what can be done with them.

const place = element.querySelector(".holdings");
const EXPLANATION =
  "One collection for each corpus, model, number of dimensions and task type. What was embedded once is kept in the " +
  "cache, so that neither rebuilding nor ingesting again embeds it twice.";
const COLUMNS = [
  { title: "Corpus" },
  { title: "Model" },
  { title: "Dimensions", isNumber: true },
  { title: "Task type" },
  { title: "Posts", isNumber: true },
  { title: "Index", isNumber: true },
  { title: "State" },
];
let asked = ""; // the corpus whose deletion is to be confirmed

const begin = (kind, corpus = "") => {
  asked = "";
  trigger("submit", { kind, corpus });
  draw();
};

const ask = (corpus) => {
  asked = corpus;
  draw();
  place.querySelector(asked ? ".confirming .button" : ".deleting")?.focus();
};

const confirmation = () => {
  const line = make("div", "confirming");
  line.role = "alert";
  line.append(
    make("span", "", `Delete the collections of ${asked}? Their embeddings stay in the cache.`),
    makeButton("button", `Delete ${asked}`, () => begin("delete", asked)),
    makeButton("button", "Keep it", () => ask("")),
  );
  return line;
};

const actions = () => {
  const line = make("div", "doing");
  if (!props.corpora.length) return line; // what was made elsewhere is only read
  line.append(
    makeButton("button", "Verify", () => begin("verify")),
    makeButton("button", "Rebuild", () => begin("rebuild")),
    ...props.corpora.map((corpus) => makeButton("button deleting", `Delete ${corpus} …`, () => ask(corpus))),
  );
  return line;
};

const draw = () => {
  const parts = [make("p", "none", props.waiting)];
  if (props.rows.length) {
    parts.push(listing(COLUMNS, props.rows, "Collections"), make("p", "totals", props.totals));
    if (!props.read_only) parts.push(props.corpora.includes(asked) ? confirmation() : actions());
  }
  if (props.read_only) parts.push(make("p", "read-only", props.read_only));
  replace(place, section("What the store holds", EXPLANATION, ...parts));
};

watch(["rows", "corpora", "totals", "waiting", "read_only"], draw);
draw();
