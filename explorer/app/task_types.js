// The stored task types side by side.

const place = element.querySelector(".task-types");

const draw = () => {
  if (!props.table) {
    place.replaceChildren(make("p", "none", props.none));
    return;
  }
  const { title, columns, rows, hint } = props.table;
  place.replaceChildren(
    section("Task types", title, scrolled(figureTable(["", ...columns], rows), "Task types"), make("p", "hint", hint)),
  );
};

watch(["table", "none"], draw);
draw();
