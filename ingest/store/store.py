"""The store: a folder that one process at a time owns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from errno import ENOTDIR
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ingest.embedding_cache import EmbeddingCache
from ingest.errors import BrokenStoreError, NothingStoredError, UserError
from ingest.store.collection import StoredCollection
from ingest.store.lock import LOCK, StoreLock
from ingest.store.manifest import Manifest
from ingest.store.sealing import Sealing

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

# Chroma writes its index once per this many records. While an ingest writes it must not: a kill
# in the middle of it ruins the index. So: never while writing, then once, as the sealing.
NEVER = 1_000_000
ONCE_SEALED = 1_000


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
            self._sealing = Sealing(self.path, self._lock)
            self._client = self._connect()
            opened.callback(lambda: self._client.close())  # type: ignore[attr-defined]
            self._opened = opened.pop_all()

    @cached_property
    def cache(self) -> EmbeddingCache:
        """The embedding cache, opened when it is first needed: questions are answered without it."""
        cache = EmbeddingCache(self.path / "embeddings.sqlite3")
        self._opened.callback(cache.close)
        return cache

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        found = (Manifest.from_metadata(collection.metadata) for collection in self._client.list_collections())
        return sorted((manifest for manifest in found if manifest), key=lambda manifest: manifest.collection)

    def collection(self, name: str) -> StoredCollection:
        """Open a collection of a name that ``manifests`` gave."""
        self._sealing.require_sound(name)
        return self._open(name)

    def open_for_writing(self, wanted: Sequence[Manifest]) -> list[StoredCollection]:
        """Open or create collections, and let none of their indexes be written until ``seal``."""
        known = {manifest.collection for manifest in self.manifests()}
        self._hold_back([manifest.collection for manifest in wanted if manifest.collection in known])
        for manifest in wanted:
            if manifest.collection not in known:
                self._create(manifest)
        return [self.collection(manifest.collection) for manifest in wanted]

    def seal(self, names: Sequence[str]) -> None:
        """Write the indexes, so that the next open is fast; collections opened before must be opened again."""
        self._set_sync_threshold(names, ONCE_SEALED)
        self._client.close()  # type: ignore[attr-defined]
        try:
            self._sealing.seal(names)
        finally:
            self._client = self._connect()

    def damaged(self, name: str) -> bool:
        """Tell whether a sealing of this collection was cut short, so that its index cannot be trusted."""
        return self._sealing.is_unfinished(name)

    def salvage(self, name: str) -> StoredCollection:
        """Open a damaged collection; only posts and manifest may be read from it, never vectors."""
        return self._open(name)

    def delete(self, name: str) -> None:
        self._client.delete_collection(name)
        self._sealing.forget(name)

    def _open(self, name: str) -> StoredCollection:
        collection = self._client.get_collection(name, embedding_function=None)
        manifest = Manifest.from_metadata(collection.metadata)
        if manifest is None:
            raise UserError(f"Collection {name} was not made by this project: it has no manifest.")
        return StoredCollection(collection, manifest)

    def _create(self, manifest: Manifest) -> None:
        self._client.create_collection(
            manifest.collection,
            embedding_function=None,
            configuration={"hnsw": {"space": "cosine", "sync_threshold": NEVER}},
            metadata=manifest.as_metadata(),
        )

    def _hold_back(self, names: Sequence[str]) -> None:
        """Set the threshold, which counts from the next opening on."""
        self._set_sync_threshold(names, NEVER)
        self._client.close()  # type: ignore[attr-defined]
        self._client = self._connect()

    def _set_sync_threshold(self, names: Sequence[str], threshold: int) -> None:
        for name in names:
            collection = self._client.get_collection(name, embedding_function=None)
            collection.modify(configuration={"hnsw": {"sync_threshold": threshold}})

    def _connect(self) -> ClientAPI:
        return connect(self.path / "chroma")

    def _require_folder(self, create: bool) -> None:
        if create:
            self.path.mkdir(parents=True, exist_ok=True)
        elif self.path.is_file():
            raise NotADirectoryError(ENOTDIR, "it is a file")
        elif not (self.path / "chroma").is_dir():
            raise NothingStoredError(
                f"There is no store in {self.path}: make one with `python -m ingest`, or give --store DIR."
            )


def connect(path: Path) -> ClientAPI:
    """Open Chroma's own files."""
    import chromadb
    from chromadb.errors import ChromaError

    try:
        return chromadb.PersistentClient(path)
    except (ChromaError, OSError, ValueError) as error:
        raise BrokenStoreError(
            f"Chroma cannot open {path} ({error}): move that folder away and ingest again; "
            "what the embedding cache holds is not paid for again."
        ) from error


@contextmanager
def _faults_explained(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise UserError(f"The store {path} is a file, not a folder: give another --store.") from error
    except OSError as error:
        raise UserError(f"The store {path} cannot be used ({error.strerror}): give another --store.") from error
