"""The components of what was found out: how clusterings agree, what a classifier learned, which k there might be."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.components import Row, component


def evaluation(found: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out how well clusters agree with newsgroups, or say ``none``.

    Triggers ``select`` with the ``newsgroup`` and the ``cluster`` of a cell of the confusion matrix.
    """
    return component(("sections", "measures", "matrix", "evaluation"), {"evaluation": found, "none": none, **options})


def training(training: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out how a classifier learns and how accurate it is, or say ``none``; triggers ``stop``."""
    return component(("sections", "curves", "accuracies", "training"), {"training": training, "none": none, **options})


def classification(report: Row | None = None, **options: Any) -> gr.HTML:
    """Lay out how well each newsgroup is recognized.

    Triggers ``apply`` with the ``actual`` and the ``predicted`` newsgroup of a cell of the confusion matrix, and
    ``select`` with the ``id`` of a post.
    """
    return component(("sections", "matrix", "scores", "classification"), {"report": report, **options})


def guesses(answer: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out the newsgroups that a text is probably of, or say ``none``."""
    return component(("guesses",), {"answer": answer, "none": none, **options})


def comparison(found: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out how two clusterings agree with each other and with the newsgroups, or say ``none``.

    Triggers ``select`` with the ``cluster`` of the one and of the ``other`` of a cell of the matrix.
    """
    names = ("sections", "measures", "figure_table", "matrix", "comparison")
    return component(names, {"comparison": found, "none": none, **options})


def task_types(table: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out the figures of the stored task types side by side, or say ``none``."""
    return component(("sections", "figure_table", "task_types"), {"table": table, "none": none, **options})


def queries(**options: Any) -> gr.HTML:
    """Lay out what questions embedded in two ways have ``found``, an ``offer`` to ask them, or its ``progress``.

    Triggers ``submit`` where they are to be asked, and ``clear`` where that is enough.
    """
    shown = {"found": None, "offer": None, "progress": None, "problem": ""}
    return component(("sections", "figure_table", "progress", "queries"), {**shown, **options})


def sweep_chart(sweep: Row | None = None, *, stopped: Row | None = None, chosen: int = 0, **options: Any) -> gr.HTML:
    """Lay out what numbers of clusters are like; nothing is shown without a ``sweep``, or where a later turn closed it.

    Triggers ``select`` with a ``k``, ``stop`` to cancel what is computed, ``retry`` to go on with it, and ``clear``.
    """
    props = {"sweep": sweep, "stopped": stopped, "chosen": chosen}
    return component(("sweep_figures", "sweep_chart"), {**props, **options})
