"""The renderers that the map was chosen from, each alone on a page without Gradio."""

from __future__ import annotations

import tempfile
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Playwright
from playwright.sync_api import TimeoutError as TookTooLong

from benchmarks.map_driving import WITH_WEBGL, WITHOUT_WEBGL, browsing, open_until_drawn, panning
from benchmarks.map_pages import RENDERERS, SIZES, make_cloud
from benchmarks.measuring import median_spread
from ingest.console import print_line, print_table

N_ROUNDS = 3


def compare_renderers(playwright: Playwright) -> None:
    print_line(
        f"\nRenderers without Gradio: milliseconds from navigation to drawn, median of {N_ROUNDS} (least to most), "
        "and frames a second of panning"
    )
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
                opened = [open_until_drawn(browser, path.as_uri()) for _ in range(N_ROUNDS)]
            except TookTooLong:
                drawn.append("not drawn")
                continue
            drawn.append(median_spread([milliseconds for _, milliseconds in opened], ",.0f"))
            frames = frames or f"{panning(opened[-1][0], target):.0f}"
    return [*drawn, frames]
