"""The inventory: what a store holds, in what state that is, and how much room it takes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ingest.store import Manifest, Store
from ingest.store.index_folders import index_folders

COMPLETE, UNFINISHED, DAMAGED, FOREIGN = "complete", "unfinished", "damaged", "made elsewhere"


@dataclass(frozen=True, slots=True)
class Holding:
    """One collection; ``n_bytes`` is what its index takes on disk, None where Chroma keeps that elsewhere."""

    manifest: Manifest
    state: str
    n_bytes: int | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """All collections, and the parts of the store's folder by what they take on disk.

    ``n_chroma_bytes`` has the posts and the indexes, ``n_cached`` is the number of embeddings in the cache, and
    ``n_derived_bytes`` is what can be deleted and is computed again.
    """

    holdings: list[Holding]
    n_chroma_bytes: int
    n_cached: int
    n_cache_bytes: int
    n_derived_bytes: int

    @property
    def n_bytes(self) -> int:
        return self.n_chroma_bytes + self.n_cache_bytes + self.n_derived_bytes


def take_inventory(store: Store) -> Inventory:
    """List and measure all that a store holds."""
    return Inventory(
        holdings=[*holdings_of(store), *foreign_holdings_of(store)],
        n_chroma_bytes=0 if store.place.is_shared else n_bytes_in(store.chroma),
        n_cached=store.cache.count() if store.has_cache else 0,
        n_cache_bytes=sum(map(_n_bytes, store.path.glob("embeddings.sqlite3*"))),
        n_derived_bytes=n_bytes_in(store.derived),
    )


def holdings_of(store: Store) -> list[Holding]:
    """List the collections that this project made, by name."""
    damaged, folders = store.damaged(), _folders(store)
    return [
        Holding(manifest, _state_of(manifest, damaged), _n_bytes_of_index(folders.get(manifest.collection)))
        for manifest in store.manifests()
    ]


def foreign_holdings_of(store: Store) -> list[Holding]:
    """List the others, by name."""
    folders = _folders(store)
    return [
        Holding(manifest, FOREIGN, _n_bytes_of_index(folders.get(manifest.collection))) for manifest in store.foreign()
    ]


def _folders(store: Store) -> dict[str, Path]:
    """Return the folders of the indexes, none of collections that are elsewhere."""
    return {} if store.place.is_shared else index_folders(store.chroma)


def n_bytes_in(folder: Path) -> int:
    """Return what the files in a folder take, at any depth."""
    return sum(_n_bytes(Path(root, name)) for root, _, names in os.walk(folder) for name in names)


def megabytes(n_bytes: int | None) -> str:
    """Return a size for people; of what is not known, nothing."""
    if n_bytes is None:
        return ""
    size = n_bytes / 1e6
    return f"{size:,.0f} MB" if size >= 10 else f"{size:.1f} MB"


def _state_of(manifest: Manifest, damaged: list[str]) -> str:
    if manifest.collection in damaged:
        return DAMAGED
    return COMPLETE if manifest.complete else UNFINISHED


def _n_bytes_of_index(folder: Path | None) -> int | None:
    return None if folder is None else n_bytes_in(folder)


def _n_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # gone meanwhile
        return 0
