// Measures: figures side by side, each with its title, and what it means for whoever points at it.

const figureOf = ({ title, value, explanation }) => {
  const figure = make("div", "measure");
  figure.title = explanation;
  figure.append(make("dt", "", title), make("dd", "", value.toFixed(3)));
  return figure;
};

const figuresOf = (measures) => {
  const figures = make("dl", "measures");
  figures.append(...measures.map(figureOf));
  return figures;
};
