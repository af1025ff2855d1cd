"""The layout of the page that compares: this side and the other, task types, and questions asked in two ways."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.clusterer_controls import k_slider
from explorer.app.findings import comparison, queries, task_types
from explorer.clustering import METHODS


def compare_page() -> dict[str, Any]:
    """Lay out the page; the result has its components by the names of Parts, Controls and Buttons."""
    made: dict[str, Any] = {}
    with gr.Row(elem_id="comparing"):
        with gr.Row(elem_id="this-side"):
            made["compared_method"] = _method("This method", elem_id="compared-method")
            made["compared_k"] = k_slider("This k", elem_id="compared-k")
        with gr.Row(elem_id="other-side"):
            made["other_model"] = gr.Dropdown([], label="Other model", elem_id="other-model", min_width=160)
            made["other_method"] = _method("Other method", elem_id="other-method")
            made["other_k"] = k_slider("Other k", elem_id="other-k")
        made["compare"] = gr.Button("Compare", elem_id="compare-sides", min_width=110)
    made["comparison"] = comparison(elem_id="comparison")
    made["task_types"] = task_types(elem_id="task-types")
    made["queries"] = queries(elem_id="queries")
    return made


def _method(label: str, **options: Any) -> gr.Dropdown:
    titles = [(method.title, name) for name, method in METHODS.items()]
    return gr.Dropdown(titles, value=next(iter(METHODS)), label=label, min_width=110, **options)
