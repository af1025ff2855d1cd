"""Driving the map in headless Chromium: until it is drawn, and while it is panned."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import numpy as np
from playwright.sync_api import Browser, Page, Playwright

from ingest.errors import UserError

PATIENCE = 15_000  # milliseconds
PAN_SECONDS = 2
WINDOW = {"width": 1440, "height": 900}
ALWAYS = ["--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking"]
WITH_WEBGL = ["--enable-unsafe-swiftshader"]
WITHOUT_WEBGL = ["--disable-3d-apis"]

SAY_WHEN_READY = """new MutationObserver(() => {
  window.drawnAt ??= document.querySelector(".surface[data-ready=true]") && performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });"""
COUNT_FRAMES = """() => {
  window.stamps = [];
  const note = (now) => { window.stamps.push(now); window.counting = requestAnimationFrame(note); };
  window.counting = requestAnimationFrame(note);
}"""
FRAMES_A_SECOND = """() => {
  cancelAnimationFrame(window.counting);
  return (1000 * (window.stamps.length - 1)) / (window.stamps.at(-1) - window.stamps[0]);
}"""


@contextmanager
def browsing(playwright: Playwright, flags: list[str]) -> Iterator[Browser]:
    path = os.environ.get("EXPLORER_CHROMIUM") or shutil.which("chromium")
    if path is None:
        raise UserError("There is no Chromium to measure in: install it, or name one in EXPLORER_CHROMIUM")
    browser = playwright.chromium.launch(executable_path=path, args=[*ALWAYS, *flags])
    try:
        yield browser
    finally:
        browser.close()


def open_until_drawn(browser: Browser, url: str) -> tuple[Page, float]:
    for context in browser.contexts:
        context.close()
    page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
    page.add_init_script(SAY_WHEN_READY)
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.drawnAt", timeout=PATIENCE)
    return page, float(page.evaluate("window.drawnAt"))


def panning(page: Page, target: str) -> float:
    """Drag the map about for some seconds, and return the frames a second."""
    page.wait_for_timeout(500)
    x, y = middle(page, target)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y)
    page.evaluate(COUNT_FRAMES)
    end = time.monotonic() + PAN_SECONDS
    for step in count():
        page.mouse.move(x + 80 * np.sin(step / 6), y + 60 * np.cos(step / 5))
        if time.monotonic() > end:
            break
    page.mouse.up()
    return float(page.evaluate(FRAMES_A_SECOND))


def middle(page: Page, target: str) -> tuple[float, float]:
    box = page.locator(target).first.bounding_box()
    if box is None:
        raise UserError(f"{target} is not on the page: its renderer has changed, so mend benchmarks/map_pages.py")
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
