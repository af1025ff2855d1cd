"""Rebuilding: collections made anew from the embedding cache, beside the old ones, which they then replace."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.embedding_cache import EmbeddingCache
from ingest.errors import UserError
from ingest.progress import Progress
from ingest.store.collection import Record
from ingest.store.manifest import Manifest
from ingest.store.writer import Writer

if TYPE_CHECKING:
    from ingest.store.store import Store

WRITTEN_AT_ONCE = 500


def new_of(folder: Path) -> Path:
    """Return where the collections are made anew; until they are whole, nobody reads that."""
    return folder.with_name(f"{folder.name}.new")


def old_of(folder: Path) -> Path:
    """Return where the old collections are for a moment before they are deleted."""
    return folder.with_name(f"{folder.name}.old")


def settle(folder: Path) -> None:
    """Finish what a kill may have cut short: an exchange of folders is completed, a half-made folder deleted."""
    new, old = new_of(folder), old_of(folder)
    if old.exists() and new.exists() and not folder.exists():
        new.rename(folder)
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)


def exchange(folder: Path) -> None:
    """Put the new folder in the old one's place, and give the old one's disk space back."""
    folder.rename(old_of(folder))
    new_of(folder).rename(folder)
    shutil.rmtree(old_of(folder), ignore_errors=True)


def copy_collections(store: Store, writer: Writer, progress: Progress) -> None:
    """Write the posts of all collections with their vectors from the embedding cache, and seal them."""
    manifests = store.manifests()
    names = [manifest.collection for manifest in manifests]
    n_posts = {name: len(store.salvage(name).content_hashes()) for name in names}
    writer.open(manifests, n_to_come=n_posts)
    with progress.stage("rebuild", sum(n_posts.values())) as advance:
        for manifest in manifests:
            for records in store.salvage(manifest.collection).records(WRITTEN_AT_ONCE):
                _copy(records, manifest, store.cache, writer)
                advance(len(records))
    whole = {manifest.collection for manifest in manifests if manifest.complete}.union(store.damaged())
    with progress.stage("seal"):
        writer.seal(names, sorted(whole))


def _copy(records: Sequence[Record], manifest: Manifest, cache: EmbeddingCache, writer: Writer) -> None:
    hashes = [record.sent_hash for record in records]
    lost = set(hashes) - cache.known(manifest.space, hashes)
    if lost:
        raise UserError(
            f"The embedding cache has no embedding for {len(lost):,} posts of {manifest.collection}, so it cannot be "
            "made anew from there: ingest the corpus again with --replace, which embeds them."
        )
    writer.upsert(manifest.collection, records, cache.vectors(manifest.space, hashes))
