// The message: what is going on, or what cannot be drawn and why.

let shownMessage = null;
let counting = null;

function showMessage(text) {
  root.classList.toggle("empty", !map.points);
  if (text === shownMessage) return;
  shownMessage = text;
  clearInterval(counting);
  message.textContent = text;
  message.hidden = text === "";
  if (text.endsWith("…")) countSeconds();
}

// What ends in an ellipsis is going on: how long it has been is shown, and not read aloud every second.
function countSeconds() {
  const began = performance.now();
  const elapsed = spanOf("elapsed");
  elapsed.ariaHidden = "true";
  message.append(elapsed);
  counting = setInterval(() => {
    if (!root.isConnected) clearInterval(counting);
    elapsed.textContent = ` ${Math.round((performance.now() - began) / 1000)} s`;
  }, 1000);
}

// How much is done is not read aloud again and again; whoever asks the bar is told.
function showProgress(progress) {
  const { done } = progress || {};
  progressBox.hidden = done === undefined;
  if (progressBox.hidden) return;
  const percent = Math.round(done * 100);
  progressBox.querySelector(".percent").textContent = percent ? `${percent}%` : "";
  const bar = progressBox.querySelector(".bar");
  bar.setAttribute("aria-valuenow", percent);
  bar.firstElementChild.style.width = `${percent}%`;
}

// Where nothing can be drawn, a table of the same points stands in for the map.
function fail(error) {
  map.failure = `The map cannot be drawn: ${error.message}. Its points stand in this table.`;
  root.classList.add("failed");
  showMessage(map.failure);
  surface.dataset.ready = "failed";
  openTable();
}

function label() {
  const { title, names } = map.coloring;
  const groups = names.length ? ` (${names.length} groups)` : "";
  const coloring = title ? `, colored by ${title}${groups}` : "";
  const text = map.points && `Map of ${formatted(map.points.count)} posts${coloring}. ${help.textContent}`;
  surface.setAttribute("aria-label", cleaned(text ?? "Map without posts."));
}
