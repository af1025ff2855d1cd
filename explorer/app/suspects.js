// Posts that look out of place, of one kind at a time, each with its reason.

const [kinds, explanation, pane, list, expand, none] = find("kinds", "explanation", "pane", "posts", "expand", "none");

const kindButton = ({ kind, title, count }) => {
  const button = makeButton("kind", undefined, () => trigger("input", { kind }));
  button.dataset.kind = kind;
  button.append(make("span", "title", title), make("span", "figure", isGiven(count) ? formatted(count) : "…"));
  return button;
};

const drawKinds = () => {
  replace(kinds, ...props.kinds.map(kindButton));
  kinds.hidden = !props.kinds.length;
  drawChosen();
};

const drawChosen = () => {
  for (const button of kinds.children) {
    button.setAttribute("aria-pressed", String(button.dataset.kind === props.chosen));
  }
  explanation.textContent = props.kinds.find(({ kind }) => kind === props.chosen)?.explanation ?? "";
};

const show = growingList({ pane, list, expand, item: rankedItem });

const drawRows = () => {
  show(props.rows, props.n_found ?? 0);
  if (props.rows.length) none.textContent = "";
  else none.textContent = props.kinds.length ? "None among the posts that are shown." : props.none;
};

watch("kinds", drawKinds);
watch("chosen", drawChosen);
watch(["rows", "n_found", "kinds"], drawRows);
drawKinds();
drawRows();
