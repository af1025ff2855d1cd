"""The parts of the page that handlers read and change, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

Update = dict[Any, Any]


def props(**values: Any) -> Any:
    """Return the update of a component's props. Gradio drops None from updates: False says that there is nothing."""
    given: dict[str, Any] = {name: False if value is None else value for name, value in values.items()}
    return gr.update(**given)


@dataclass(frozen=True)
class Controls:
    """What a visitor sets; changed by the page only where a view comes from elsewhere, such as the address."""

    corpus: gr.Dropdown
    question: gr.Textbox
    mode: gr.Radio
    newsgroups: gr.Dropdown
    subset: gr.Radio
    contains: gr.Textbox
    where: gr.Dropdown
    method: gr.Radio
    color: gr.Dropdown
    by: gr.Dropdown
    k: gr.Slider
    vectors: gr.Dropdown
    against: gr.Radio
    evaluated_k: gr.Slider
    classifier: gr.Radio
    training_seed: gr.Number
    compared_k: gr.Slider
    compared_method: gr.Dropdown
    other_model: gr.Dropdown
    other_k: gr.Slider
    other_method: gr.Dropdown
    n_neighbors: gr.Slider
    min_dist: gr.Slider
    perplexity: gr.Slider
    seed: gr.Number


@dataclass(frozen=True)
class DataForm:
    """Which posts are to be ingested, and how."""

    source: gr.Radio
    upload: gr.File
    corpus: gr.Textbox
    subset: gr.Radio
    newsgroups: gr.Textbox
    per_newsgroup: gr.Textbox
    text_column: gr.Dropdown
    label_column: gr.Dropdown
    id_column: gr.Dropdown
    subject_column: gr.Dropdown
    embedder: gr.Radio
    model: gr.Textbox
    task_types: gr.CheckboxGroup
    estimate: gr.Button

    @property
    def fields(self) -> dict[str, Any]:
        """What is filled in, by name."""
        return {name: part for name, part in vars(self).items() if name != "estimate"}

    @property
    def columns(self) -> list[gr.Dropdown]:
        """The choices of columns of a table, in the order of ``ROLES``."""
        return [self.text_column, self.label_column, self.id_column, self.subject_column]


@dataclass(frozen=True)
class Buttons:
    """What is pressed or typed into, and never changed by the page."""

    ask: gr.Button
    cluster: gr.Button
    cluster_shown: gr.Button
    sweep: gr.Button
    evaluate: gr.Button
    train: gr.Button
    label: gr.Button
    text: gr.Textbox
    compare: gr.Button
    data: DataForm
    suggestions: list[gr.Button]


@dataclass(frozen=True)
class Parts:
    """The page's other components."""

    controls: Controls
    examples: gr.Row
    chips: gr.HTML
    results: gr.HTML
    map: gr.HTML
    tabs: gr.HTML
    reader: gr.HTML
    selection: gr.HTML
    suspects: gr.HTML
    sweep_chart: gr.HTML
    clusters: gr.HTML
    evaluation: gr.HTML
    training: gr.HTML
    report: gr.HTML
    guesses: gr.HTML
    comparison: gr.HTML
    task_types: gr.HTML
    queries: gr.HTML
    holdings: gr.HTML
    work_done: gr.HTML
    pages: gr.HTML
    notice: gr.HTML
    about: gr.HTML
    address: gr.HTML
    download: gr.DownloadButton
    trust: gr.HTML
    saved: gr.HTML
    draw: gr.Button

    @property
    def all(self) -> list[Any]:
        others = [part for name, part in vars(self).items() if name != "controls"]
        return [*vars(self.controls).values(), *others]
