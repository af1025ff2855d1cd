"""Exports: what a view shows, as a file that the browser fetches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.app.screen import Screen
from explorer.app.view import CLUSTER, View
from explorer.explorer import Explorer
from explorer.exporting import WRITERS, posts_table, write
from explorer.filters import Filters
from ingest.errors import UnknownNameError

if TYPE_CHECKING:
    from pandas import DataFrame


def export(screen: Screen, view: View, kind: str) -> Path:
    """Write the posts that the view shows to a file of a kind, such as csv; return its path."""
    if f".{kind}" not in WRITERS:
        raise UnknownNameError("format", kind, [ending.removeprefix(".") for ending in WRITERS])
    table = posts_table(screen.explorer.posts, np.flatnonzero(screen.shown(view)), **dict(_columns(screen, view)))
    return _written(table, screen.explorer, kind)


def export_posts(explorer: Explorer, filters: Filters, kind: str) -> Path:
    """Write the posts that filters let through to a file of a kind, with their places where a map is there already."""
    places = explorer.project().coordinates.T if explorer.has_projection("umap") else ()
    columns = dict(zip("xy", places, strict=False))
    table = posts_table(explorer.posts, np.flatnonzero(explorer.matching(filters)), **columns)
    return _written(table, explorer, kind)


def _written(table: DataFrame, explorer: Explorer, kind: str) -> Path:
    path = Path(tempfile.mkdtemp(prefix="explorer-")) / f"{explorer.manifest.corpus}.{kind}"
    write(table, path)
    return path


def _columns(screen: Screen, view: View) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield what else the page shows of every post: its place, its cluster, its similarity to the question."""
    if screen.explorer.has_projection(view.plan):
        coordinates = screen.explorer.project(view.plan).coordinates
        yield from zip("xy", coordinates.T, strict=True)
    if view.color == CLUSTER:
        yield "cluster", screen.described(view.clusterer).labels
    similarities = screen.similarities(view)
    if similarities is not None:
        yield "similarity", similarities
