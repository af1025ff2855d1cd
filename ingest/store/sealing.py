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
    """The names of the collections whose index is being written, or was when that process ended."""

    def __init__(self, folder: Path) -> None:
        self._marks = folder / MARKS

    @contextmanager
    def of(self, names: Sequence[str]) -> Iterator[None]:
        """Mark the names while the block runs; the marks stay where it does not reach its end."""
        self._mark([*self.unfinished(), *names])
        yield
        self.forget(names)

    def unfinished(self) -> list[str]:
        return self._marks.read_text(encoding="utf-8").split() if self._marks.exists() else []

    def forget(self, names: Sequence[str]) -> None:
        """Take marks away: the indexes are written, or their collections deleted."""
        if marked := self.unfinished():
            self._mark([name for name in marked if name not in names])

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
