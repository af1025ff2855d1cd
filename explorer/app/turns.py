"""Turns: an answer that comes after a newer question of the same visitor is dropped."""

from __future__ import annotations

import itertools
from collections.abc import Callable


class Turns:
    """Counts what each visitor asked; a kind is what answers compete for, such as the map."""

    def __init__(self) -> None:
        self._numbers = itertools.count()
        self._last: dict[tuple[str, str], int] = {}

    def take(self, visitor: str, kinds: tuple[str, ...]) -> Callable[[], bool]:
        """Begin a turn for these kinds; what is returned tells whether it is still the last of each."""
        number = next(self._numbers)
        self._last.update({(visitor, kind): number for kind in kinds})
        return lambda: all(self._last.get((visitor, kind)) == number for kind in kinds)

    def forget(self, visitor: str) -> None:
        """Forget a visitor who has left."""
        for key in [key for key in self._last if key[0] == visitor]:
            del self._last[key]
