"""How long work tells how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

PERCENT = 100  # units of a stage whose work tells shares


class Advance(Protocol):
    """Is called with each number of units done, from any thread, and with a word on how things stand."""

    def __call__(self, n_done: int, standing: str = "") -> None: ...


class Progress(Protocol):
    """Listens to the stages of a piece of work, of which several may run at once."""

    def stage(self, name: str, total: int | None = None) -> AbstractContextManager[Advance]:
        """Enter a stage; what is entered is called with each number of units done. No total: one long step."""
        ...


class Silent:
    """Listens to nothing."""

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        yield ignore


def ignore(n_done: int, standing: str = "") -> None:
    """Take no notice."""


def in_percent(advance: Advance) -> Callable[[float], None]:
    """Return what is told the share that is done, from 0 to 1, and advances a stage of a hundred units to there."""
    n_told = 0

    def tell(done: float) -> None:
        nonlocal n_told
        n_more = max(0, int(PERCENT * done) - n_told)
        n_told += n_more
        advance(n_more)

    return tell
