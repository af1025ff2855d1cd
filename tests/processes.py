"""What tests share that start processes, signal them, or look for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# Opens the store named first for writing, and does nothing with that until it is killed.
WRITE = """
import sys, time
from pathlib import Path
from ingest.progress import Silent
from ingest.store import Opening, Store
from tests.stores import MANIFEST

with Store(Path(sys.argv[1]), create=True) as store, store.writing(Silent()) as writer:
    writer.open([Opening(MANIFEST)])
    print("writing", flush=True)
    time.sleep(60)
"""


def python(*arguments: object) -> str:
    """Run Python and return what it printed."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run Python until the block ends."""
    command, environment = [sys.executable, *map(str, arguments)], {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    """Wait for a process to print something."""
    assert process.stdout
    return process.stdout.readline().strip()


@contextmanager
def process_writing(path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a process that writes to a store; yield it with its child's id."""
    with running("-c", WRITE, path) as process:
        assert next_line(process) == "writing"
        (child,) = writers_of(process.pid)
        yield process, child


def writers_of(process: int) -> list[int]:
    """Return the ids of the processes that write to a store for the main thread of a process."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"ingest.store.writer_process" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def signal_writers(number: signal.Signals) -> None:
    """Send a signal to the processes that write for this one."""
    for writer in writers_of(os.getpid()):
        os.kill(writer, number)


def kill_writers() -> None:
    signal_writers(signal.SIGKILL)


def is_running(process: int) -> bool:
    """Tell whether a process runs; one that has ended, but that nobody has asked for its status, does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.002)
