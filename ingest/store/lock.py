"""The store's lock: one process at a time, and a note that says which."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path

from portalocker import AlreadyLocked, Lock

from ingest.errors import BusyStoreError, UserError

LOCK = ".lock"
# A process that was killed may leave a child, which mostly ends within a moment.
SECONDS_TO_WAIT = 2.0
SECONDS_TO_WAIT_FOR_WRITING = 600.0


class StoreLock:
    """An operating-system lock, which ends with the last process that holds it, however that ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock(path, mode="a", timeout=SECONDS_TO_WAIT, check_interval=0.05)

    @property
    def descriptor(self) -> int:
        """What a child process inherits to hold the lock as well, should this process end before it."""
        return self._file.fileno()

    def acquire(self) -> None:
        try:
            self._file = self._lock.acquire()
        except AlreadyLocked as error:
            raise self._busy() from error
        self.note()

    def note(self, doing: str = "") -> None:
        """Tell later comers who holds the store and what for, such as ``at`` an address."""
        note = f"process {os.getpid()} ({_command(Path(sys.argv[0]))}) {doing}"
        with suppress(OSError):  # a full disk; the lock holds without a note
            self.path.write_text(f"{note.strip()}\n", encoding="utf-8")

    def release(self) -> None:
        """Let go; to unlock would take the lock from a child, too, that holds it as well."""
        self._file.close()

    def _busy(self) -> UserError:
        store, holder = self.path.parent, self.path.read_text(encoding="utf-8").strip() or "another process"
        noted = re.match(r"process (\d{1,9}) ", holder)
        if noted and not _is_running(int(noted[1])):
            return BusyStoreError(
                f"The store {store} is still being written to for {holder}, which has ended: try again in a minute."
            )
        is_ours = noted and int(noted[1]) == os.getpid()
        way_out = "close what this one has open" if is_ours else "stop that process, or give another --store"
        return UserError(f"The store {store} is in use by {holder}: {way_out}.")


def wait_until_free(store: Path) -> None:
    """Wait for a child that writes, whose parent was killed; it ends by itself."""
    try:
        with Lock(store / LOCK, mode="a", timeout=SECONDS_TO_WAIT_FOR_WRITING, check_interval=0.1):
            return
    except AlreadyLocked as error:
        raise UserError(f"The store {store} is still being written to: try again later.") from error


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # somebody else's
    return True


def _command(program: Path) -> str:
    """Return how the process was started; ``python -m package`` leaves the path of its ``__main__``."""
    return f"python -m {program.parent.name}" if program.name == "__main__.py" else program.name
