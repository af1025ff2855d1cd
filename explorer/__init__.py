"""Questions in, answers out: search, clusters and maps over the posts that ``ingest`` stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from explorer.explorer import Explorer
    from ingest.store import Filters

__all__ = ["Explorer", "Filters"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are first asked for, so that ``--help`` answers at once."""
    if name == "Explorer":
        from explorer.explorer import Explorer

        return Explorer
    if name == "Filters":
        from ingest.store import Filters

        return Filters
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
