"""The layout of the page that classifies: a model and what it learned, and a text to label."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.classification_pane import NOTHING_LABELED
from explorer.app.findings import classification, guesses, training
from explorer.app.view import DEFAULT_CLASSIFIER
from explorer.plan import MOST_SEED
from explorer.training import MODELS

MOST_TEXT = 10_000  # characters, as of a post
TEXT_LINES = 5


def classify_page() -> dict[str, Any]:
    """Lay the page out, and return its components by name."""
    made = _choosing()
    with gr.Row(elem_id="learning"):
        with gr.Column(scale=7, min_width=320):
            made["training"] = training(elem_id="training")
        with gr.Column(scale=4, min_width=280, elem_id="labeling"):
            made |= _labeling()
    made["report"] = classification(elem_id="report")
    return made


def _choosing() -> dict[str, Any]:
    titles = [(model.title, name) for name, model in MODELS.items()]
    seeds: dict[str, Any] = {"value": 0, "precision": 0, "minimum": 0, "maximum": MOST_SEED}
    with gr.Row(elem_id="classifying"):
        classifier = gr.Radio(titles, value=DEFAULT_CLASSIFIER, label="Classifier", elem_id="classifier")
        seed = gr.Number(**seeds, label="Training seed", elem_id="training-seed", min_width=150)
        train = gr.Button("Train", variant="primary", elem_id="train", min_width=110)
    return {"classifier": classifier, "training_seed": seed, "train": train}


def _labeling() -> dict[str, Any]:
    text = gr.Textbox(
        label="Label a text",
        info=f"Up to {MOST_TEXT:,} characters, as of a post.",
        placeholder="My printer prints nothing but smileys",
        lines=TEXT_LINES,
        max_lines=2 * TEXT_LINES,
        max_length=MOST_TEXT,
        elem_id="text",
    )
    label = gr.Button("Label", elem_id="label", min_width=110)
    return {"text": text, "label": label, "guesses": guesses(none=NOTHING_LABELED, elem_id="guesses")}
