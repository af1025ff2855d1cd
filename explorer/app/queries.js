// Questions embedded as queries and as documents: an offer to ask them, how far that is, or what it has shown.

const place = element.querySelector(".queries");
const EXPLANATION =
  "Subjects of posts, no two of one thread, are asked with the query's task type and with that of documents. " +
  "Both look among the same documents for the ten nearest posts outside the thread: what counts is how many are of the newsgroup.";

const offerOf = ({ told, label }) => {
  const offer = make("div", "offer");
  const button = makeButton("button", label, () => {
    button.disabled = true;
    trigger("submit", {});
  });
  offer.append(button, make("span", "told-beside", told));
  return offer;
};

const progressOf = ({ told, share }) => {
  const line = make("div", "offer");
  const bar = make("progress");
  bar.max = 1;
  bar.value = share;
  bar.ariaLabel = visible(told);
  line.append(bar, make("span", "told-beside", told), makeButton("button", "Cancel", () => trigger("clear", {})));
  return line;
};

const tableOf = ({ columns, rows, hint }) =>
  [scrolled(figureTable(["", ...columns], rows), "Questions"), make("p", "hint", hint)];

const partsOf = ({ found, offer, progress }) => {
  if (progress) return [progressOf(progress)];
  if (found) return tableOf(found);
  return offer ? [offerOf(offer)] : [];
};

const draw = () => {
  const problem = make("p", "problem", props.problem);
  problem.role = "alert";
  replace(place, section("What the query's task type buys", EXPLANATION, ...partsOf(props), problem));
};

watch(["found", "offer", "progress", "problem"], draw);
draw();
