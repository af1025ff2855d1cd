"""Sweeping: numbers of clusters that are judged one after the other, once for all who have their chart open."""

from __future__ import annotations

from collections.abc import Callable

from explorer.app.clusterer import Clusterer
from explorer.app.followed import Followed
from explorer.explorer import Explorer
from explorer.filters import Filters
from explorer.sweep import SweepRow
from ingest.embedders import TaskType

N_REMEMBERED = 64  # of all visitors together

Rows = tuple[SweepRow, ...]  # those that are judged so far


class Sweeping(Followed[Clusterer, Rows, Rows]):
    """Judges the numbers of clusters that suit some posts; of the clusterer asked for, its own number is all the same.

    ``filters_of`` tells which posts those are.
    """

    def __init__(self, explorer: Explorer, filters_of: Callable[[Clusterer], Filters]) -> None:
        super().__init__("The comparison of numbers of clusters", self._sweep)
        self._explorer = explorer
        self._filters_of = filters_of
        self._known: dict[Clusterer, Rows] = {}

    def _sweep(self, by: Clusterer, tell: Callable[[Rows], None]) -> Rows:
        if by not in self._known:
            self._known[by] = self._judged(by, tell)
            for old in list(self._known)[:-N_REMEMBERED]:
                self._known.pop(old, None)
        rows = self._known[by]
        tell(rows)
        return rows

    def _judged(self, by: Clusterer, tell: Callable[[Rows], None]) -> Rows:
        rows: Rows = ()
        for row in self._explorer.sweep(task_type=TaskType(by.task_type), filters=self._filters_of(by)):
            rows = (*rows, row)
            tell(rows)
        return rows
