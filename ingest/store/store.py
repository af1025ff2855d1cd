"""The store: a folder with all that was embedded, and the collections, in it or on a Chroma server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Self

from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.errors import UserError
from ingest.progress import Progress
from ingest.store import rebuilding
from ingest.store.access import Access
from ingest.store.collection import StoredCollection
from ingest.store.drafts import is_draft
from ingest.store.embedded import Embedded
from ingest.store.embedded_writer import EmbeddedWriter
from ingest.store.folder import CHROMA, faults_explained, require_folder
from ingest.store.foreign import ForeignCollection
from ingest.store.foreign_manifest import ForeignManifest
from ingest.store.index_folders import index_folders
from ingest.store.lock import LOCK, WRITING_LOCK, StoreLock
from ingest.store.manifest import Manifest
from ingest.store.mirror import is_mirror
from ingest.store.place import Place
from ingest.store.reading import Readings
from ingest.store.remote_writer import RemoteWriter
from ingest.store.sealing import Sealing
from ingest.store.server import shared_place
from ingest.store.writer import Writer


class Store:
    """Collections, the embedding cache and derived results.

    Where the collections are in the folder, too, one process at a time has the store open.

    Parameters
    ----------
    path : Path
        The folder.
    create : bool
        Make the folder where there is none; otherwise that is an error, unless the collections are elsewhere.
    chroma_url : str, optional
        The Chroma server that has the collections, or ``cloud`` for Chroma Cloud.
    chroma_headers : mapping of str to str, optional
        What to send that server with each request.
    """

    def __init__(
        self,
        path: Path,
        *,
        create: bool = False,
        chroma_url: str | None = None,
        chroma_headers: Mapping[str, str] | None = None,
    ) -> None:
        self.path = path.resolve()
        self.place: Place = shared_place(chroma_url, chroma_headers) if chroma_url else Embedded(self.chroma)
        self._lock = StoreLock(self.path / (WRITING_LOCK if self.place.is_shared else LOCK))
        self._access = Access(self.place, self.path)
        with faults_explained(self.path), ExitStack() as opened:
            require_folder(self.path, create=create or self.place.is_shared)
            if not self.place.is_shared:
                self._own(opened)
            opened.callback(self._access.close)
            with self._access.connected():
                self._opened = opened.pop_all()

    def _own(self, opened: ExitStack) -> None:
        """Keep everybody else out until the store is closed: Chroma's files stand one process at a time."""
        self._lock.acquire()
        opened.callback(self._lock.release)
        rebuilding.settle(self.chroma)

    @cached_property
    def cache(self) -> EmbeddingCache:
        """The embedding cache, opened when it is first needed: questions are answered without it."""
        with self._access.kept_open():
            cache = EmbeddingCache(self.path / CACHE)
            self._opened.callback(cache.close)
        return cache

    @property
    def has_cache(self) -> bool:
        return (self.path / CACHE).exists()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def chroma(self) -> Path:
        """The folder of Chroma's own files."""
        return self.path / CHROMA

    @property
    def derived(self) -> Path:
        """The folder of results that can be computed again."""
        return self.path / "derived"

    @property
    def titles(self) -> Path:
        """The file of titles that were paid for."""
        return self.path / "titles.json"

    def close(self) -> None:
        self._access.close()
        self._opened.close()

    def note_address(self, address: str) -> None:
        """Let the lock's note tell later comers the address of the app that holds the store."""
        if self._lock.is_held:
            self._lock.note(f"at {address}")

    def manifests(self) -> list[Manifest]:
        """Return the manifests of this project's collections, as they are now, by name."""
        with self._access.connected() as connection:
            return connection.manifests()

    @property
    def is_written(self) -> bool:
        """Whether another process writes to Chroma's files now, so that only what was read before is there."""
        return self._access.is_lent

    def collection(self, name: str) -> StoredCollection:
        """Open a collection of a name that ``manifests`` gave."""
        if name in self.damaged():
            raise UserError(
                f"The index of {name} was being written when its process ended: make it anew from the embedding cache "
                "with `python -m ingest --rebuild`, or by any ingest; nothing is embedded twice."
            )
        return self._access.collection(name)

    def require_room(self, manifests: Sequence[Manifest]) -> None:
        """Refuse collections that could not be made, before anything is paid for what would be in them."""
        with self._access.connected() as connection:
            connection.require_room(manifests)

    def delete(self, corpus: str) -> list[str]:
        """Delete the collections of a corpus and return their names; what was embedded stays in the cache."""
        with faults_explained(self.path), self._lock.held(), self._access.connected() as connection:
            names = [manifest.collection for manifest in connection.manifests() if manifest.corpus == corpus]
            if not names:
                raise UserError(f"The store {self.path} has no corpus {corpus!r} to delete.")
            folders = index_folders(self.chroma)
            drafts = connection.delete_drafts(names)  # which would else take the places that become free
            for name in names:
                connection.delete(name)
            if not self.place.is_shared:
                self._delete_indexes([folders[name] for name in (*names, *drafts) if name in folders])
                Sealing(self.chroma).forget([*names, *drafts])
        return names

    def _delete_indexes(self, folders: Sequence[Path]) -> None:
        """Delete what Chroma leaves behind of a collection that was deleted."""
        self._access.disconnect()
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def readings(self) -> Readings:
        """What was said of the collections that this project did not make."""
        return Readings(self.derived)

    def foreign(self) -> list[ForeignManifest]:
        """Return what is known from outside of the collections that this project did not make, by name."""
        with self._access.connected() as connection:
            return connection.look_at_foreign(self.readings)

    def foreign_collection(self, name: str) -> ForeignCollection:
        """Read the records of a collection of a name that ``foreign`` gave."""
        return self._access.foreign_collection(name, self.readings)

    def damaged(self) -> list[str]:
        """Return the names of the collections whose sealing was cut short, so that their index cannot be trusted."""
        if self.place.is_shared:
            return []
        return [name for name in Sealing(self.chroma).damaged() if not is_draft(name)]

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Let nobody else write from this folder while the block runs; who reads from a server may go on."""
        if is_mirror(self.path):
            raise UserError(f"{self.path} mirrors what another program wrote: give another --store to ingest into.")
        with faults_explained(self.path), self._lock.held():
            self._access.require_open()
            yield

    def writing(self, progress: Progress) -> Writer:
        """Return what writes: to Chroma's own files a process of its own, which puts collections out of reach."""
        self._access.require_open()
        if self.place.is_shared:
            return RemoteWriter(self.place)
        return self._access.lend_to(partial(EmbeddedWriter, self.chroma, self._lock, progress))

    def rebuild(self, progress: Progress) -> None:
        """Make collections anew from the embedding cache; what they took up on disk beyond that is given back.

        Until the new ones are complete, the old ones stay in place.
        """
        with self.reserved():
            if self.place.is_shared:
                rebuilding.rebuild_shared(self.place, self.cache, progress)
                return
            with self._access.lent():
                rebuilding.rebuild_folder(self.chroma, self.cache, self._lock, progress)
