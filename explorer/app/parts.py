"""The parts of the page: those that handlers read and change, and those that are pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

MOST_CLUSTERS = 100


@dataclass(frozen=True)
class Buttons:
    """What is pressed, and holds nothing."""

    ask: gr.Button
    examples: list[gr.Button]
    cluster: gr.Button


@dataclass(frozen=True)
class Parts:
    """The page's components by name; ``hits`` are the results' indices on the map."""

    corpus: gr.Dropdown
    question: gr.Textbox
    results: gr.HTML
    map: gr.HTML
    reader: gr.HTML
    method: gr.Dropdown
    color: gr.Radio
    n_clusters: gr.Slider
    clusters: gr.HTML
    notice: gr.HTML
    hits: gr.State

    @property
    def all(self) -> list[Any]:
        return list(vars(self).values())
