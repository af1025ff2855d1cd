// A list of posts that grows at its end when more are asked for.

const isBeginningOf = (earlier, later) =>
  earlier.length > 0 && earlier.length < later.length && earlier.every((row, index) => row === later[index]);

const growingList = ({ pane, list, expand, item }) => {
  let drawn = [];

  const grow = (rows) => {
    const wasPressed = document.activeElement === expand;
    const added = rows.slice(drawn.length).map((row, index) => item(row, drawn.length + index));
    list.append(...added);
    for (const entry of added) for (const button of entry.querySelectorAll("button")) button.tabIndex = -1;
    if (wasPressed) added[0].querySelector(".post").focus({ preventScroll: true });
  };

  const redraw = (rows, isLonger) => {
    const { scrollTop } = pane;
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...rows.map(item));
    letTabReach(list, list.firstElementChild);
    pane.scrollTop = isLonger ? scrollTop : 0;
    if (hadFocus) list.querySelector(".post")?.focus({ preventScroll: true });
  };

  makeWalkable(list);
  expand.addEventListener("click", () => trigger("expand", {}));
  return (rows, nFound) => {
    const texts = rows.map((row) => JSON.stringify(row));
    if (isBeginningOf(drawn, texts)) grow(rows);
    else redraw(rows, drawn.length < rows.length && list.querySelector(".post")?.dataset.id === rows[0].id);
    drawn = texts;
    expand.hidden = rows.length >= nFound;
  };
};
