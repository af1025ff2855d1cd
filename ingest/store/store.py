"""The store: a folder with all that was embedded, and the collections, in it or on a Chroma server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self

from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.errors import NothingStoredError, UserError
from ingest.progress import Progress
from ingest.store import rebuilding
from ingest.store.collection import StoredCollection
from ingest.store.connection import Connection, is_draft
from ingest.store.disk import full_disk_error
from ingest.store.embedded import Embedded
from ingest.store.embedded_writer import EmbeddedWriter
from ingest.store.foreign import ForeignCollection, ForeignManifest
from ingest.store.index_folders import index_folders
from ingest.store.lock import LOCK, WRITING_LOCK, StoreLock
from ingest.store.manifest import Manifest
from ingest.store.mirror import is_bare, is_mirror
from ingest.store.place import Place
from ingest.store.reading import Readings
from ingest.store.remote_writer import RemoteWriter
from ingest.store.sealing import Sealing
from ingest.store.server import shared_place
from ingest.store.writer import Writer

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection


def cache_in(path: Path) -> EmbeddingCache:
    """Open the embedding cache of a store alone; where there is none yet, an empty one in memory."""
    file = path / CACHE
    return EmbeddingCache(file if file.exists() else Path(":memory:"))


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
        self._connection: Connection | None = None
        self._writer: EmbeddedWriter | None = None
        self._is_lent = self._is_closed = False
        self._using = RLock()  # held while Chroma's files are used, so that nobody closes them meanwhile
        with self._faults_explained(), ExitStack() as opened:
            self._require_folder(create or self.place.is_shared)
            if not self.place.is_shared:
                self._own(opened)
            opened.callback(self._disconnect)
            _ = self._connected
            self._opened = opened.pop_all()

    def _own(self, opened: ExitStack) -> None:
        """Keep everybody else out until the store is closed: Chroma's files stand one process at a time."""
        self._lock.acquire()
        opened.callback(self._lock.release)
        rebuilding.settle(self.chroma)

    @cached_property
    def cache(self) -> EmbeddingCache:
        """The embedding cache, opened when it is first needed: questions are answered without it."""
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
        return self.path / "chroma"

    @property
    def derived(self) -> Path:
        """The folder of results that can be computed again."""
        return self.path / "derived"

    @property
    def titles(self) -> Path:
        """The file of titles that were paid for."""
        return self.path / "titles.json"

    def close(self) -> None:
        with self._using:
            self._is_closed = True
            self._opened.close()

    def note_address(self, address: str) -> None:
        """Let the lock's note tell later comers the address of the app that holds the store."""
        if self._lock.is_held:
            self._lock.note(f"at {address}")

    def manifests(self) -> list[Manifest]:
        """Return the manifests of this project's collections, as they are now, by name."""
        with self._using:
            return self._connected.manifests()

    @property
    def is_written(self) -> bool:
        """Whether another process writes to Chroma's files now, so that only what was read before is there."""
        return self._is_lent or (self._writer is not None and self._writer.is_writing)

    def collection(self, name: str) -> StoredCollection:
        """Open a collection of a name that ``manifests`` gave."""
        if name in self.damaged():
            raise UserError(
                f"The index of {name} was being written when its process ended: make it anew from the embedding cache "
                "with `python -m ingest --rebuild`, or by any ingest; nothing is embedded twice."
            )
        with self._using:
            found = self._connected.collection(name)
        return found if self.place.is_shared else found.reached_by(partial(self._reach, found.manifest))

    def delete(self, corpus: str) -> list[str]:
        """Delete the collections of a corpus and return their names; what was embedded stays in the cache."""
        with self._using, self._faults_explained():
            names = [manifest.collection for manifest in self.manifests() if manifest.corpus == corpus]
            if not names:
                raise UserError(f"The store {self.path} has no corpus {corpus!r} to delete.")
            folders = index_folders(self.chroma)
            drafts = self._connected.delete_drafts(names)  # which would else take the places that become free
            for name in names:
                self._connected.delete(name)
            if not self.place.is_shared:
                self._delete_indexes([folders[name] for name in (*names, *drafts) if name in folders])
                Sealing(self.chroma).forget([*names, *drafts])
        return names

    def _delete_indexes(self, folders: Sequence[Path]) -> None:
        """Delete what Chroma leaves behind of a collection that was deleted."""
        self._disconnect()
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def readings(self) -> Readings:
        """What was said of the collections that this project did not make."""
        return Readings(self.derived)

    def foreign(self) -> list[ForeignManifest]:
        """Return what is known from outside of the collections that this project did not make, by name."""
        with self._using:
            return self._connected.look_at_foreign(self.readings)

    def foreign_collection(self, name: str) -> ForeignCollection:
        """Read the records of a collection of a name that ``foreign`` gave."""
        with self._using:
            collection = self._connected.bare(name)
        if self.place.is_shared:
            return ForeignCollection(self.place, lambda: nullcontext(collection), self.readings)
        return ForeignCollection(self.place, partial(self._reach_foreign, name), self.readings)

    def damaged(self) -> list[str]:
        """Return the names of the collections whose sealing was cut short, so that their index cannot be trusted."""
        if self.place.is_shared:
            return []
        return [name for name in Sealing(self.chroma).damaged() if not is_draft(name)]

    @contextmanager
    def reserved(self) -> Iterator[None]:
        """Let no other process write from this folder while the block runs; who reads from a server may go on."""
        if is_mirror(self.path):
            raise UserError(f"{self.path} mirrors what another program wrote: give another --store to ingest into.")
        with self._faults_explained(), self._lock.held():
            yield

    def writing(self, progress: Progress) -> Writer:
        """Return what writes: to Chroma's own files a process of its own, which puts collections out of reach."""
        if self.place.is_shared:
            return RemoteWriter(self.place)
        with self._using:
            self._disconnect()
            self._writer = EmbeddedWriter(self.chroma, self._lock, progress)
        return self._writer

    def rebuild(self, progress: Progress) -> None:
        """Make collections anew from the embedding cache; what they took up on disk beyond that is given back.

        Until the new ones are complete, the old ones stay in place.
        """
        with self.reserved():
            if self.place.is_shared:
                rebuilding.rebuild_shared(self.place, self.cache, progress)
                return
            with self._lent():
                rebuilding.rebuild_folder(self.chroma, self.cache, self._lock, progress)

    @property
    def _connected(self) -> Connection:
        """The connection to Chroma, opened again after another process wrote to its files."""
        if self._is_closed:
            raise UserError(f"The store {self.path} is closed: open it again.")
        if self.is_written:
            raise UserError(f"The store {self.path} is being written to: wait until that has ended.")
        if self._connection is None:
            self._connection = Connection(self.place)
        return self._connection

    @contextmanager
    def _reach(self, manifest: Manifest) -> Iterator[Collection]:
        with self._using:
            yield self._connected.opened(manifest)

    @contextmanager
    def _reach_foreign(self, name: str) -> Iterator[Collection]:
        with self._using:
            yield self._connected.bare(name)

    @contextmanager
    def _lent(self) -> Iterator[None]:
        """Leave Chroma's files to whoever makes them anew."""
        with self._using:
            self._disconnect()
            self._is_lent = True
        try:
            yield
        finally:
            self._is_lent = False

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _require_folder(self, create: bool) -> None:
        if self.path.is_file():
            raise UserError(f"The store {self.path} is a file, not a folder: give another --store.")
        if is_bare(self.path):
            raise UserError(f"Another program wrote {self.path}, and it stays as it is: give another --store.")
        if create:
            self.path.mkdir(parents=True, exist_ok=True)
        elif not (self.chroma.is_dir() or rebuilding.old_of(self.chroma).is_dir()):
            raise NothingStoredError(
                f"There is no store in {self.path}: make one with `python -m ingest`, or give --store DIR."
            )

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise full_disk_error(error, self.chroma) or UserError(
                f"The store {self.path} cannot be used ({error.strerror}): mend that, or give another --store."
            ) from error
