"""The process that alone writes to Chroma, at the word of the ingest that started it.

Chroma keeps Python's lock while it writes, which would stop all other threads, and a crash of its index takes the
process along. So an ingest leaves writing to a child.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from multiprocessing import connection as pipes
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError
from ingest.memory import give_memory_back
from ingest.store.collection import Record, StoredCollection
from ingest.store.connection import NEVER, ONCE_SEALED, Connection, draft_of
from ingest.store.opening import Opening
from ingest.store.sealing import Sealing


class WriterProcess:
    """What the process can be told to do; each method is an answer to a message."""

    def __init__(self, folder: Path) -> None:
        self._connection = Connection(folder)
        self._sealing = Sealing(folder)
        self._places: dict[str, str] = {}
        self._collections: dict[str, StoredCollection] = {}
        self._n_to_come: dict[str, int] = {}

    def close(self) -> None:
        self._connection.close()

    def open(self, openings: Sequence[Opening]) -> None:
        """Open collections, and create those that are not there, or a draft of those that are wanted anew."""
        self._sealing.forget(self._connection.delete_drafts())
        known = {manifest.collection for manifest in self._connection.manifests()}
        present = [each.name for each in openings if each.name in known and not each.is_anew]
        self._connection.set_sync_threshold(present, NEVER)
        self._connection.reopen()
        for opening in openings:
            name = opening.name
            self._places[name] = draft_of(name) if name in known and opening.is_anew else name
            if name not in present:
                self._create(opening)
            self._collections[name] = self._connection.collection(self._places[name])

    def begin(self, name: str) -> None:
        """Say in the manifest that the collection is being written to, until it is sealed."""
        self._collections[name].mark_unsealed()

    def delete(self, name: str, post_ids: Sequence[str]) -> None:
        # A new collection has nothing to delete, and Chroma would count it among the records to come.
        if name not in self._n_to_come:
            self._collections[name].delete(post_ids)

    def upsert(self, name: str, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        with self._sealing.of([self._places[name]]) if self._is_last(name, len(records)) else nullcontext():
            self._collections[name].upsert(records, vectors)
        give_memory_back()

    def seal(self, names: Sequence[str], complete: Mapping[str, int]) -> None:
        """Write indexes, so that the next open is fast.

        The manifests of those in ``complete``, with the number of posts that each must hold, call them complete.
        Drafts of those take their place; other drafts are deleted.
        """
        places = [self._places[name] for name in names]
        with self._sealing.of(places):
            self._connection.set_sync_threshold(places, ONCE_SEALED)
            self._connection.reopen()
            for name in names:
                self._seal(name, complete.get(name))
            for name in names:
                self._put_in_place(name, is_complete=name in complete)

    def _seal(self, name: str, n_posts: int | None) -> None:
        collection = self._connection.collection(self._places[name])
        # Chroma works off its log and writes the index, where it has not yet, before it answers.
        n_held = collection.count()
        if n_posts not in (None, n_held):
            raise UserError(
                f"Chroma holds {n_held:,} posts of {name} instead of {n_posts:,}: run the same ingest again."
            )
        collection.mark_sealed(complete=n_posts is not None)

    def _put_in_place(self, name: str, *, is_complete: bool) -> None:
        place = self._places[name]
        if place != name and is_complete:
            self._connection.publish_draft(name)
        elif place != name:
            self._connection.delete(place)

    def _create(self, opening: Opening) -> None:
        """Create a collection; it is known to be empty, so that its records can be counted up to the last."""
        threshold = NEVER
        if opening.n_to_come is not None and opening.n_to_come >= ONCE_SEALED:
            threshold = self._n_to_come[opening.name] = opening.n_to_come
        self._connection.create(opening.manifest, threshold, draft=self._places[opening.name] != opening.name)

    def _is_last(self, name: str, n_records: int) -> bool:
        """Tell whether Chroma writes the index with these records."""
        if name not in self._n_to_come:
            return False
        self._n_to_come[name] -= n_records
        return self._n_to_come[name] <= 0


def _serve(pipe: pipes.Connection, process: WriterProcess) -> None:
    """Do as told until the other side hangs up."""
    while True:
        try:
            message, arguments = pipe.recv()
        except EOFError:
            return
        answer = _answer(process, message, arguments)
        try:
            pipe.send(answer)
        except BrokenPipeError:
            return


def _answer(process: WriterProcess, message: str, arguments: tuple[object, ...]) -> UserError | None:
    try:
        getattr(process, message)(*arguments)
    except UserError as error:
        # Not every subclass can be pickled.
        return UserError(str(error))
    return None


if __name__ == "__main__":
    _serve(pipes.Connection(int(sys.argv[2])), WriterProcess(Path(sys.argv[1])))
