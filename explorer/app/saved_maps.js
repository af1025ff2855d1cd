// The maps that were computed before: each opens at once.

const [section, list] = find("saved", "maps");

const rowOf = ({ plan, title, settings, trust }) => {
  const button = makeButton("map", "", () => trigger("select", { plan }));
  button.append(make("strong", "", title), make("span", "", settings), make("span", "trusted", trust));
  if (plan === props.chosen) button.ariaCurrent = "true";
  const item = make("li");
  item.append(button);
  return item;
};

const draw = () => {
  section.hidden = props.rows.length === 0;
  replace(list, ...props.rows.map(rowOf));
};

watch(["rows", "chosen"], draw);
draw();
