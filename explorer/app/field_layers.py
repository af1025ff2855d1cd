"""Layers of metadata: a view colored by a field, what its legend narrows to, and what is said of a post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.app.screen import Screen
from explorer.app.view import View
from explorer.columns import EQUALS
from explorer.field_names import field_of, named
from explorer.field_painting import paint_of, values_with_color
from explorer.point_map import Coloring, Scale
from ingest.errors import UserError

MOST_CHARACTERS = 100  # of a value beside a post
NO_VALUE = -1  # the group of posts without a value of the field


def by_field(screen: Screen, view: View) -> Coloring | Scale:
    """Color by the values of a field; those that the view is narrowed to are pressed."""
    field = field_of(view.color)
    paint = paint_of(screen.explorer.columns, field)
    if isinstance(paint, Scale):
        return paint
    chosen = [code for code, text in _where(screen, field).items() if text in view.scope.where]
    return replace(paint, chosen=chosen)


def where_pressed(screen: Screen, view: View, codes: Sequence[int]) -> tuple[str, ...]:
    """Return the metadata that a view is narrowed to once groups of its field are pressed.

    The group of all values without a color of their own narrows to nothing: there may be thousands.
    """
    field = field_of(view.color)
    if named(field) != view.color:
        return view.scope.where
    narrowing = _where(screen, field)
    others = [text for text in view.scope.where if not text.startswith(f"{field}{EQUALS}")]
    return (*others, *(narrowing[code] for code in codes if code in narrowing))


def _where(screen: Screen, field: str) -> dict[int, str]:
    """Return what narrows to each group of a field, by its code."""
    names = values_with_color(screen.explorer.columns, field)
    return {NO_VALUE: f"{field}{EQUALS}", **{code: f"{field}{EQUALS}{name}" for code, name in enumerate(names)}}


def metadata_of(screen: Screen, post_id: str) -> list[str]:
    """Return what is said of a post beside its text, where this project did not make the collection."""
    if screen.explorer.foreign is None or post_id not in screen.index:
        return []
    return [said[:MOST_CHARACTERS] for said in screen.explorer.columns.said(screen.index[post_id])]


def values_of(screen: Screen) -> list[str]:
    """Return what there is to narrow by: each value of the fields that have few."""
    if screen.explorer.foreign is None:
        return []
    columns = screen.explorer.columns
    return [f"{field.name}{EQUALS}{name}" for field in columns.groupings for name in columns.names(field.name)]


def is_known_value(screen: Screen, text: str) -> bool:
    """Tell whether the corpus has a field, and a post with that value of it."""
    try:
        return bool(screen.explorer.columns.passing([text]).any())
    except UserError:
        return False
