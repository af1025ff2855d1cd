// A training: what is learned from, how it goes epoch by epoch, and how accurate it became.

const [lesson, going, status, cancel, shown, none] = find("lesson", "going", "status", "cancel", "shown", "none");

const BASELINES = "TF-IDF stands for the words alone, without embeddings; the majority class is the most frequent newsgroup.";
const HELD_OUT = "A tenth of the posts is held out of the lesson; the weights of the epoch that does best on them are kept.";

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
  if (training.accuracies.length) parts.push(section("Test accuracy", BASELINES, accuraciesOf(training.accuracies)));
  if (training.epochs.length) parts.push(section("Epoch by epoch", HELD_OUT, curvesOf(training)));
  replace(shown, ...parts);
};

cancel.addEventListener("click", () => {
  cancel.disabled = true;
  trigger("stop");
});
watch(["training", "none"], draw);
draw();
