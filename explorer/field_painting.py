"""Colorings by metadata: a group for each value of a field, or for its most frequent ones; of many numbers a scale."""

from __future__ import annotations

from dataclasses import replace

from explorer.columns import MOST_GROUPS, Columns
from explorer.palette import DARK, colors_for
from explorer.point_map.arrays import Coloring, Scale
from explorer.recoloring import of_largest

MOST_FREQUENT = 30  # values with a color of their own, of a field with more than MOST_GROUPS
OTHERS = DARK.missing  # a gray that stands out from either ground


def paint_of(columns: Columns, field: str) -> Coloring | Scale:
    """Color by a field; what else there is beside its most frequent values is one more group, the last."""
    title = field.capitalize()
    if field in {each.name for each in columns.numbers}:
        return Scale(title, columns.values(field))
    names = columns.names(field)
    coloring = Coloring(title, columns.codes(field), names, colors_for(names))
    if len(names) <= MOST_GROUPS:
        return coloring
    few = of_largest(coloring, MOST_FREQUENT, others=OTHERS)
    return replace(few, colors=[*colors_for(few.names[:MOST_FREQUENT]), OTHERS])


def values_with_color(columns: Columns, field: str) -> list[str]:
    """Return the values that have a group of their own, by its code."""
    names = columns.names(field)
    if len(names) <= MOST_GROUPS:
        return names
    paint = paint_of(columns, field)
    return list(paint.names[:MOST_FREQUENT]) if isinstance(paint, Coloring) else []
