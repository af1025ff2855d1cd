"""The layout of the page of data: what the store holds, and what is to be ingested into it."""

from __future__ import annotations

import os
from typing import Any

import gradio as gr

from explorer.app.column_choice import lay_out_columns
from explorer.app.components import holdings, work_done
from explorer.app.jobs import AUTO, UPLOAD
from explorer.app.models import PLACEHOLDERS, offered
from explorer.app.parts import DataForm
from explorer.app.rights import Rights
from explorer.app.uploads import KINDS, MOST_BYTES
from ingest.corpora.selection import Selection
from ingest.embedders import TaskType, choose_embedder
from ingest.order import Order

SOURCE_TITLES = {
    AUTO: "20 Newsgroups, or the sample",
    "20newsgroups": "20 Newsgroups",
    "sample": "The bundled sample",
    UPLOAD: "A file of yours",
}
# Static markup: nothing in it comes from anywhere.
HEADING = """
<h2>Add posts</h2>
<p>Say which, and press Estimate: it tells what that takes. Nothing is sent or stored before you press Start.</p>
"""
STEPS = ("Where they come from", "Which of them", "How they are embedded")
MOST_NAME, MOST_PATTERNS, MOST_DIGITS = 100, 1_000, 9  # characters
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def data_page(rights: Rights) -> dict[str, Any]:
    """Lay the page out, and return its components by name."""
    made: dict[str, Any] = {"holdings": holdings(elem_id="holdings")}
    with gr.Column(elem_id="ingesting", visible=rights.to_change):
        made["data"] = _form()
    made["work_done"] = work_done(elem_id="work-done")
    return made


def _form() -> DataForm:
    gr.HTML(HEADING, elem_id="ingest-heading")
    _step(1)
    with gr.Row(elem_id="ingest-source"):
        source, upload = _source()
    with gr.Row(elem_id="ingest-columns", visible=False) as of_upload:
        columns = lay_out_columns()
    source.input(lambda chosen: [gr.update(visible=chosen == UPLOAD)] * 2, source, [upload, of_upload], **QUIET)
    _step(2)
    with gr.Row(elem_id="ingest-filters"):
        filters = _filters()
    _step(3)
    with gr.Row(elem_id="ingest-embedding"):
        embedding = _embedding()
    estimate = gr.Button("Estimate", variant="primary", elem_id="estimate", min_width=110)
    return DataForm(source=source, upload=upload, estimate=estimate, **columns, **filters, **embedding)


def _step(number: int) -> None:
    gr.HTML(f"<h3>{number}. {STEPS[number - 1]}</h3>", elem_classes="step")


def _source() -> tuple[gr.Radio, gr.File]:
    titles = [(title, name) for name, title in SOURCE_TITLES.items()]
    source = gr.Radio(titles, value=AUTO, label="Posts from", elem_id="source")
    upload = gr.File(
        label=f"{', '.join(KINDS)} (of a folder), up to {MOST_BYTES / 1e6:,.0f} MB",
        file_types=list(KINDS),
        height=120,
        visible=False,
        elem_id="upload",
    )
    return source, upload


def _filters() -> dict[str, Any]:
    subsets = [("Train and test", "all"), ("Train", "train"), ("Test", "test")]
    return {
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
        "corpus": gr.Textbox(
            label="Name of the corpus", placeholder="the source's", max_length=MOST_NAME, elem_id="corpus-name"
        ),
    }


def _embedding() -> dict[str, Any]:
    embedder = gr.Radio(
        offered(), value=AUTO, label="Embedder", info=choose_embedder(os.environ)[1], elem_id="embedder"
    )
    model = gr.Textbox(label="Model", max_length=MOST_NAME, visible=False, elem_id="embedding-model")
    embedder.input(
        lambda chosen: gr.update(visible=chosen in PLACEHOLDERS, placeholder=PLACEHOLDERS.get(chosen, ""), value=""),
        embedder,
        model,
        **QUIET,
    )
    task_types = gr.CheckboxGroup(
        [str(task_type) for task_type in TaskType],
        value=[str(task_type) for task_type in Order().task_types],
        label="Task types",
        info="RETRIEVAL_DOCUMENT to search, CLUSTERING for clusters and the map.",
        elem_id="ingested-task-types",
    )
    return {"embedder": embedder, "model": model, "task_types": task_types}
