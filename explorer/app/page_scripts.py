"""What runs in the browser beside the page's components."""

from __future__ import annotations

# Gradio keeps its theme as a class of the body; the choice outlives the page. Gradio's lists open at any key, at that
# which leaves them too, and would then stay open.
START = """() => {
  if (localStorage.theme) document.body.classList.toggle("dark", localStorage.theme === "dark");
  const leave = (event) => {
    if (event.key === "Tab" && event.target.matches('[role=combobox]')) event.stopPropagation();
  };
  addEventListener("keydown", leave, true);
}"""
TOGGLE_THEME = "() => { localStorage.theme = document.body.classList.toggle('dark') ? 'dark' : 'light'; }"
TOGGLE = """() => {
  const isOpen = document.querySelector("#ROW").classList.toggle("open");
  document.querySelector("#ROW-toggle").setAttribute("aria-expanded", String(isOpen));
}"""
TOGGLE_FILTERS, TOGGLE_SETTINGS = TOGGLE.replace("ROW", "filters"), TOGGLE.replace("ROW", "map-settings")
FETCH_FILE = """(file) => {
  if (file) Object.assign(document.createElement("a"), { href: file.url, download: file.orig_name }).click();
}"""
