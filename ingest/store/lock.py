"""The store's lock: one process at a time, and a note that says which."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import UserError


class StoreLock:
    """An operating-system lock, which ends with its process however that ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Otherwise only the thread that opened the store could close it.
        self._lock = FileLock(path, thread_local=False)

    def acquire(self) -> None:
        try:
            self._lock.acquire(blocking=False)
        except Timeout as error:
            raise UserError(
                f"The store {self._path.parent} is in use by {self._holder()}: "
                "stop that process, or give another --store."
            ) from error
        self.note("")

    def note(self, address: str) -> None:
        """Tell later comers who holds the store and, where it serves, at which address."""
        where = f" at {address}" if address else ""
        self._path.write_text(f"process {os.getpid()} ({_command(Path(sys.argv[0]))}){where}\n", encoding="utf-8")

    def release(self) -> None:
        self._lock.release()

    def _holder(self) -> str:
        return self._path.read_text(encoding="utf-8").strip() or "another process"


def _command(program: Path) -> str:
    """Return how the process was started; ``python -m package`` leaves the path of its ``__main__``."""
    return f"python -m {program.parent.name}" if program.name == "__main__.py" else program.name
