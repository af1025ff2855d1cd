// A list of posts, best first.

const list = element.querySelector(".posts");
const count = element.querySelector(".count");
const none = element.querySelector(".none");

const item = (row, index) => {
  const entry = make("li");
  entry.append(postButton(row, index + 1));
  return entry;
};

const drawRows = () => {
  list.replaceChildren(...props.rows.map(item));
  list.scrollTop = 0;
  none.textContent = props.rows.length ? "" : props.none;
  count.textContent = props.rows.length ? `${props.rows.length} results` : "";
};

const drawChosen = () => {
  for (const button of list.querySelectorAll("button")) {
    const chosen = button.dataset.id === props.chosen;
    button.setAttribute("aria-current", String(chosen));
    if (chosen) button.scrollIntoView({ block: "nearest" });
  }
};

const draw = () => {
  drawRows();
  drawChosen();
};

watch(["rows", "none"], draw);
watch("chosen", drawChosen);
draw();
