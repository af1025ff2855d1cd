"""How long work tells how far it is, without knowing who listens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


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
