"""Questions in, answers out: search, clusters and maps over the posts that ``ingest`` stored."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.explorer import Explorer
    from explorer.extracting import Extract
    from explorer.filters import Filters
    from explorer.frames import Rows
    from explorer.question import Question
    from ingest.store import Reading

__all__ = ["Explorer", "Extract", "Filters", "Question", "Reading", "Rows"]

HOMES = {
    "Explorer": "explorer.explorer",
    "Extract": "explorer.extracting",
    "Filters": "explorer.filters",
    "Question": "explorer.question",
    "Reading": "ingest.store",
    "Rows": "explorer.frames",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first asked for, so that ``--help`` answers at once."""
    if name in HOMES:
        return getattr(import_module(HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
