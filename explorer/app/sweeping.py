"""Sweeping: numbers of clusters that are judged one after the other, once for all who have their chart open."""

from __future__ import annotations

from collections.abc import Callable

from explorer.app.followed import Followed
from explorer.explorer import Explorer
from explorer.sweep import SweepRow, default_ks
from ingest.embedders import TaskType

Rows = tuple[SweepRow, ...]  # those that are judged so far


class Sweeping(Followed[TaskType, Rows, Rows]):
    """Judges the numbers of clusters that suit a corpus."""

    def __init__(self, explorer: Explorer) -> None:
        super().__init__("The comparison of numbers of clusters", self._sweep)
        self._explorer = explorer

    def _sweep(self, task_type: TaskType, tell: Callable[[Rows], None]) -> Rows:
        rows: Rows = ()
        for row in self._explorer.sweep(default_ks(len(self._explorer.posts)), task_type=task_type):
            rows = (*rows, row)
            tell(rows)
        return rows
