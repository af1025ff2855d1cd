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
from ingest.store.connection import NEVER, ONCE_SEALED, Connection
from ingest.store.embedded import Embedded
from ingest.store.opening import Opening
from ingest.store.record import Record
from ingest.store.sealing import Sealing
from ingest.store.writing import Writing


class WriterProcess(Writing):
    """What the process can be told to do; each method is an answer to a message."""

    def __init__(self, folder: Path) -> None:
        super().__init__(Connection(Embedded(folder)))
        self._sealing = Sealing(folder)
        self._n_to_come: dict[str, int] = {}

    def open(self, openings: Sequence[Opening]) -> None:
        self._sealing.forget(self._connection.delete_drafts())
        super().open(openings)

    def delete(self, name: str, post_ids: Sequence[str]) -> None:
        # A new collection has nothing to delete, and Chroma would count it among the records to come.
        if name not in self._n_to_come:
            super().delete(name, post_ids)

    def upsert(self, name: str, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        with self._sealing.of([self._places[name]]) if self._is_last(name, len(records)) else nullcontext():
            super().upsert(name, records, vectors)
        give_memory_back()

    def seal(self, names: Sequence[str], complete: Mapping[str, int]) -> None:
        """Write indexes, too, so that the next open is fast."""
        places = [self._places[name] for name in names]
        with self._sealing.of(places):
            self._connection.set_sync_threshold(places, ONCE_SEALED)
            self._connection.reopen()
            super().seal(names, complete)

    def _prepare(self, present: Sequence[str]) -> None:
        self._connection.set_sync_threshold(present, NEVER)
        self._connection.reopen()

    def _create(self, opening: Opening) -> None:
        """Create a collection; it is known to be empty, so that its records can be counted up to the last."""
        threshold = NEVER
        if opening.n_to_come is not None and opening.n_to_come >= ONCE_SEALED:
            threshold = self._n_to_come[opening.name] = opening.n_to_come
        self._create_with(opening, threshold)

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
