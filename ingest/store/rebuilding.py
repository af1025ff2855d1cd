"""Rebuilding: collections made anew from the embedding cache, beside the old ones, which they then replace."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from ingest.embedding_cache import EmbeddingCache
from ingest.errors import BrokenStoreError, DamagedIndexError, UserError
from ingest.progress import Progress
from ingest.store.connection import Connection
from ingest.store.embedded import Embedded
from ingest.store.embedded_writer import EmbeddedWriter
from ingest.store.lock import StoreLock
from ingest.store.manifest import Manifest
from ingest.store.opening import Opening
from ingest.store.paging import page_size
from ingest.store.place import Place
from ingest.store.record import Record
from ingest.store.remote_writer import RemoteWriter
from ingest.store.writer import Writer

WRITTEN_AT_ONCE = 500
# The folder beside Chroma's that is deleted when all is done.
OURS = ".rebuilding"
# Where Chroma keeps everything but the indexes, with what SQLite may have beside it.
DATABASE = "chroma.sqlite3*"


def new_of(folder: Path) -> Path:
    """Return where the collections are made anew; until they are whole, nobody reads that."""
    return folder.parent / OURS / "new"


def old_of(folder: Path) -> Path:
    """Return where the old collections are for a moment before they are deleted."""
    return folder.parent / OURS / "old"


def database_of(folder: Path) -> Path:
    """Return where a copy of the old ones is read from, without the indexes: to open a damaged one can crash."""
    return folder.parent / OURS / "database"


def settle(folder: Path) -> None:
    """Finish what a kill may have cut short: an exchange of folders is completed, a half-made folder deleted."""
    new, old = new_of(folder), old_of(folder)
    if old.exists() and not folder.exists():
        (new if new.exists() else old).rename(folder)
    shutil.rmtree(folder.parent / OURS, ignore_errors=True)


def exchange(folder: Path) -> None:
    """Put the new folder in the old one's place, and give the old one's disk space back."""
    folder.rename(old_of(folder))
    new_of(folder).rename(folder)
    shutil.rmtree(folder.parent / OURS, ignore_errors=True)


@contextmanager
def database_alone(folder: Path) -> Iterator[Connection]:
    """Open a copy from which posts and manifests can be read, whatever state the indexes are in."""
    copy = database_of(folder)
    try:
        copy.mkdir(parents=True)
        for file in folder.glob(DATABASE):
            shutil.copy(file, copy)
        with closing(Connection(Embedded(copy))) as connection:
            yield connection
    except DamagedIndexError as error:
        raise BrokenStoreError(
            f"The file chroma.sqlite3 in {folder} cannot be read ({error}): move that folder away and ingest again; "
            "what the embedding cache holds is not paid for again."
        ) from error
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def rebuild_folder(folder: Path, cache: EmbeddingCache, lock: StoreLock, progress: Progress) -> None:
    """Make all collections of a folder anew, in another that then takes its place; foreign ones would be lost."""
    settle(folder)
    with database_alone(folder) as old, EmbeddedWriter(new_of(folder), lock, progress) as writer:
        if foreign := old.foreign():
            raise UserError(
                f"The store also has collections that this project did not make ({', '.join(foreign)}), and cannot "
                "make anew: move them to a folder of their own, then run the same command again."
            )
        copy_collections(old, old.manifests(), cache, writer, progress)
    exchange(folder)


def rebuild_shared(place: Place, cache: EmbeddingCache, progress: Progress) -> None:
    """Make the complete collections of a place anew, in drafts; an ingest goes on with the others."""
    with closing(Connection(place)) as old, RemoteWriter(place) as writer:
        complete = [manifest for manifest in old.manifests() if manifest.complete]
        copy_collections(old, complete, cache, writer, progress)


def copy_collections(
    old: Connection, manifests: Sequence[Manifest], cache: EmbeddingCache, writer: Writer, progress: Progress
) -> None:
    """Write the posts of collections with their vectors from the embedding cache, and seal them."""
    names = [manifest.collection for manifest in manifests]
    n_posts = {name: len(old.collection(name).content_hashes()) for name in names}
    # A kill on the way leaves drafts, which nobody must take for whole.
    unsealed = [dataclasses.replace(each, complete=False, n_posts=0, fingerprint="") for each in manifests]
    writer.open([Opening(each, is_anew=True, n_to_come=n_posts[each.collection]) for each in unsealed])
    with progress.stage("rebuild", sum(n_posts.values())) as advance:
        for manifest in manifests:
            size = page_size(n_posts[manifest.collection], WRITTEN_AT_ONCE)
            for records in old.collection(manifest.collection).records(size):
                _copy(records, manifest, cache, writer)
                advance(len(records))
    _require_unchanged(old, manifests)
    with progress.stage("seal"):
        writer.seal(names, {each.collection: n_posts[each.collection] for each in manifests if each.complete})


def _require_unchanged(old: Connection, manifests: Sequence[Manifest]) -> None:
    """Refuse to put copies in the place of collections that others, from elsewhere, have written to meanwhile."""
    now = old.manifests()
    if changed := [manifest.collection for manifest in manifests if manifest not in now]:
        raise UserError(
            f"Somebody has written to {', '.join(changed)} while that was made anew, so it stays as it is: run the "
            "same command again, once the ingest that writes has ended."
        )


def _copy(records: Sequence[Record], manifest: Manifest, cache: EmbeddingCache, writer: Writer) -> None:
    hashes = [record.sent_hash for record in records]
    lost = set(hashes) - cache.known(manifest.space, hashes)
    if lost:
        raise UserError(
            f"{manifest.collection} cannot be made anew, since the embedding cache lacks embeddings ({len(lost):,}): "
            "put the store's file embeddings.sqlite3 back, or delete the collections (where they are in the store: its "
            "folder chroma) and ingest again, which embeds them."
        )
    writer.upsert(manifest.collection, records, cache.vectors(manifest.space, hashes))
