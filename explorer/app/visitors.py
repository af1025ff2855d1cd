"""Visitors: what each has on the page, and which of their questions is the last of its kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from threading import Lock

from explorer.app.view import View, sound

# What makes another view of the one there is, or of none.
Change = Callable[[View | None], View | None]


class Visitors:
    """Keeps a view for each visitor; an answer that comes after a newer question for the same panel is dropped."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._views: dict[str, View] = {}
        self._numbers = itertools.count()
        self._last: dict[tuple[str, str], int] = {}
        self._places: dict[str, int] = {}

    def view(self, visitor: str) -> View | None:
        """Return what a visitor has on the page, None where the page was never opened."""
        return self._views.get(visitor)

    def change(self, visitor: str, change: Change, place: int | None = None) -> tuple[View | None, View | None]:
        """Change a visitor's view, if ``change`` makes one of it; return it before and after.

        Changes that are asked for at once may come in any order: of those with a ``place``, one that comes after
        its successors changes nothing.
        """
        with self._lock:
            before = self.view(visitor)
            if place is not None and place < self._places.setdefault(visitor, place):
                return before, before
            if place is not None:
                self._places[visitor] = place
            made = change(before)
            after = made and sound(made)
            if after is not None:
                self._views[visitor] = after
            return before, after

    def take_turn(self, visitor: str, panels: Iterable[str]) -> Callable[[str], bool]:
        """Begin a turn for these panels; what is returned tells whether it is still the last of one."""
        number = next(self._numbers)
        with self._lock:
            self._last.update({(visitor, panel): number for panel in panels})
        return lambda panel: self._last.get((visitor, panel)) == number

    def forget(self, visitor: str) -> None:
        """Forget a visitor who has left."""
        with self._lock:
            self._views.pop(visitor, None)
            self._places.pop(visitor, None)
            self._last = {key: number for key, number in self._last.items() if key[0] != visitor}
