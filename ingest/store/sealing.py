"""Sealing: marks on disk, around the moment in which Chroma writes its indexes, that tell which of them to distrust.

Chroma writes an index in place. A kill at that moment leaves one that can crash every later open, which no
``except`` catches; so a name found in the marks means: make it anew from the embedding cache.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

MARKS = ".sealing"


class Sealing:
    """The marks in a folder of Chroma's."""

    def __init__(self, folder: Path) -> None:
        self._marks = folder / MARKS

    @contextmanager
    def of(self, names: Sequence[str]) -> Iterator[None]:
        """Mark the names while the block runs; the marks stay where it does not reach its end."""
        self.distrust(names)
        yield
        self.forget(names)

    def distrust(self, names: Sequence[str]) -> None:
        """Mark names, as if their indexes had been cut short."""
        self._mark([*self.damaged(), *names])

    def forget(self, names: Sequence[str]) -> None:
        """Take marks away: the indexes are written, or their collections deleted."""
        self._mark([name for name in self.damaged() if name not in names])

    def damaged(self) -> list[str]:
        """Return the names that are marked; where nothing is being written, their indexes were cut short."""
        try:
            return self._marks.read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return []

    def _mark(self, names: Sequence[str]) -> None:
        if not names:
            self._marks.unlink(missing_ok=True)
            return
        beside = self._marks.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write("\n".join(dict.fromkeys(names)))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._marks)
