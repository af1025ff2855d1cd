"""Recoloring: the coloring of a map for some of its posts, or with colors for its largest groups alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.point_map.arrays import NO_GROUP, Coloring, Scale


def of_rows(paint: Coloring | Scale, rows: NDArray[np.intp]) -> Coloring | Scale:
    """Return the coloring of the posts at some rows, with those groups alone that they are in."""
    if isinstance(paint, Scale):
        return replace(paint, values=paint.values[rows])
    codes = paint.codes[rows]
    return _with_groups(replace(paint, codes=codes), np.unique(codes[codes != NO_GROUP]))


def of_largest(coloring: Coloring, most: int, others: str) -> Coloring:
    """Return a coloring with at most so many groups, the largest: all others are one more, in the color ``others``.

    A single other would be that one group, and stays itself.
    """
    n_others = len(coloring.names) - most
    if n_others <= 1:
        return coloring
    sizes = np.bincount(coloring.codes[coloring.codes != NO_GROUP], minlength=len(coloring.names))
    largest = np.sort(np.argsort(-sizes, kind="stable")[:most])
    found = _with_groups(coloring, largest)
    is_other = (found.codes == NO_GROUP) & (coloring.codes != NO_GROUP)
    codes = np.where(is_other, most, found.codes).astype(np.int32)
    return replace(found, codes=codes, names=[*found.names, f"{n_others:,} others"], colors=[*found.colors, others])


def _with_groups(coloring: Coloring, kept: NDArray[np.intp]) -> Coloring:
    """Return a coloring with some of its groups, numbered anew in their order; posts of the others are in none."""
    code_of = np.full(len(coloring.names) + 1, NO_GROUP, np.int32)  # the last is that of posts in no group
    code_of[kept] = np.arange(len(kept), dtype=np.int32)
    names, colors = ([of_group[code] for code in kept] for of_group in (coloring.names, coloring.colors))
    return replace(coloring, codes=code_of[coloring.codes], names=names, colors=colors, chosen=())
