// Sections of a page: each a title, an explanation, and what it is about.

const section = (title, explanation, ...parts) => {
  const made = make("section");
  made.append(make("h2", "", title), make("p", "explanation", explanation), ...parts);
  return made;
};

const scrolled = (table, label) => {
  const around = make("div", "scrolled");
  around.append(table);
  table.ariaLabel = label;
  return around;
};
