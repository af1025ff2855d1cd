// What narrows the posts down, and how many are left; whoever takes the last away goes on with the question.

const [count, list, clear] = find("count", "chips", "clear");

const countOf = ({ n_shown: nShown, n_posts: nPosts, chips }) => {
  const isAll = nShown === nPosts && !chips.length;
  return isAll ? `All ${formatted(nPosts)} posts` : `${formatted(nShown)} of ${formatted(nPosts)} posts`;
};

const chipOf = (chip) => {
  const item = make("li", "chip");
  if (chip.color) item.append(swatchOf(chip.color));
  const remove = makeButton("remove", "×", () => trigger("delete", { name: chip.name, value: chip.value }));
  remove.ariaLabel = visible(`Remove filter ${chip.label}`);
  remove.title = remove.ariaLabel;
  item.append(quote("span", "label", chip.label), remove);
  return item;
};

const draw = () => {
  const wasClear = document.activeElement === clear;
  const wasHere = element.contains(document.activeElement);
  count.textContent = countOf(props);
  replace(list, ...props.chips.map(chipOf));
  list.hidden = !props.chips.length;
  clear.hidden = props.chips.length < 2;
  if (wasHere && !props.chips.length) document.querySelector("#question textarea")?.focus();
  else if (wasClear && clear.hidden) controlsOf(list).at(-1)?.focus();
};

clear.addEventListener("click", () => trigger("clear", {}));
watch(["n_shown", "n_posts", "chips"], draw);
draw();
