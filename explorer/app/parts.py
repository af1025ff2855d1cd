"""The parts of the page that handlers read and change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

MOST_CLUSTERS = 60


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
