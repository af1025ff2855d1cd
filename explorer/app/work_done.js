// The work that goes on with the store, stage by stage, and what the last has come to.

const place = element.querySelector(".work-done");
const ESTIMATE = [
  { title: "Task type" },
  ...["Posts", "Texts", "Cached", "To embed", "Tokens", "Requests", "USD"].map((title) => ({ title, isNumber: true })),
];
const VERDICTS = [{ title: "Collection" }, { title: "Posts", isNumber: true }, { title: "Verdict" }];

const stageOf = ({ name, total, n_done, standing, is_over }) => {
  const line = make("li", is_over ? "over" : "");
  const bar = make("progress");
  bar.max = total || 1;
  if (is_over) bar.value = bar.max;
  else if (total) bar.value = n_done;
  const count = total ? `${formatted(n_done)} of ${formatted(total)}` : is_over ? "done" : "…";
  bar.ariaLabel = visible(name);
  line.append(quote("span", "name", name[0].toUpperCase() + name.slice(1)), bar, make("span", "count", count), quote("span", "standing", standing));
  return line;
};

const workOf = () => {
  const line = make("div", "going");
  line.append(make("p", "title", `${props.title} …`));
  if (props.can_cancel) {
    const cancel = makeButton("button", "Cancel", () => {
      cancel.disabled = true;
      trigger("stop", {});
    });
    cancel.ariaLabel = "Cancel the work";
    line.append(cancel);
  }
  const stages = make("ol", "stages");
  stages.append(...props.stages.map(stageOf));
  return [line, stages];
};

const startOf = (label) => {
  const start = makeButton("button start", label, () => {
    start.disabled = true;
    trigger("submit", {});
  });
  return start;
};

const outcomeOf = ({ line, problem, estimates, durations, verdicts, start }) => {
  const parts = [];
  if (problem) {
    const told = quote("p", "problem", problem);
    told.role = "alert";
    parts.push(told);
  }
  if (line) parts.push(quote("p", "line", line));
  if (estimates.length) parts.push(listing(ESTIMATE, estimates, "Estimate"));
  parts.push(...durations.map((text) => make("p", "line", text)));
  if (verdicts.length) parts.push(listing(VERDICTS, verdicts, "Verdicts"));
  if (start) parts.push(startOf(start));
  return parts;
};

const draw = () => {
  const parts = props.title ? workOf() : props.outcome ? outcomeOf(props.outcome) : [];
  replace(place, ...parts);
  place.hidden = !parts.length;
};

watch(["title", "stages", "can_cancel", "outcome"], draw);
draw();
