"""The store's lock: one process at a time, and a note that says which."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from portalocker import AlreadyLocked, Lock

from ingest.errors import BusyStoreError, UserError

LOCK = ".lock"
ENDS_BY_ITSELF = "that finishes writing and then ends by itself"
# A process that was killed may leave a child, which ends within a moment.
SECONDS_TO_WAIT = 2.0
SECONDS_TO_WAIT_FOR_WRITING = 600.0


class StoreLock:
    """An operating-system lock, which ends with the last process that holds it, however that ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock(path, mode="a", timeout=SECONDS_TO_WAIT, check_interval=0.05)

    @property
    def descriptor(self) -> int:
        """What a child process inherits to hold the lock as well, should this process be killed."""
        return self._lock.acquire().fileno()

    def acquire(self) -> None:
        try:
            self._lock.acquire()
        except AlreadyLocked as error:
            raise self._busy() from error
        self.note()

    def note(self, doing: str = "") -> None:
        """Tell later comers who holds the store and what for, such as ``at`` an address."""
        write_note(self.path, doing)

    def release(self) -> None:
        self._lock.release()

    def _busy(self) -> UserError:
        holder = self.path.read_text(encoding="utf-8").strip() or "another process"
        busy = f"The store {self.path.parent} is in use by {holder}"
        if holder.endswith(ENDS_BY_ITSELF):
            return BusyStoreError(f"{busy}: try again in a minute.")
        return UserError(f"{busy}: stop that process, or give another --store.")


def wait_until_free(store: Path) -> None:
    """Wait for a process that ends by itself."""
    with Lock(store / LOCK, mode="a", timeout=SECONDS_TO_WAIT_FOR_WRITING, check_interval=0.1):
        return


def write_note(path: Path, doing: str) -> None:
    note = f"process {os.getpid()} ({_command(Path(sys.argv[0]))}) {doing}"
    with suppress(OSError):  # a full disk; the lock holds without a note
        path.write_text(f"{note.strip()}\n", encoding="utf-8")


def _command(program: Path) -> str:
    """Return how the process was started; ``python -m package`` leaves the path of its ``__main__``."""
    return f"python -m {program.parent.name}" if program.name == "__main__.py" else program.name
