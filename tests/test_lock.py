"""The lock: one process at a time has a store, and others are told which."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.errors import BrokenStoreError, BusyStoreError, UserError
from ingest.store import Store, lock, locked, wait_until_free
from ingest.store.lock import LOCK, StoreLock
from tests.processes import next_line, running

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
# No process has a number as high as that.
NOBODY = "process 999999999 (python -m ingest)"


@pytest.fixture(autouse=True)
def _no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)


@contextmanager
def process_holding(store: Path, program: Path, *addresses: str) -> Iterator[subprocess.Popen[str]]:
    with running(program, store, *addresses) as process:
        assert next_line(process) == "held"
        yield process


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


def test_a_process_that_goes_on_is_not_waited_for(store: Store) -> None:
    with pytest.raises(UserError) as caught:
        Store(store.path)
    assert not isinstance(caught.value, BusyStoreError)


def test_a_process_of_somebody_else_is_taken_to_go_on(store: Store) -> None:
    (store.path / LOCK).write_text("process 1 (init)")
    with pytest.raises(UserError, match=r"in use by process 1 \(init\): stop that process"):
        Store(store.path)


def test_a_store_that_a_process_still_holds_for_one_that_is_gone_is_busy(store: Store) -> None:
    (store.path / LOCK).write_text(NOBODY)
    with pytest.raises(BusyStoreError) as caught:
        Store(store.path)
    assert str(caught.value) == (
        f"The store {store.path} is still being written to for {NOBODY}, which has ended: try again in a minute."
    )


def test_a_store_without_a_note_is_held_by_another_process(store: Store) -> None:
    (store.path / LOCK).write_text("")
    with pytest.raises(UserError, match="is in use by another process: stop that process"):
        Store(store.path)


def test_a_new_holder_writes_a_note_of_its_own(path: Path) -> None:
    with Store(path, create=True) as store:
        store.note_address("http://127.0.0.1:7860")
    with Store(path):
        note = (path / LOCK).read_text()
    assert re.fullmatch(rf"process {os.getpid()} \([^()]*\)\n", note)


def test_a_store_that_is_let_go_of_within_the_wait_is_opened(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 10.0)
    closer = threading.Timer(0.1, store.close)
    closer.start()
    with Store(store.path) as reopened:
        assert reopened.manifests() == []
    closer.join()


def test_waiting_for_a_store_lasts_until_it_is_free(store: Store) -> None:
    closer = threading.Timer(0.2, store.close)
    closer.start()
    wait_until_free(store.path)
    Store(store.path).close()
    closer.join()


def test_waiting_for_a_store_comes_to_an_end(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT_FOR_WRITING", 0.2)
    with pytest.raises(UserError, match=r"^The store .* is still being written to: try again later\.$"):
        wait_until_free(store.path)


def test_a_process_that_was_killed_holds_the_store_no_longer(path: Path, holder: Path) -> None:
    with process_holding(path, holder) as process:
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=10) == -signal.SIGKILL
    with Store(path) as store:
        assert store.manifests() == []


def test_a_child_that_inherits_the_lock_keeps_it_when_its_parent_lets_go(tmp_path: Path) -> None:
    held, other = StoreLock(tmp_path / LOCK), StoreLock(tmp_path / LOCK)
    held.acquire()
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[held.descriptor])
    held.release()
    with child, pytest.raises(UserError, match="is in use by"):
        other.acquire()
    other.acquire()
    other.release()


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
    again = StoreLock(path / LOCK)
    again.acquire()
    again.release()
    assert kept.tb


def test_a_block_that_one_process_at_a_time_may_run_waits_for_the_other(tmp_path: Path) -> None:
    file, events = tmp_path / "titles.lock", list[str]()

    def wait_and_run() -> None:
        with locked(file):
            events.append("second")

    with locked(file):
        second = threading.Thread(target=wait_and_run)
        second.start()
        second.join(timeout=0.3)
        events.append("first")
    second.join()
    assert events == ["first", "second"]
