// A training: what is learned from, how it goes epoch by epoch, and how accurate it became.

const [lesson, going, status, cancel, shown, none] = find("lesson", "going", "status", "cancel", "shown", "none");

const headed = (title, part) => {
  const section = make("section");
  section.append(make("h2", "", title), part);
  return section;
};

let drawn = null;

const draw = () => {
  const { training } = props;
  const text = JSON.stringify([training, props.none]);
  if (text === drawn) return;
  drawn = text;
  none.textContent = training ? "" : visible(props.none || "");
  going.hidden = lesson.hidden = !training;
  if (!training) {
    shown.replaceChildren();
    return;
  }
  lesson.textContent = training.lesson;
  if (status.textContent !== training.status) status.textContent = training.status;
  status.classList.toggle("running", training.is_running);
  cancel.hidden = !training.can_cancel;
  if (training.can_cancel) cancel.disabled = false;
  const parts = [];
  if (training.accuracies.length) parts.push(headed("Test accuracy", accuraciesOf(training.accuracies)));
  if (training.epochs.length) parts.push(headed("Epoch by epoch", curvesOf(training)));
  shown.replaceChildren(...parts);
};

cancel.addEventListener("click", () => {
  cancel.disabled = true;
  trigger("stop");
});
watch(["training", "none"], draw);
draw();
