// What a text is probably of: the best few newsgroups as bars, and all of them on demand.

const N_BEST = 5;
const [guessed, none] = find("guessed", "none");
let isWhole = false;

const LEAST = 0.001; // of a probability that is told

const guessRow = (guess) => {
  const row = make("li");
  const track = make("span", "track");
  const bar = make("span", "bar");
  bar.style.width = `${100 * guess.probability}%`;
  if (guess.color) bar.style.background = guess.color;
  track.append(bar);
  row.append(newsgroupOf(guess), make("span", "figure", guess.probability < LEAST ? `<${LEAST}` : guess.probability.toFixed(3)), track);
  return row;
};

const drawGuesses = ({ title, guesses }) => {
  const list = make("ol");
  list.ariaLabel = "Probable newsgroups";
  list.append(...(isWhole ? guesses : guesses.slice(0, N_BEST)).map(guessRow));
  const parts = [make("p", "title", `${title}: probably ${guesses[0].newsgroup}`), list];
  if (guesses.length > N_BEST) {
    const more = makeButton("button", isWhole ? `Best ${N_BEST}` : `All ${guesses.length}`, () => {
      isWhole = !isWhole;
      draw();
      guessed.querySelector(".button").focus();
    });
    parts.push(more);
  }
  replace(guessed, ...parts);
};

const draw = () => {
  none.textContent = visible(props.none || "");
  if (props.answer) drawGuesses(props.answer);
  else guessed.replaceChildren();
};

watch(["answer", "none"], draw);
draw();
