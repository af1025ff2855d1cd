"""The choice of columns: which of an uploaded table's hold posts' texts, labels, ids and subjects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from ingest.corpora.columns import Columns
from ingest.corpora.guessing import Offer

ROLES = {"text": "Text column", "label": "Label column", "id": "Id column", "subject": "Subject column"}
NONE = ("None", "")
MOST_NAMES = 200


def lay_out_columns() -> dict[str, Any]:
    """Lay out a choice for each role, which shows where there is a table."""
    return {
        f"{role}_column": gr.Dropdown([NONE], value="", label=title, visible=False, elem_id=f"{role}-column")
        for role, title in ROLES.items()
    }


def choice_updates(offer: Offer | None) -> list[Any]:
    """Return the updates of the choices, in the order of ``ROLES``, to what a table offers; of no table none shows."""
    if offer is None:
        return [gr.update(choices=[NONE], value="", visible=False)] * len(ROLES)
    return [_update(offer, getattr(offer.guess, role) or "") for role in ROLES]


def columns_chosen(given: Mapping[str, Any]) -> Columns:
    """Return what the fields of the form say; of a column that is not chosen an ingest finds out."""
    return Columns(**{role: str(given[f"{role}_column"] or "") or None for role in ROLES})


def _update(offer: Offer, guess: str) -> Any:
    names = [(name, name) for name in offer.names[:MOST_NAMES]]
    known = names if guess in offer.names[:MOST_NAMES] else [*names, (guess, guess)] if guess else [NONE, *names]
    return gr.update(choices=known, value=guess, visible=True)
