"""The store's lock: one process at a time, and a note that says which."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from portalocker import AlreadyLocked, Lock

from ingest.errors import UserError

LOCK = ".lock"


class StoreLock:
    """An operating-system lock, which ends with the last process that holds it, however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock(path, mode="a", fail_when_locked=True)

    @property
    def descriptor(self) -> int:
        """What a child process inherits to hold the lock as well, should this process be killed."""
        return self._lock.acquire().fileno()

    def acquire(self) -> None:
        try:
            self._lock.acquire()
        except AlreadyLocked as error:
            raise UserError(
                f"The store {self._path.parent} is in use by {self._holder()}: "
                "stop that process, or give another --store."
            ) from error
        self.note()

    def note(self, doing: str = "") -> None:
        """Tell later comers who holds the store and what for, such as ``at`` an address."""
        write_note(self._path, doing)

    def release(self) -> None:
        self._lock.release()

    def _holder(self) -> str:
        return self._path.read_text(encoding="utf-8").strip() or "another process"


def write_note(path: Path, doing: str) -> None:
    note = f"process {os.getpid()} ({_command(Path(sys.argv[0]))}) {doing}"
    path.write_text(f"{note.strip()}\n", encoding="utf-8")


def _command(program: Path) -> str:
    """Return how the process was started; ``python -m package`` leaves the path of its ``__main__``."""
    return f"python -m {program.parent.name}" if program.name == "__main__.py" else program.name
