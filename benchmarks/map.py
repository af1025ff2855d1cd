"""The map: the renderers it was chosen from, and how soon it is drawn and how fast it answers in an app."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import gradio as gr
import numpy as np
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

from benchmarks.map_pages import RENDERERS, Cloud, make_cloud, parts_of
from explorer.app.point_map import Description, point_map
from explorer.regions import inside
from ingest.console import print_line, print_table
from ingest.errors import UserError

SIZES = (18_846, 100_000, 1_000_000)
N_ROUNDS = 5
PATIENCE = 15_000  # milliseconds
PAN_SECONDS = 2
WINDOW = {"width": 1440, "height": 900}
LIMITS = {
    "drawn, ms": {18_846: 1_500, 100_000: 3_000, 1_000_000: 10_000},
    "lasso to Python and back, ms": {18_846: 200, 100_000: 400},
    "hover, ms": {18_846: 50, 100_000: 50, 1_000_000: 50},
    "panning, frames a second": {18_846: 30},
}
ALWAYS = ["--headless", "--no-sandbox", "--no-first-run", "--disable-background-networking"]
WITH_WEBGL = ["--enable-unsafe-swiftshader"]
WITHOUT_WEBGL = ["--disable-3d-apis"]

SAY_WHEN_READY = """new MutationObserver(() => {
  window.drawnAt ??= document.querySelector(".surface[data-ready=true]") && performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });"""
# Milliseconds from an event on the surface until something is so, in `took`.
CLOCK = """([event, isSo]) => {
  window.took = null;
  const condition = Function(`return ${isSo}`);
  document.querySelector(".surface").addEventListener(event, () => {
    const began = performance.now();
    const look = () => { condition() ? window.took = performance.now() - began : setTimeout(look, 1); };
    look();
  }, { once: true, capture: true });
}"""
COUNT_FRAMES = """() => {
  window.stamps = [];
  const note = (now) => { window.stamps.push(now); window.counting = requestAnimationFrame(note); };
  window.counting = requestAnimationFrame(note);
}"""
FRAMES_A_SECOND = """() => {
  cancelAnimationFrame(window.counting);
  return (1000 * (window.stamps.length - 1)) / (window.stamps.at(-1) - window.stamps[0]);
}"""


def report() -> None:
    """Print both tables; a renderer whose package is not installed is said so."""
    with sync_playwright() as playwright:
        compare_renderers(playwright)
        measure_app(playwright)


def compare_renderers(playwright: Playwright) -> None:
    print_line("\nRenderers without Gradio: milliseconds from navigation to drawn, and frames a second of panning")
    rows = [
        (renderer, webgl, *measured_renderer(playwright, renderer, flags))
        for renderer in RENDERERS
        for webgl, flags in (("yes", WITH_WEBGL), ("no", WITHOUT_WEBGL))
    ]
    sizes = [f"{n_points:,} points" for n_points in SIZES]
    print_table(("renderer", "WebGL", *sizes, f"panning {SIZES[0]:,}"), rows)


def measured_renderer(playwright: Playwright, renderer: str, flags: list[str]) -> list[str]:
    """Return the milliseconds for each number of points, and the frames a second with the fewest, as texts."""
    package, make_page, target = RENDERERS[renderer]
    if find_spec(package) is None:
        return [f"{package} is not installed"]
    drawn = []
    frames = ""
    for n_points in SIZES:
        with tempfile.TemporaryDirectory() as folder, browsing(playwright, flags) as browser:
            path = Path(folder, "page.html")
            path.write_text(make_page(make_cloud(n_points)), encoding="utf-8")
            try:
                opened = [open_until_drawn(browser, path.as_uri()) for _ in range(3)]
            except TookTooLong:
                drawn.append("not drawn")
                continue
            drawn.append(f"{np.median([milliseconds for _, milliseconds in opened]):,.0f}")
            frames = frames or f"{panning(opened[-1][0], target):.0f}"
    return [*drawn, frames]


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


def measure_app(playwright: Playwright) -> None:
    print_line(f"\nThe map in a Gradio app, without a GPU: medians of {N_ROUNDS}, and what is asked of them")
    columns = [measured_app(playwright, n_points) for n_points in SIZES]
    rows = [
        (name, *(with_limit(column[name], LIMITS[name].get(n)) for n, column in zip(SIZES, columns, strict=True)))
        for name in LIMITS
    ]
    print_table(("measure", *(f"{n_points:,} points" for n_points in SIZES)), rows)


def with_limit(measured: float, limit: int | None) -> str:
    return f"{measured:,.0f}" if limit is None else f"{measured:,.0f} ({limit:,})"


def measured_app(playwright: Playwright, n_points: int) -> dict[str, float]:
    cloud = make_cloud(n_points)
    with served(build_app(cloud)) as url, browsing(playwright, WITHOUT_WEBGL) as browser:
        drawn = [open_until_drawn(browser, url) for _ in range(N_ROUNDS)]
        page = drawn[-1][0]
        frames = panning(page, ".surface")
        page.get_by_role("button", name="Reset").click()
        hover = [hovering(page, index) for index in range(N_ROUNDS)]
        page.get_by_role("button", name="Select with a lasso").click()
        lasso = [lassoing(page, 120 + 10 * turn) for turn in range(N_ROUNDS)]
    measured = ([milliseconds for _, milliseconds in drawn], lasso, hover, [frames])
    return {name: float(np.median(values)) for name, values in zip(LIMITS, measured, strict=True)}


def build_app(cloud: Cloud) -> gr.Blocks:
    """Lay out a map, and a box that says how many points are in the lasso."""

    def tell(event: gr.EventData) -> str:
        return f"{np.count_nonzero(inside(cloud.coordinates, event.polygon))} in {len(event.polygon)} corners"

    app = gr.Blocks(analytics_enabled=False)
    with app:
        the_map = point_map(*parts_of(cloud), describe=describe)
        answer = gr.Textbox(elem_id="answer")
        the_map.apply(tell, None, answer, show_progress="hidden")
    return app


def describe(key: str, indices: list[int]) -> list[Description]:
    return [{"title": f"Point {index}", "label": "", "text": ""} for index in indices]


def hovering(page: Page, index: int) -> float:
    """Return the milliseconds from the pointer on a point to its text."""
    page.mouse.move(1, 1)
    page.wait_for_timeout(50)
    place = page.evaluate("index => document.querySelector('.surface').pointAt(index)", index)
    page.evaluate(CLOCK, ["pointermove", "!document.querySelector('.tooltip').hidden"])
    page.mouse.move(place["x"], place["y"])
    return took(page)


def lassoing(page: Page, reach: float) -> float:
    """Return the milliseconds from the end of a round lasso to Python's answer on the page."""
    x, y = middle(page, ".surface")
    page.mouse.move(x + reach, y)
    page.mouse.down()
    for turn in np.linspace(0, 2 * np.pi, 40):
        page.mouse.move(x + reach * np.cos(turn), y + reach * np.sin(turn))
    answer = "document.querySelector('#answer textarea').value"
    page.evaluate(CLOCK, ["pointerup", f"{answer} !== {page.evaluate('JSON.stringify(' + answer + ')')}"])
    page.mouse.up()
    return took(page)


def took(page: Page) -> float:
    page.wait_for_function("window.took", timeout=PATIENCE)
    return float(page.evaluate("window.took"))


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


@contextmanager
def served(app: gr.Blocks) -> Iterator[str]:
    _, url, _ = app.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
    try:
        yield url
    finally:
        app.close(verbose=False)
