// Two clusterings of the same posts: how they agree with each other and with the newsgroups, and which clusters overlap.

const place = element.querySelector(".comparison");

const draw = () => {
  if (!props.comparison) {
    replace(place, make("p", "none", props.none));
    return;
  }
  const { title, agreement, rows, matrix } = props.comparison;
  const choose = (row, column) =>
    trigger("select", { cluster: matrix.clusters[row], other: matrix.columns[column].cluster });
  replace(
    place,
    section("This and the other", title, figuresOf(agreement)),
    section(
      "Against the newsgroups",
      "How well each agrees with the newsgroups of these posts, and how much more the other does.",
      scrolled(figureTable(["", "This", "Other", "Change"], rows), "Measures of both"),
    ),
    section(
      "Overlap",
      "Posts of each cluster of this in each of the other, the darker the larger its share of the row. Choose a cell to read its posts.",
      scrolled(matrixOf(matrix, choose), "Overlap"),
    ),
  );
};

watch(["comparison", "none"], draw);
draw();
