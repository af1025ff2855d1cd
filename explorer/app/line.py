"""A line: those who want what only one at a time may have, one after the other, and no more than a few of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from ingest.errors import UserError

BEAT_SECONDS = 0.25

# Called now and then by whoever waits; what it raises ends that.
Beat = Callable[[], object]


class Line:
    """Lets one through at a time, while up to ``n_places`` in all wait or are let through.

    Parameters
    ----------
    in_vain : str
        What one more is told.
    """

    def __init__(self, n_places: int, in_vain: str) -> None:
        self._n_places = n_places
        self._in_vain = in_vain
        self._counting = Lock()
        self._turn = Lock()
        self.n_taken = 0

    @contextmanager
    def turn(self, beat: Beat = lambda: None) -> Iterator[None]:
        """Wait for a turn, which lasts as long as the block; a line that is full is a UserError."""
        self._take_place()
        try:
            while not self._turn.acquire(timeout=BEAT_SECONDS):
                beat()
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._leave_place()

    def _take_place(self) -> None:
        with self._counting:
            if self.n_taken == self._n_places:
                raise UserError(self._in_vain)
            self.n_taken += 1

    def _leave_place(self) -> None:
        with self._counting:
            self.n_taken -= 1
