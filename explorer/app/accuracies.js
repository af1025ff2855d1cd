// Accuracies as bars on one scale, so that what embeddings add to the words alone is seen at a glance.

const accuracyRow = ({ title, value, kind, none }) => {
  const row = make("li", kind);
  const track = make("span", "track");
  const isMeasured = typeof value === "number"; // Python's None may come as false
  if (isMeasured) {
    const bar = make("span", "bar");
    bar.style.width = `${100 * value}%`;
    track.append(bar);
  }
  row.append(make("span", "title", title), track, make("span", isMeasured ? "figure" : "absent", isMeasured ? value.toFixed(3) : none));
  return row;
};

const accuraciesOf = (accuracies) => {
  const list = make("ul", "accuracies");
  list.ariaLabel = "Test accuracy";
  list.append(...accuracies.map(accuracyRow));
  return list;
};
