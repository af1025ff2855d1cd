"""The layout of the page of data: what the store holds, and what is to be ingested into it."""

from __future__ import annotations

import os
from typing import Any

import gradio as gr

from explorer.app.components import holdings, work_done
from explorer.app.jobs import UPLOAD
from explorer.app.parts import DataForm
from explorer.app.rights import Rights
from explorer.app.uploads import KINDS, MOST_BYTES
from ingest.corpora.selection import Selection
from ingest.embedders import TaskType, choose_embedder
from ingest.order import Order

SOURCES = [
    ("20 Newsgroups, or the sample", "auto"),
    ("20 Newsgroups", "20newsgroups"),
    ("The bundled sample", "sample"),
    ("A file of yours", UPLOAD),
]
EMBEDDERS = {"Auto": "auto", "MiniLM, on this machine": "minilm", "Gemini": "gemini"}
MOST_NAME, MOST_PATTERNS, MOST_DIGITS = 100, 1_000, 9  # characters


def data_page(rights: Rights) -> dict[str, Any]:
    """Lay the page out, and return its components by name."""
    made: dict[str, Any] = {"holdings": holdings(elem_id="holdings")}
    with gr.Column(elem_id="ingesting", visible=rights.to_change):
        made["data"] = _form()
    made["work_done"] = work_done(elem_id="work-done")
    return made


def _form() -> DataForm:
    with gr.Row(elem_id="ingest-source"):
        source = gr.Radio(SOURCES, value="auto", label="Posts from", elem_id="source")
        upload = gr.File(
            label=f"{', '.join(KINDS)} (of a folder), up to {MOST_BYTES / 1e6:,.0f} MB",
            file_types=list(KINDS),
            height=120,
            visible=False,
            elem_id="upload",
        )
    source.input(
        lambda chosen: gr.update(visible=chosen == UPLOAD),
        source,
        upload,
        show_progress="hidden",
        api_visibility="private",
    )
    with gr.Row(elem_id="ingest-filters"):
        filters = _filters()
    with gr.Row(elem_id="ingest-embedding"):
        embedding = _embedding()
    estimate = gr.Button("Estimate", variant="primary", elem_id="estimate", min_width=110)
    return DataForm(source=source, upload=upload, estimate=estimate, **filters, **embedding)


def _filters() -> dict[str, Any]:
    subsets = [("Train and test", "all"), ("Train", "train"), ("Test", "test")]
    return {
        "corpus": gr.Textbox(
            label="Name of the corpus", placeholder="the source's", max_length=MOST_NAME, elem_id="corpus-name"
        ),
        "newsgroups": gr.Textbox(
            label="Newsgroups to ingest",
            placeholder="all, or patterns such as sci.* rec.*",
            max_length=MOST_PATTERNS,
            elem_id="patterns",
        ),
        "per_newsgroup": gr.Textbox(
            label="Posts of each newsgroup", placeholder="all", max_length=MOST_DIGITS, elem_id="per-newsgroup"
        ),
        "subset": gr.Radio(subsets, value=Selection().subset, label="Subset to ingest", elem_id="ingest-subset"),
    }


def _embedding() -> dict[str, Any]:
    return {
        "embedder": gr.Radio(
            list(EMBEDDERS.items()),
            value="auto",
            label="Embedder",
            info=choose_embedder(os.environ)[1],
            elem_id="embedder",
        ),
        "task_types": gr.CheckboxGroup(
            [str(task_type) for task_type in TaskType],
            value=[str(task_type) for task_type in Order().task_types],
            label="Task types",
            elem_id="ingested-task-types",
        ),
    }
