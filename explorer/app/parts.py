"""The parts of the page: those that handlers read and change, and those that are only pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

MOST_CLUSTERS = 100
NEWSGROUP = "newsgroup"
COLORINGS = (NEWSGROUP, "cluster")

# The button that clusters, ready and at work.
CLUSTER = gr.update(value="Cluster", interactive=True)
CLUSTERING = gr.update(value="Clustering …", interactive=False)


@dataclass(frozen=True)
class Buttons:
    """What is pressed, and never changes."""

    ask: gr.Button
    examples: list[gr.Button]


@dataclass(frozen=True)
class Parts:
    """The page's components by name; ``hits`` are the results' indices on the map."""

    corpus: gr.Dropdown
    question: gr.Textbox
    results: gr.HTML
    map: gr.HTML
    reader: gr.HTML
    method: gr.Radio
    color: gr.Radio
    n_clusters: gr.Slider
    cluster: gr.Button
    clusters: gr.HTML
    notice: gr.HTML
    hits: gr.State

    @property
    def all(self) -> list[Any]:
        return list(vars(self).values())
