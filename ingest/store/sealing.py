"""Sealing: Chroma writes a collection's index once, in a process of its own, between two marks on disk."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ingest.errors import UserError
from ingest.store.lock import LOCK, StoreLock, write_note

MARKER = ".sealing"


class Sealing:
    """Remembers on disk which indexes are being written.

    Chroma writes an index in place. A kill at that moment leaves one that can crash every later
    open, which no ``except`` catches; so a name found in the marker means: make it anew.
    """

    def __init__(self, store: Path, lock: StoreLock) -> None:
        self._store = store
        self._lock = lock
        self._marker = store / MARKER

    def seal(self, names: Sequence[str]) -> None:
        """Write the indexes; the store's own client must be closed meanwhile.

        The process of its own keeps this one alive should Chroma crash, and keeps its progress
        bar moving: Chroma does not let go of Python's lock while it writes. It holds the store's
        lock too, so that nobody opens the store should this process be killed.
        """
        self._mark([*self._unfinished(), *names])
        command = [sys.executable, "-m", "ingest.store.sealing", str(self._store), *names]
        packages = Path(__file__).resolve().parents[2]
        ended = subprocess.run(
            command, cwd=packages, capture_output=True, text=True, check=False, pass_fds=[self._lock.descriptor]
        )
        self._lock.note()
        if ended.returncode != 0:
            reason = ended.stderr.strip().splitlines()[-1:] or [f"exit status {ended.returncode}"]
            raise UserError(f"Chroma could not write its index ({reason[0]}): run the same ingest again.")
        self._mark([name for name in self._unfinished() if name not in names])

    def is_unfinished(self, name: str) -> bool:
        return name in self._unfinished()

    def require_sound(self, name: str) -> None:
        if self.is_unfinished(name):
            raise UserError(
                f"The index of {name} was being written when its process ended: run the same ingest again. "
                "It is made anew from the embedding cache; nothing is embedded twice."
            )

    def forget(self, name: str) -> None:
        if self.is_unfinished(name):
            self._mark([other for other in self._unfinished() if other != name])

    def _unfinished(self) -> list[str]:
        return self._marker.read_text(encoding="utf-8").split() if self._marker.exists() else []

    def _mark(self, names: Sequence[str]) -> None:
        if not names:
            self._marker.unlink(missing_ok=True)
            return
        beside = self._marker.with_suffix(".new")
        with beside.open("w", encoding="utf-8") as file:
            file.write("\n".join(names))
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._marker)


def _seal(store: Path, names: Sequence[str]) -> None:
    """Open each collection and count it: Chroma then works off its log and writes the index."""
    from ingest.store.store import connect

    write_note(store / LOCK, "that writes an index and then ends by itself")
    client = connect(store / "chroma")
    for name in names:
        client.get_collection(name, embedding_function=None).count()
    client.close()  # type: ignore[attr-defined]


if __name__ == "__main__":
    _seal(Path(sys.argv[1]), sys.argv[2:])
