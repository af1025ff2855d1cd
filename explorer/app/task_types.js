// The stored task types side by side.

const place = element.querySelector(".task-types");

const draw = () => {
  if (!props.table) {
    replace(place, make("p", "none", props.none));
    return;
  }
  const { title, columns, rows, hint } = props.table;
  replace(
    place,
    section("Task types", title, scrolled(figureTable(["", ...columns], rows), "Task types"), make("p", "hint", hint)),
  );
};

watch(["table", "none"], draw);
draw();
