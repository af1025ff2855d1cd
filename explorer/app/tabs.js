// Tabs: of some elements of the page, the chosen one is shown.

const list = element.querySelector(".tabs");
let chosen = null;

const tabOf = ([id, title]) => {
  const tab = makeButton("tab", title, () => choose(id));
  tab.role = "tab";
  tab.dataset.id = id;
  tab.setAttribute("aria-controls", id);
  return tab;
};

const show = (id) => {
  chosen = id;
  for (const tab of list.children) {
    const isChosen = tab.dataset.id === id;
    tab.ariaSelected = String(isChosen);
    tab.tabIndex = isChosen ? 0 : -1;
    const pane = document.getElementById(tab.dataset.id);
    pane.role = "tabpanel";
    pane.ariaLabel = tab.textContent;
    pane.hidden = !isChosen;
  }
};

const choose = (id) => {
  if (id === chosen) return;
  show(id);
  trigger("input", { chosen: id });
};

const move = (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const tabs = [...list.children];
  const next = tabs[(tabs.findIndex((tab) => tab.dataset.id === chosen) + step + tabs.length) % tabs.length];
  next.focus();
  choose(next.dataset.id);
};

// The panes may be laid out after the tabs.
const start = () => {
  const isThere = props.titles.every(([id]) => document.getElementById(id));
  if (isThere) show(props.chosen);
  else setTimeout(start, 20);
};

list.append(...props.titles.map(tabOf));
list.addEventListener("keydown", move);
watch("chosen", () => show(props.chosen));
start();
