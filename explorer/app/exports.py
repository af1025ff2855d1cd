"""Exports: what a view shows, as a file that the browser fetches."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path

import numpy as np

from explorer.app.layers import coloring_of
from explorer.app.screen import Screen
from explorer.app.view import View
from explorer.clustering import Clustering
from explorer.explorer import Explorer
from explorer.exporting import WRITERS
from explorer.extracting import Extract
from explorer.filters import Filters
from explorer.picture import DRAWERS, make_picture
from ingest.errors import UnknownNameError, UserError

KEPT_SECONDS = 600  # a file, once Gradio has its copy


def export(screen: Screen, view: View, kind: str) -> Path:
    """Write the posts that the view shows to a file of a kind, such as csv or png; return its path."""
    _require_kind(kind, (*WRITERS, *DRAWERS))
    if f".{kind}" in WRITERS:
        return export_posts(screen.explorer, extract_of(screen, view), kind)
    rows = np.flatnonzero(screen.shown(view))
    if not len(rows):
        raise UserError("There is no post to draw: take a filter off.")
    path = _new_path(screen.explorer, kind)
    make_picture(screen.explorer, screen.drawn(view), coloring_of(screen, view)).of(rows).save(path)
    return path


def export_posts(explorer: Explorer, extract: Extract, kind: str) -> Path:
    """Write the posts of an extract to a file of a kind, such as csv; return its path."""
    _require_kind(kind, tuple(WRITERS))
    path = _new_path(explorer, kind)
    explorer.export(path, extract)
    return path


def extract_of(screen: Screen, view: View) -> Extract:
    """Return the posts that the view shows, with their places, where its map is there, clusters and similarities."""
    explorer = screen.explorer
    shown = frozenset(explorer.post_ids[row] for row in np.flatnonzero(screen.shown(view)))
    return Extract(
        explorer.project(view.plan) if explorer.has_projection(view.plan) else None,
        _clustering(screen, view),
        "" if screen.similarities(view) is None else screen.question(view),
        Filters(among=shown),
    )


def _clustering(screen: Screen, view: View) -> Clustering | None:
    """Return the page's clustering, None where there cannot be one: posts are exported all the same."""
    try:
        return screen.described(view.clusterer).clustering
    except UserError:
        return None


def _require_kind(kind: str, endings: Sequence[str]) -> None:
    if f".{kind}" not in endings:
        raise UnknownNameError("format", kind, [ending.removeprefix(".") for ending in endings])


def _new_path(explorer: Explorer, kind: str) -> Path:
    return _new_folder() / f"{explorer.manifest.corpus}.{kind}"


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
