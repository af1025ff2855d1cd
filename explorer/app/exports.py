"""Exports: what a view shows, as a file that the browser fetches."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.app.layers import coloring_of
from explorer.app.screen import Screen
from explorer.app.view import CLUSTER, View
from explorer.explorer import Explorer
from explorer.exporting import WRITERS, posts_table, write
from explorer.extracting import metadata_columns
from explorer.filters import Filters
from explorer.picture import DRAWERS, make_picture
from ingest.errors import UnknownNameError, UserError

KEPT_SECONDS = 600  # a file, once Gradio has its copy


def export(screen: Screen, view: View, kind: str) -> Path:
    """Write the posts that the view shows to a file of a kind, such as csv or png; return its path."""
    if f".{kind}" not in (*WRITERS, *DRAWERS):
        raise UnknownNameError("format", kind, [ending.removeprefix(".") for ending in (*WRITERS, *DRAWERS)])
    rows = np.flatnonzero(screen.shown(view))
    save = _save_map if f".{kind}" in DRAWERS else _save_table
    path = _new_folder() / f"{screen.explorer.manifest.corpus}.{kind}"
    save(screen, view, rows, path)
    return path


def export_posts(explorer: Explorer, filters: Filters, kind: str) -> Path:
    """Write the posts that filters let through to a file of a kind, with their places where a map is there already."""
    if f".{kind}" not in WRITERS:
        raise UnknownNameError("format", kind, [ending.removeprefix(".") for ending in WRITERS])
    places = explorer.project().coordinates.T if explorer.has_projection("umap") else ()
    columns = {**dict(zip("xy", places, strict=False)), **dict(metadata_columns(explorer))}
    path = _new_folder() / f"{explorer.manifest.corpus}.{kind}"
    write(posts_table(explorer.posts, np.flatnonzero(explorer.matching(filters)), **columns), path)
    return path


def _save_table(screen: Screen, view: View, rows: NDArray[np.intp], path: Path) -> None:
    write(posts_table(screen.explorer.posts, rows, **dict(_columns(screen, view))), path)


def _save_map(screen: Screen, view: View, rows: NDArray[np.intp], path: Path) -> None:
    if not len(rows):
        raise UserError("There is no post to draw: take a filter off.")
    picture = make_picture(screen.explorer, screen.drawn(view), coloring_of(screen, view))
    picture.of(rows).save(path)


def _columns(screen: Screen, view: View) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield what else the page shows of every post: its place, cluster, similarity to the question, metadata."""
    if screen.explorer.has_projection(view.plan):
        coordinates = screen.explorer.project(view.plan).coordinates
        yield from zip("xy", coordinates.T, strict=True)
    if view.color == CLUSTER:
        yield "cluster", screen.described(view.clusterer).labels
    similarities = screen.similarities(view)
    if similarities is not None:
        yield "similarity", similarities
    yield from metadata_columns(screen.explorer)


@cache
def _own_folder(around: str) -> tempfile.TemporaryDirectory[str]:
    """Return the folder of this process's exports where its temporary files are, which ends with it."""
    return tempfile.TemporaryDirectory(prefix="exports-", dir=around)


def _new_folder() -> Path:
    """Make a folder for one file, and clear away those whose files have been fetched long ago."""
    own = Path(_own_folder(tempfile.gettempdir()).name)
    for folder in own.iterdir():
        with suppress(FileNotFoundError):  # another export has just cleared it away
            if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=own))
