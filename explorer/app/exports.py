"""Exports: what a view shows, as a file that the browser fetches."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.app.screen import Screen
from explorer.app.view import CLUSTER, View
from explorer.exporting import WRITERS, posts_table, write
from ingest.errors import UnknownNameError


def export(screen: Screen, view: View, kind: str) -> Path:
    """Write the posts that the view shows to a file of a kind, such as csv; return its path."""
    if f".{kind}" not in WRITERS:
        raise UnknownNameError("format", kind, [ending.removeprefix(".") for ending in WRITERS])
    table = posts_table(screen.explorer.posts, np.flatnonzero(screen.shown(view)), **dict(_columns(screen, view)))
    path = Path(tempfile.mkdtemp(prefix="explorer-")) / f"{screen.explorer.manifest.corpus}.{kind}"
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
