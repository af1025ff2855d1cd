"""Holding a store: threads take turns, a folder without locks is told, and who asks leaves no trace."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from ingest.errors import UserError
from ingest.store import Store, is_held, lock, wait_until_free
from ingest.store.lock import LOCK, StoreLock


@pytest.fixture(autouse=True)
def _no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)


def take_and_let_go(lock: StoreLock) -> None:
    with lock.held():
        pass


def test_one_thread_at_a_time_holds_a_lock_and_it_may_do_so_twice(tmp_path: Path) -> None:
    held = StoreLock(tmp_path / LOCK)
    with ThreadPoolExecutor(1) as other:
        with (
            held.held(),
            held.held(),
            pytest.raises(UserError, match=r"being written to: wait until that has ended\.$"),
        ):
            other.submit(take_and_let_go, held).result()
        other.submit(take_and_let_go, held).result()


def test_a_thread_that_had_to_wait_keeps_other_processes_out_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, elsewhere = StoreLock(tmp_path / LOCK), StoreLock(tmp_path / LOCK)
    has_begun, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with held.held():
            has_begun.set()
            may_end.wait(10)

    with ThreadPoolExecutor(1) as second:
        with monkeypatch.context() as patch, held.held():
            patch.setattr(lock, "SECONDS_TO_WAIT", 10.0)
            waiting = second.submit(hold)
            is_too_early = has_begun.wait(0.1)
        has_begun.wait(10)
        with pytest.raises(UserError, match="is in use by"):
            elsewhere.acquire()
        may_end.set()
        waiting.result()
    assert not is_too_early


@pytest.fixture
def _no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the operating system have no locks, as on network drives without a lock service."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("portalocker.portalocker.LOCKER", refuse)


@pytest.mark.usefixtures("_no_locks")
@pytest.mark.parametrize("use", [partial(Store, create=True), wait_until_free])
def test_a_folder_without_locks_is_told_with_what_to_do(path: Path, use: Callable[[Path], object]) -> None:
    path.mkdir()
    with pytest.raises(UserError) as told:
        use(path)
    assert str(told.value) == (
        f"The store {path} cannot be kept to one process (No locks available), as on some network drives: "
        "give another --store, on a disk of this machine."
    )


@pytest.mark.usefixtures("_no_locks")
def test_where_nobody_can_hold_a_store_nobody_is_taken_to(path: Path) -> None:
    path.mkdir()
    (path / LOCK).touch()
    assert not is_held(path)


def test_asking_who_holds_a_folder_leaves_nothing_in_it(tmp_path: Path) -> None:
    assert (is_held(tmp_path), list(tmp_path.iterdir())) == (False, [])


def test_a_store_that_is_open_is_held_until_it_is_closed(store: Store) -> None:
    was_held = is_held(store.path)
    store.close()
    assert (was_held, is_held(store.path)) == (True, False)
