"""The lock: one process at a time has a store, and others are told which."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import BrokenStoreError, UserError
from ingest.store import Store
from ingest.store.lock import LOCK, StoreLock
from tests.stores import ROOT

# Holds the store named first until it is killed.
HOLD = """
import sys, time
from pathlib import Path
from ingest.store import Store

store = Store(Path(sys.argv[1]), create=True)
for address in sys.argv[2:]:
    store.note_address(address)
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def process_holding(store: Path, program: Path, *addresses: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(program), str(store), *addresses]
    environment = {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


@pytest.fixture
def holder(tmp_path: Path) -> Path:
    """A program that holds a store, started as ``python -m job``."""
    program = tmp_path / "job" / "__main__.py"
    program.parent.mkdir()
    program.write_text(HOLD)
    return program


def test_a_second_process_is_refused_and_told_who_holds_the_store(path: Path, holder: Path) -> None:
    with (
        process_holding(path, holder) as process,
        pytest.raises(UserError, match=rf"in use by process {process.pid} \(python -m job\): stop that process, or"),
    ):
        Store(path)


def test_a_second_process_is_told_the_address_of_the_app_that_holds_the_store(path: Path, holder: Path) -> None:
    with (
        process_holding(path, holder, "http://127.0.0.1:7860"),
        pytest.raises(UserError, match=r"\(.*\) at http://127"),
    ):
        Store(path)


def test_a_process_that_was_killed_holds_the_store_no_longer(path: Path, holder: Path) -> None:
    with process_holding(path, holder) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL
    with Store(path) as store:
        assert store.manifests() == []


def test_a_store_is_open_once_in_one_process_too(store: Store) -> None:
    with pytest.raises(UserError, match="in use by process"):
        Store(store.path)


def test_a_closed_store_can_be_opened_again(store: Store) -> None:
    store.close()
    with Store(store.path) as reopened:
        assert reopened.manifests() == []


def test_a_store_may_be_closed_by_another_thread(path: Path) -> None:
    store = Store(path, create=True)
    closer = threading.Thread(target=store.close)
    closer.start()
    closer.join()
    Store(path).close()


def test_a_store_that_cannot_be_opened_is_not_held(path: Path) -> None:
    database = path / "chroma" / "chroma.sqlite3"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"not a database" * 1_000)
    # The error, while it is kept, keeps what it passed through: nothing is let go of by chance.
    with pytest.raises(BrokenStoreError, match="cannot open") as kept:
        Store(path)
    lock = StoreLock(path / LOCK)
    lock.acquire()
    lock.release()
    assert kept.tb
