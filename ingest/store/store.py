"""The store: a folder that one process at a time owns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import ENOTDIR
from functools import cached_property
from pathlib import Path
from typing import Self

from ingest.embedding_cache import EmbeddingCache
from ingest.errors import NothingStoredError, UserError
from ingest.progress import Progress
from ingest.store import rebuilding
from ingest.store.collection import StoredCollection
from ingest.store.connection import Connection
from ingest.store.lock import LOCK, StoreLock
from ingest.store.manifest import Manifest
from ingest.store.sealing import Sealing
from ingest.store.writer import Writer

CACHE = "embeddings.sqlite3"


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
        with _faults_explained(self.path):
            self._require_folder(create)
            self._lock = StoreLock(self.path / LOCK)
            self._lock.acquire()
        with ExitStack() as opened:
            opened.callback(self._lock.release)
            rebuilding.settle(self.chroma)
            self._connection = Connection(self.chroma)
            opened.callback(lambda: self._connection.close())
            self._opened = opened.pop_all()

    @cached_property
    def cache(self) -> EmbeddingCache:
        """The embedding cache, opened when it is first needed: questions are answered without it."""
        cache = EmbeddingCache(self.path / CACHE)
        self._opened.callback(cache.close)
        return cache

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

    def close(self) -> None:
        self._opened.close()

    def note_address(self, address: str) -> None:
        """Let the lock's note tell later comers the address of the app that holds the store."""
        self._lock.note(f"at {address}")

    def manifests(self) -> list[Manifest]:
        """Return the manifests of this project's collections, by name."""
        return self._connection.manifests()

    def collection(self, name: str) -> StoredCollection:
        """Open a collection of a name that ``manifests`` gave."""
        if name in self.damaged():
            raise UserError(
                f"The index of {name} was being written when its process ended: make it anew from the embedding cache "
                "with `python -m ingest --rebuild`, or by any ingest; nothing is embedded twice."
            )
        return self._connection.collection(name)

    def damaged(self) -> list[str]:
        """Return the names of the collections whose sealing was cut short, so that their index cannot be trusted."""
        return Sealing(self.chroma).unfinished()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Let a process of its own write; collections opened before must be opened again."""
        with self._disconnected(), Writer(self.chroma, self._lock) as writer:
            yield writer

    def rebuild(self, progress: Progress) -> None:
        """Make all collections anew from the embedding cache; what they took up on disk beyond that is given back.

        Until the new ones are whole, the old ones stay in place.
        """
        with self._disconnected():
            with (
                rebuilding.database_alone(self.chroma) as old,
                Writer(rebuilding.new_of(self.chroma), self._lock) as writer,
            ):
                rebuilding.copy_collections(old, self.cache, self.damaged(), writer, progress)
            rebuilding.exchange(self.chroma)

    @contextmanager
    def _disconnected(self) -> Iterator[None]:
        """Let go of Chroma's files in the block; collections opened before must be opened again."""
        self._connection.close()
        try:
            yield
        except BaseException:
            with suppress(UserError):  # the first fault says more
                self._reconnect()
            raise
        self._reconnect()

    def _reconnect(self) -> None:
        self._lock.note()
        self._connection = Connection(self.chroma)

    def _require_folder(self, create: bool) -> None:
        if create:
            self.path.mkdir(parents=True, exist_ok=True)
        elif self.path.is_file():
            raise NotADirectoryError(ENOTDIR, "it is a file")
        elif not (self.chroma.is_dir() or rebuilding.old_of(self.chroma).is_dir()):
            raise NothingStoredError(
                f"There is no store in {self.path}: make one with `python -m ingest`, or give --store DIR."
            )


@contextmanager
def _faults_explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise UserError(f"The store {path} is a file, not a folder: give another --store.") from error
    except OSError as error:
        raise UserError(f"The store {path} cannot be used ({error.strerror}): give another --store.") from error
