"""The store's lock: one process at a time, and a note that says which."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import IO, Any

from portalocker import AlreadyLocked, Lock, LockException

from ingest.errors import BusyStoreError, UserError

LOCK = ".lock"
# Held while an ingest writes to a server, where others read meanwhile.
WRITING_LOCK = ".writing.lock"
# A process that was killed may leave a child, which mostly ends within a moment.
SECONDS_TO_WAIT = 2.0
SECONDS_TO_WAIT_FOR_WRITING = 600.0
SECONDS_BETWEEN_TRIES = 0.05


class StoreLock:
    """An operating-system lock, which ends with the last process that holds it, however that ends.

    It keeps processes apart; the threads of one are kept apart in ``held``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[Any] | None = None
        self._turn = RLock()

    @property
    def is_held(self) -> bool:
        return self._file is not None

    @property
    def descriptor(self) -> int:
        """What a child process inherits to hold the lock as well, should this process end before it."""
        if self._file is None:
            raise ValueError(f"{self.path} is not held")
        return self._file.fileno()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for one thread while the block runs; where the process holds it already, longer."""
        if not self._turn.acquire(timeout=SECONDS_TO_WAIT):
            raise UserError(f"The store {self.path.parent} is being written to: wait until that has ended.")
        with ExitStack() as letting_go:
            letting_go.callback(self._turn.release)
            if not self.is_held:
                self.acquire()
                letting_go.callback(self.release)
            yield

    def acquire(self) -> None:
        try:
            self._file = _acquire(self.path, SECONDS_TO_WAIT)
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
        if self._file is not None:
            self._file.close()
            self._file = None

    def _busy(self) -> UserError:
        store, holder = self.path.parent, self.path.read_text(encoding="utf-8").strip() or "another process"
        noted = re.match(r"process (\d{1,9}) ", holder)
        if noted and not _is_running(int(noted[1])):
            return BusyStoreError(
                f"The store {store} is still being written to for {holder}, which has ended: try again in a minute."
            )
        if noted and int(noted[1]) == os.getpid():
            return UserError(f"The store {store} is in use by {holder}: close what this one has open.")
        there = "use the app there, whose Data page adds posts, " if " at http" in holder else ""
        return UserError(f"The store {store} is in use by {holder}: {there}stop that process, or give another --store.")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Let one process at a time run the block, which does not take long; a folder without locks takes none."""
    with ExitStack() as stack:
        with suppress(OSError, LockException):
            stack.enter_context(_lock(path, SECONDS_TO_WAIT_FOR_WRITING))
        yield


def is_held(store: Path) -> bool:
    """Tell whether a process has a store in a folder open; where there are no locks, nobody knows."""
    if not (store / LOCK).exists():
        return False
    try:
        with _lock(store / LOCK, 0):
            return False
    except AlreadyLocked:
        return True
    except (OSError, LockException):
        return False


def wait_until_free(store: Path) -> None:
    """Wait for a child that writes, whose parent was killed; it ends by itself."""
    try:
        _acquire(store / LOCK, SECONDS_TO_WAIT_FOR_WRITING).close()
    except AlreadyLocked as error:
        raise UserError(f"The store {store} is still being written to: try again later.") from error


def _acquire(path: Path, seconds: float) -> IO[Any]:
    """Return the file of a lock, which is held until that is closed."""
    try:
        return _lock(path, seconds).acquire()
    except AlreadyLocked:
        raise
    except LockException as error:
        reason = getattr(error.__cause__, "strerror", None) or error
        raise UserError(
            f"The store {path.parent} cannot be kept to one process ({reason}), as on some network drives: "
            "give another --store, on a disk of this machine."
        ) from error


def _lock(path: Path, seconds: float) -> Lock[IO[str]]:
    """Return a lock; a new one each time, since once acquired, it takes itself for held for ever."""
    return Lock(path, mode="a", timeout=seconds, check_interval=SECONDS_BETWEEN_TRIES)


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
