"""The map of posts: a scatter plot on a canvas, and the parts that it shows."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import gradio as gr
import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent
SCRIPTS = [
    "point_map_geometry.js",
    "point_map_drawing.js",
    "point_map_legend.js",
    "point_map_props.js",
    "point_map_input.js",
    "point_map.js",
]

# Gradio evaluates this as a template, so nothing is inserted here: the scripts write text with
# textContent alone.
TEMPLATE = """
<div class="point-map">
  <div class="stage">
    <canvas class="surface" tabindex="0" role="application" aria-label="Map of posts"></canvas>
    <canvas class="ground" aria-hidden="true"></canvas>
    <div class="zoom" role="group" aria-label="Zoom">
      <button type="button" class="closer" aria-label="Zoom in">+</button>
      <button type="button" class="farther" aria-label="Zoom out">&minus;</button>
      <button type="button" class="reset">Reset</button>
    </div>
    <p class="message" role="status"></p>
    <div class="tooltip" hidden><strong></strong><span></span></div>
  </div>
  <section class="legend" aria-label="Legend" hidden>
    <header><h3></h3><button type="button" class="show-all" disabled>Show all</button></header>
    <ul></ul>
  </section>
</div>
"""


@dataclass(frozen=True)
class Points:
    """Where the posts are, and what the tooltip says of them.

    Parameters
    ----------
    coordinates : ndarray of shape (n_posts, 2), float32, finite
    """

    ids: Sequence[str]
    coordinates: NDArray[np.float32]
    titles: Sequence[str]
    details: Sequence[str]

    def __post_init__(self) -> None:
        shape = (len(self.ids), 2)
        if self.coordinates.shape != shape:
            raise ValueError(f"coordinates have shape {self.coordinates.shape}; {len(self.ids)} posts need {shape}")
        if not len(self.ids) == len(self.titles) == len(self.details):
            raise ValueError(f"{len(self.ids)} ids, {len(self.titles)} titles and {len(self.details)} details")
        if not np.isfinite(self.coordinates).all():
            raise ValueError("coordinates hold NaN or infinity: project the posts again")

    def props(self) -> dict[str, Any]:
        points = {
            "ids": one_per_line(self.ids),
            "coordinates": in_base64(self.coordinates, "<f4"),
            "titles": one_per_line(self.titles),
            "details": one_per_line(self.details),
        }
        return {"points": points}


@dataclass(frozen=True)
class Coloring:
    """The group of each post, and each group's name and color.

    Parameters
    ----------
    codes : ndarray of shape (n_posts,), int32, indices into ``names``; -1 is no group
    """

    title: str
    codes: NDArray[np.int32]
    names: Sequence[str]
    colors: Sequence[str]

    def __post_init__(self) -> None:
        if len(self.names) != len(self.colors):
            raise ValueError(f"{len(self.names)} names and {len(self.colors)} colors")
        if self.codes.size and not -1 <= self.codes.min() <= self.codes.max() < len(self.names):
            raise ValueError(f"codes must lie between -1 and {len(self.names) - 1}, the index of the last name")

    def props(self) -> dict[str, Any]:
        coloring = {
            "title": self.title,
            "codes": in_base64(self.codes, "<i4"),
            "names": list(self.names),
            "colors": list(self.colors),
        }
        return {"coloring": coloring}


@dataclass(frozen=True)
class Marks:
    """The posts that stand out, by index: hits in rank order, the selected one and its neighbors."""

    hits: Sequence[int] = ()
    selected: int | None = None
    neighbors: Sequence[int] = ()

    def props(self) -> dict[str, Any]:
        marks = {
            "hits": [int(index) for index in self.hits],
            "selected": None if self.selected is None else int(self.selected),
            "neighbors": [int(index) for index in self.neighbors],
        }
        return {"marks": marks}


@dataclass(frozen=True)
class Message:
    """What stands on the map while it has no points, or in a corner while it has; empty is none."""

    text: str

    def props(self) -> dict[str, Any]:
        return {"message": self.text}


Part: TypeAlias = Points | Coloring | Marks | Message


def point_map(*parts: Part, **options: Any) -> gr.HTML:
    """Lay out a map of the parts; ``options`` are those of ``gr.HTML``, such as ``elem_id``.

    A click on a point triggers ``select`` with the post's ``index`` and ``id``. It is no subclass
    of ``gr.HTML`` because Gradio writes a ``.pyi`` file beside every subclass when it is imported.
    """
    return gr.HTML(
        html_template=TEMPLATE,
        css_template=(FOLDER / "point_map.css").read_text(encoding="utf-8"),
        js_on_load="\n".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS),
        apply_default_css=False,
        **{"points": None, "coloring": None, "marks": None, "message": "", **props_of(parts), **options},
    )


def map_update(*parts: Part) -> dict[str, Any]:
    """Return the update that exchanges these parts of a map, and leaves the others as they are."""
    return gr.update(**props_of(parts))


def props_of(parts: Sequence[Part]) -> dict[str, Any]:
    return {name: prop for part in parts for name, prop in part.props().items()}


def one_per_line(texts: Sequence[str]) -> str:
    """Join texts into one string: Gradio compares props on every change, and long lists are slow."""
    return "\n".join(text.replace("\n", " ") for text in texts)


def in_base64(array: NDArray[Any], dtype: str) -> str:
    return base64.b64encode(array.astype(dtype).tobytes()).decode("ascii")
