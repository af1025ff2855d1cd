"""Static pages with the same points, each drawn by another renderer whose JavaScript a Python package brings along."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from explorer.palette import colors_for
from explorer.point_map import Coloring, Points, point_map

SIZES = (18_846, 100_000, 1_000_000)
N_GROUPS = 20
NAMES = [f"group {code}" for code in range(N_GROUPS)]
COLORS = list(colors_for(NAMES))

# Each page says in `drawnAt` when it stood: two frames after its renderer was done.
SAY_WHEN_DRAWN = """
const drawn = () => requestAnimationFrame(() => requestAnimationFrame(() => { window.drawnAt = performance.now(); }));
"""


@dataclass(frozen=True)
class Cloud:
    """Points in groups, as dense here and thin there as projections of texts are."""

    coordinates: NDArray[np.float32]
    codes: NDArray[np.int32]


def make_cloud(n_points: int, seed: int = 0) -> Cloud:
    rng = np.random.default_rng(seed)
    centers, spreads = rng.uniform(-9, 9, (N_GROUPS, 3, 2)), rng.uniform(0.25, 0.9, (N_GROUPS, 3, 1))
    codes, parts = rng.integers(0, N_GROUPS, n_points), rng.choice(3, n_points, p=[0.7, 0.2, 0.1])
    places = centers[codes, parts] + rng.standard_normal((n_points, 2)) * spreads[codes, parts]
    return Cloud(places.astype(np.float32), codes.astype(np.int32))


def parts_of(cloud: Cloud) -> tuple[Points, Coloring]:
    return Points(cloud.coordinates), Coloring("group", cloud.codes, NAMES, COLORS)


def own_page(cloud: Cloud) -> str:
    """Return a page with our map alone, without Gradio."""
    the_map = point_map(*parts_of(cloud), describe=lambda key, indices: [], render=False)
    script = f"""
      const element = document.getElementById("map");
      Function("element", "trigger", "props", "server", "watch", {json.dumps(the_map.js_on_load)})(
        element, () => {{}}, {json.dumps(the_map.props)}, {{}}, () => {{}});
      const wait = () => element.querySelector("[data-ready=true]") ? drawn() : requestAnimationFrame(wait);
      wait();"""
    style = f"#map {{ --point-map-height: 880px; {the_map.css_template} }}"
    return page(f'<div id="map">{the_map.html_template}</div>', script, style=style)


def plotly_page(cloud: Cloud) -> str:
    """Return a page that draws with Plotly's ``scattergl``, a trace for each group."""
    library = Path(import_module("plotly").__file__ or "").with_name("package_data") / "plotly.min.js"
    traces = [
        {
            "type": "scattergl",
            "mode": "markers",
            "name": name,
            "x": typed(cloud.coordinates[cloud.codes == code, 0]),
            "y": typed(cloud.coordinates[cloud.codes == code, 1]),
            "marker": {"size": 3, "color": COLORS[code], "opacity": 0.7},
        }
        for code, name in enumerate(NAMES)
    ]
    layout = {"dragmode": "pan", "width": 1400, "height": 880}
    script = f"""Plotly.newPlot("map", {json.dumps(traces)}, {json.dumps(layout)}).then(() =>
      document.querySelector("#map").textContent.includes("WebGL is not supported") ? null : drawn());"""
    return page('<div id="map"></div>', script, library=library.read_text(encoding="utf-8"))


def typed(values: NDArray[np.float32]) -> dict[str, str]:
    """Pack numbers as Plotly's typed arrays are: faster for it than lists."""
    return {"dtype": "f4", "bdata": base64.b64encode(values.tobytes()).decode("ascii")}


def bokeh_page(cloud: Cloud) -> str:
    """Return a page that draws with Bokeh on WebGL, a glyph for each group."""
    embed, plotting, resources = (import_module(f"bokeh.{name}") for name in ("embed", "plotting", "resources"))
    plot = plotting.figure(width=1400, height=880, output_backend="webgl", tools="pan", active_drag="pan")
    for code, color in enumerate(COLORS):
        x, y = cloud.coordinates[cloud.codes == code].T
        plot.scatter(x, y, size=3, color=color, alpha=0.7, line_color=None)
    wait = "const wait = () => Bokeh.documents[0]?.is_idle ? drawn() : setTimeout(wait, 5); wait();"
    end = f"<script>{SAY_WHEN_DRAWN}{wait}</script></body>"
    return str(embed.file_html(plot, resources.INLINE)).replace("</body>", end)


def page(body: str, script: str, *, style: str = "", library: str = "") -> str:
    return f"""<!doctype html>
<meta charset="utf-8"><style>body {{ margin: 0; font-family: sans-serif; }} {style}</style>
<body>{body}<script>{library}</script><script>{SAY_WHEN_DRAWN}{script}</script></body>"""


# What draws, the package that brings it along, and what a pointer is dragged over.
RENDERERS: dict[str, tuple[str, Callable[[Cloud], str], str]] = {
    "ours, Canvas 2D": ("gradio", own_page, ".surface"),
    "Plotly scattergl": ("plotly", plotly_page, ".nsewdrag"),
    "Bokeh, WebGL where there is one": ("bokeh", bokeh_page, ".bk-Figure"),
}
