// One quiet line on how far the map can be trusted; what the figures mean is said to whoever points at it or asks.

const [line, said, why, meaning] = find("trust", "said", "why", "meaning");

const draw = () => {
  said.textContent = props.text;
  line.hidden = !props.text;
};

const show = (isShown) => {
  meaning.hidden = !isShown;
  why.ariaExpanded = String(isShown);
};

meaning.textContent = props.meaning;
line.addEventListener("mouseenter", () => show(true));
line.addEventListener("mouseleave", () => show(false));
why.addEventListener("focus", () => show(true));
why.addEventListener("blur", () => show(false));
why.addEventListener("keydown", ({ key }) => key === "Escape" && show(false));
watch("text", draw);
draw();
