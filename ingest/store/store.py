"""The store: a folder that one process at a time owns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Self

from ingest.embedding_cache import EmbeddingCache
from ingest.errors import NothingStoredError, UserError
from ingest.progress import Progress
from ingest.store import rebuilding
from ingest.store.collection import StoredCollection
from ingest.store.connection import Connection, is_bare, is_draft
from ingest.store.disk import full_disk_error
from ingest.store.foreign import ForeignCollection, ForeignManifest
from ingest.store.lock import LOCK, StoreLock
from ingest.store.manifest import Manifest
from ingest.store.reading import Readings
from ingest.store.sealing import Sealing
from ingest.store.writer import Writer

CACHE = "embeddings.sqlite3"


def cache_in(path: Path) -> EmbeddingCache:
    """Open the embedding cache of a store alone; where there is none yet, an empty one in memory."""
    file = path / CACHE
    return EmbeddingCache(file if file.exists() else Path(":memory:"))


class Store:
    """Collections, the embedding cache and derived results in one folder.

    Parameters
    ----------
    path : Path
        The folder.
    create : bool
        Make the folder where there is none; otherwise that is an error.
    """

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self.path = path.resolve()
        self._connection: Connection | None = None
        self._writer: Writer | None = None
        with self._faults_explained(), ExitStack() as opened:
            self._require_folder(create)
            self._lock = StoreLock(self.path / LOCK)
            self._lock.acquire()
            opened.callback(self._lock.release)
            rebuilding.settle(self.chroma)
            opened.callback(self._disconnect)
            _ = self._connected
            self._opened = opened.pop_all()

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
        self._opened.close()

    def note_address(self, address: str) -> None:
        """Let the lock's note tell later comers the address of the app that holds the store."""
        self._lock.note(f"at {address}")

    def manifests(self) -> list[Manifest]:
        """Return the manifests of this project's collections, by name."""
        return self._connected.manifests()

    def collection(self, name: str) -> StoredCollection:
        """Open a collection of a name that ``manifests`` gave."""
        if name in self.damaged():
            raise UserError(
                f"The index of {name} was being written when its process ended: make it anew from the embedding cache "
                "with `python -m ingest --rebuild`, or by any ingest; nothing is embedded twice."
            )
        return self._connected.collection(name)

    @property
    def readings(self) -> Readings:
        """What was said of the collections that this project did not make."""
        return Readings(self.derived)

    def foreign(self) -> list[ForeignManifest]:
        """Return what is known from outside of the collections that this project did not make, by name."""
        return self._connected.look_at_foreign(self.readings)

    def foreign_collection(self, name: str) -> ForeignCollection:
        """Open a collection of a name that ``foreign`` gave, to read it."""
        return self._connected.foreign_collection(name, self.readings)

    def damaged(self) -> list[str]:
        """Return the names of the collections whose sealing was cut short, so that their index cannot be trusted."""
        return [name for name in Sealing(self.chroma).damaged() if not is_draft(name)]

    def writing(self, progress: Progress) -> Writer:
        """Let a process of its own write; collections opened before must be opened again."""
        self._disconnect()
        self._writer = Writer(self.chroma, self._lock, progress)
        return self._writer

    def rebuild(self, progress: Progress) -> None:
        """Make all collections anew from the embedding cache; what they took up on disk beyond that is given back.

        Until the new ones are complete, the old ones stay in place.
        """
        self._disconnect()
        with self._faults_explained():
            rebuilding.settle(self.chroma)
            with (
                rebuilding.database_alone(self.chroma) as old,
                Writer(rebuilding.new_of(self.chroma), self._lock, progress) as writer,
            ):
                rebuilding.copy_collections(old, self.cache, writer, progress)
            rebuilding.exchange(self.chroma)

    @property
    def _connected(self) -> Connection:
        """The connection to Chroma's files, opened again after another process wrote to them."""
        if self._writer and self._writer.is_writing:
            raise UserError(f"The store {self.path} is being written to: wait until that has ended.")
        if self._connection is None:
            self._connection = Connection(self.chroma)
        return self._connection

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
