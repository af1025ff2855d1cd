"""Waiting for what a person waits for before they click: that the map is drawn and no longer moves."""

from __future__ import annotations

from playwright.sync_api import Page

IS_STILL = """() => new Promise((resolve) => {
  const surface = document.querySelector(".surface[data-ready=true]");
  const place = () => JSON.stringify(surface.getBoundingClientRect());
  const before = surface && place();
  setTimeout(() => resolve(surface && before === place()), 250);
})"""


def wait_for_map(page: Page) -> None:
    page.wait_for_function(IS_STILL, timeout=30_000)
