"""The map in an app: how soon it is drawn and how fast it answers, beside the renderers it was chosen from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr
import numpy as np
from playwright.sync_api import Page, Playwright, sync_playwright

from benchmarks.map_driving import PATIENCE, WITHOUT_WEBGL, browsing, middle, open_until_drawn, panning
from benchmarks.map_pages import SIZES, Cloud, make_cloud, parts_of
from benchmarks.map_renderers import compare_renderers
from benchmarks.measuring import median_spread
from explorer.point_map import Description, point_map
from explorer.regions import inside
from ingest.console import print_line, print_table

N_ROUNDS = 5
LIMITS = {
    "drawn, ms": {18_846: 1_500, 100_000: 3_000, 1_000_000: 10_000},
    "lasso to Python and back, ms": {18_846: 200, 100_000: 400},
    "hover, ms": {18_846: 50, 100_000: 50, 1_000_000: 50},
    "panning, frames a second": {18_846: 30},
}
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


def report() -> None:
    """Print both tables; a renderer whose package is not installed is said so."""
    with sync_playwright() as playwright:
        compare_renderers(playwright)
        measure_app(playwright)


def measure_app(playwright: Playwright) -> None:
    print_line(f"\nThe map in a Gradio app, without a GPU: medians of {N_ROUNDS} (least to most), and what is asked")
    columns = [measured_app(playwright, n_points) for n_points in SIZES]
    rows = [
        (name, *(with_limit(column[name], LIMITS[name].get(n)) for n, column in zip(SIZES, columns, strict=True)))
        for name in LIMITS
    ]
    print_table(("measure", *(f"{n_points:,} points" for n_points in SIZES)), rows)


def with_limit(measured: list[float], limit: int | None) -> str:
    told = median_spread(measured, ",.0f")
    return told if limit is None else f"{told}, asked {limit:,}"


def measured_app(playwright: Playwright, n_points: int) -> dict[str, list[float]]:
    """Return all that was measured with a number of points, by the names of the limits."""
    cloud = make_cloud(n_points)
    with served(build_app(cloud)) as url, browsing(playwright, WITHOUT_WEBGL) as browser:
        drawn = [open_until_drawn(browser, url) for _ in range(N_ROUNDS)]
        page = drawn[-1][0]
        frames = panning(page, ".surface")
        page.get_by_role("button", name="Reset").click()
        hover = [hovering(page, index) for index in range(N_ROUNDS)]
        page.get_by_role("button", name="Select with a lasso").click()
        lasso = [lassoing(page, 120 + 10 * turn) for turn in range(N_ROUNDS)]
    return dict(zip(LIMITS, ([milliseconds for _, milliseconds in drawn], lasso, hover, [frames]), strict=True))


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
def served(app: gr.Blocks) -> Iterator[str]:
    _, url, _ = app.launch(server_name="127.0.0.1", prevent_thread_lock=True, quiet=True)
    try:
        yield url
    finally:
        app.close(verbose=False)
