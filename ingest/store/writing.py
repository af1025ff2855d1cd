"""Writing: the side of the process that alone writes to Chroma, at another process's word.

Chroma keeps Python's lock while it writes, which would stop all other threads, and a crash of its index takes the
process along. So an ingest leaves writing to a child. The child holds the store's lock too: should its parent be
killed, nobody opens the store before the child has ended, which it does once it has done what it was last told.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError
from ingest.memory import give_memory_back
from ingest.store.collection import Record, StoredCollection
from ingest.store.connection import NEVER, ONCE_SEALED, Connection
from ingest.store.lock import ENDS_BY_ITSELF, LOCK, write_note
from ingest.store.manifest import Manifest
from ingest.store.sealing import Sealing


class Writing:
    """What the child can be told to do; each method is an answer to a message."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self._connection = Connection(folder)
        self._sealing = Sealing(folder)
        self._lock = lock
        self._collections: dict[str, StoredCollection] = {}
        self._n_to_come: dict[str, int] = {}

    def open(self, wanted: Sequence[Manifest], anew: Sequence[str], n_to_come: Mapping[str, int] | None = None) -> None:
        """Open collections, create those that are not there, and those named in ``anew`` from scratch.

        Where ``n_to_come`` says how many records a new collection gets, its index is written with the last of them.
        """
        known = {manifest.collection for manifest in self._connection.manifests()}
        for name in known.intersection(anew):
            self._connection.delete(name)
        known -= set(anew)
        names = [manifest.collection for manifest in wanted]
        self._connection.set_sync_threshold([name for name in names if name in known], NEVER)
        self._connection.reopen()
        for manifest in wanted:
            if manifest.collection not in known:
                self._create(manifest, (n_to_come or {}).get(manifest.collection, 0))
        self._collections = {name: self._connection.collection(name) for name in names}

    def begin(self, name: str) -> None:
        """Say in the manifest that the collection is not whole, until it is sealed."""
        self._collections[name].mark_unfinished()

    def delete(self, name: str, post_ids: Sequence[str]) -> None:
        self._collections[name].delete(post_ids)

    def upsert(self, name: str, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        self._n_to_come[name] = self._n_to_come.get(name, NEVER) - len(records)
        is_last = self._n_to_come[name] <= 0
        with self._sealing.of([name]) if is_last else nullcontext():
            self._collections[name].upsert(records, vectors)
        give_memory_back()

    def seal(self, names: Sequence[str], whole: Sequence[str]) -> None:
        """Write indexes, so that the next open is fast, and call those named in ``whole`` so in their manifests."""
        write_note(self._lock, ENDS_BY_ITSELF)
        with self._sealing.of(names):
            self._connection.set_sync_threshold(names, ONCE_SEALED)
            self._connection.reopen()
            for name in names:
                # Chroma works off its log and writes the index, where it has not yet, before it answers.
                self._connection.collection(name).count()
            for name in whole:
                self._connection.collection(name).mark_whole()

    def _create(self, manifest: Manifest, n_to_come: int) -> None:
        """Create a collection; it is known to be empty, so that its records can be counted up to the last."""
        if n_to_come >= ONCE_SEALED:
            self._n_to_come[manifest.collection] = n_to_come
            self._connection.create(manifest, n_to_come)
        else:
            self._connection.create(manifest, NEVER)


def _serve(pipe: Pipe, writing: Writing) -> None:
    """Do as told until the other side hangs up."""
    while True:
        try:
            message, arguments = pipe.recv()
        except EOFError:
            return
        answer = _answer(writing, message, arguments)
        try:
            pipe.send(answer)
        except BrokenPipeError:
            return


def _answer(writing: Writing, message: str, arguments: tuple[object, ...]) -> UserError | None:
    try:
        getattr(writing, message)(*arguments)
    except UserError as error:
        return UserError(str(error))
    return None


if __name__ == "__main__":
    store, folder, descriptor = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    _serve(Pipe(descriptor), Writing(folder, store / LOCK))
