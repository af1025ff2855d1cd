"""Memory: the peak of a process together with those that it started, where pages that several share count once."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Self

EVERY = 0.2  # seconds between two looks
PROC = Path("/proc")
SHARE = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


class Peak:
    """Watches, in its ``with`` block, the proportional set size of a process and all its descendants; Linux only."""

    def __init__(self, process: int) -> None:
        self._process = process
        self._most = 0
        self._is_over = Event()
        self._watching = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._watching.join()

    def taken(self) -> int | None:
        """Return the most bytes since this was last asked, None where the system does not tell."""
        self._look()
        most, self._most = self._most, 0
        return most or None

    def _watch(self) -> None:
        while not self._is_over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        self._most = max(self._most, sum(map(_bytes_of, _family(self._process))))


def _family(process: int) -> list[int]:
    """Return a process and its descendants, as far as they still run."""
    children: list[int] = []
    for task in PROC.glob(f"{process}/task/*/children"):
        with suppress(OSError):
            children += map(int, task.read_text().split())
    return [process, *(each for child in children for each in _family(child))]


def _bytes_of(process: int) -> int:
    with suppress(OSError):
        found = SHARE.search((PROC / str(process) / "smaps_rollup").read_text())
        return int(found[1]) * 1024 if found else 0
    return 0
