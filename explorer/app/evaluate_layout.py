"""The layout of the page that evaluates: how many clusters, against what, and how well they agree."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.agreement import AGAINST, NEWSGROUPS
from explorer.app.clusterer_controls import k_slider
from explorer.app.findings import evaluation


def evaluate_page() -> dict[str, Any]:
    """Lay the page out, and return its components by name."""
    with gr.Row(elem_id="evaluating"):
        k = k_slider("Number of clusters", elem_id="evaluated-k")
        against = gr.Radio(
            [(title.capitalize(), title) for title in AGAINST], value=NEWSGROUPS, label="Against", elem_id="against"
        )
        evaluate = gr.Button("Evaluate", elem_id="evaluate-clusters", min_width=110)
    return {
        "evaluated_k": k,
        "against": against,
        "evaluate": evaluate,
        "evaluation": evaluation(elem_id="evaluation"),
    }
