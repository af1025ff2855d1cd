"""What the page offers of a collection that this project did not make: its metadata, and how to ask it questions."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.field_layers import values_of
from explorer.app.layers import COLORINGS
from explorer.app.screen import Screen
from explorer.app.view import SUBSET
from explorer.field_names import named
from explorer.foreign import about, remarks_on, uncolored

PLACEHOLDER = "Ask anything: a word, a sentence, a whole paragraph"
UNANSWERABLE = "Search by Keywords; to ask by meaning, start with --embedder and --model"


def lay_out_where() -> gr.Dropdown:
    """Lay out the filter by metadata, which is seen where this project did not make the collection."""
    return gr.Dropdown(
        [],
        value=[],
        multiselect=True,
        allow_custom_value=True,
        label="Metadata",
        visible=False,
        elem_id="where",
        scale=4,
    )


def colorings_of(screen: Screen) -> dict[str, str]:
    """Return the titles of the colorings that a corpus has, by their names in addresses."""
    if screen.explorer.foreign is None:
        return COLORINGS
    fields = {named(field.name): field.name for field in screen.explorer.columns.colorable}
    return {**{name: title for name, title in COLORINGS.items() if name != SUBSET or any(screen.subsets)}, **fields}


def where_update(screen: Screen, where: tuple[str, ...]) -> Any:
    """Offer the values of the corpus's fields, with those chosen that the view is narrowed to."""
    return gr.update(choices=values_of(screen), value=list(where), visible=screen.explorer.is_foreign)


def coloring_choices(screen: Screen) -> list[tuple[str, str]]:
    return [(title.capitalize(), name) for name, title in colorings_of(screen).items()]


def placeholder_of(screen: Screen) -> str:
    """Return what the empty question box says."""
    return PLACEHOLDER if screen.explorer.takes_questions else UNANSWERABLE


def about_of(screen: Screen) -> str:
    """Say what a collection is that this project did not make, and how it is read."""
    collection = screen.explorer.foreign
    if not collection:
        return ""
    return " ".join([about(collection), *remarks_on(collection), *uncolored(screen.explorer.columns)])
