"""The writer: a process of its own writes, ends with its parent, and tells in one line what goes wrong."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.console import leave, print_line, run
from ingest.embedders import TaskType
from ingest.errors import BusyStoreError, UserError
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Advance, Silent, ignore
from ingest.store import Opening, Store, lock, wait_until_free
from ingest.store.sealing import Sealing
from tests.processes import (
    is_running,
    next_line,
    process_writing,
    running,
    signal_writers,
    wait_until,
    writers_of,
)
from tests.stores import MANIFEST, NAME, fill, half_circle, make_post, many_posts, records_of
from tests.word_embedder import WordEmbedder

POSTS, VECTORS = many_posts(4), half_circle(4)
OPENING = Opening(MANIFEST)

# Ingests into the store named first.
INGEST = """
import sys
from pathlib import Path
from tests.test_writer import ingest_and_tell

ingest_and_tell(Path(sys.argv[1]))
"""


class Telling:
    """Prints the name of each stage as it begins; from the sealing on, the process that writes stands still."""

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        if name == "seal":
            signal_writers(signal.SIGSTOP)
        print_line(name)
        yield ignore


class Resuming:
    """Remembers the stages, and lets a process that was stopped go on once its end is waited for."""

    def __init__(self) -> None:
        self.names: list[str] = []

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        self.names.append(name)
        signal_writers(signal.SIGCONT)
        yield ignore


def ingest_and_tell(path: Path) -> None:
    """Ingest, and end, as the command line does."""

    def main() -> None:
        with Store(path, create=True) as store:
            order = Order(task_types=(TaskType.CLUSTERING,))
            ingest(Corpus("small", "memory", POSTS), order, WordEmbedder(), store, Telling())

    leave(run(main, interrupted="Interrupted."))


@pytest.fixture
def _no_long_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse at once a store that is in use."""
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)


@pytest.fixture
def filled(path: Path) -> Iterator[Store]:
    """A store with two complete collections."""
    fill(path, POSTS, VECTORS)
    with Store(fill(path, POSTS, VECTORS, replace(MANIFEST, corpus="other"))) as store:
        yield store


def files_open_below(folder: Path) -> list[Path]:
    """Return the files in a folder that this process has open."""
    opened = (link.readlink() for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return [file for file in opened if folder in file.parents]


def end_writing_by(number: signal.Signals, store: Store) -> str:
    """Let a signal end the process that writes to a collection, and return what is told of that."""
    with store.writing(Silent()) as writer:
        writer.open([OPENING])
        signal_writers(number)
        with pytest.raises(UserError) as caught:
            writer.begin(NAME)
    return str(caught.value)


def kill_once_marked(folder: Path, process: int) -> None:
    wait_until(lambda: bool(Sealing(folder).damaged()))
    os.kill(process, signal.SIGKILL)


@contextmanager
def let_go_on(process: int) -> Iterator[None]:
    """Let a process that was stopped go on at the end of the block."""
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def test_what_is_written_is_there_once_writing_is_done(store: Store) -> None:
    with store.writing(Silent()) as writer:
        writer.open([OPENING])
        writer.begin(NAME)
        writer.upsert(NAME, records_of(POSTS), VECTORS)
        writer.delete(NAME, [POSTS[1].id])
        writer.seal([NAME], {NAME: 3})
    collection = store.collection(NAME)
    assert collection.posts() == [POSTS[0], *POSTS[2:]]
    np.testing.assert_allclose(collection.vectors(), VECTORS[[0, 2, 3]], atol=1e-6)
    assert (collection.manifest.complete, collection.manifest.n_posts) == (True, 3)


def test_while_a_process_writes_this_one_has_no_file_of_chromas_open(filled: Store) -> None:
    assert files_open_below(filled.chroma)
    with filled.writing(Silent()):
        wait_until(lambda: not files_open_below(filled.chroma), seconds=5)  # Chroma closes them a moment later


def test_a_fault_that_the_child_can_name_is_told_and_writing_goes_on(filled: Store) -> None:
    with filled.writing(Silent()) as writer:
        writer.open([OPENING])
        with pytest.raises(UserError, match=f"^Chroma holds 4 posts of {NAME} instead of 5: run the same ingest again"):
            writer.seal([NAME], {NAME: 5})
        writer.seal([NAME], {NAME: 4})
    assert filled.collection(NAME).manifest.complete


def test_a_fault_that_ends_the_child_is_told_by_its_last_word(store: Store) -> None:
    with store.writing(Silent()) as writer, pytest.raises(UserError) as caught:
        writer.begin("never.opened")
    assert str(caught.value) == "Chroma could not write (KeyError: 'never.opened'): run the same ingest again."


def test_a_child_that_is_killed_is_told(filled: Store) -> None:
    told = end_writing_by(signal.SIGKILL, filled)
    assert told == "Chroma could not write (its process ended with status -9): run the same ingest again."


def test_after_a_child_that_was_killed_the_store_can_be_read_and_written(filled: Store) -> None:
    end_writing_by(signal.SIGKILL, filled)
    with filled.writing(Silent()) as writer:
        writer.open([OPENING])
        writer.upsert(NAME, records_of([make_post(0)]), half_circle(1))
    assert filled.collection(NAME).posts() == [*POSTS, make_post(0)]


@pytest.mark.parametrize("crash", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS], ids=lambda crash: crash.name)
def test_a_child_that_crashes_leaves_what_it_had_open_distrusted(filled: Store, crash: signal.Signals) -> None:
    end_writing_by(crash, filled)
    assert filled.damaged() == [NAME]


def test_a_child_that_is_killed_between_two_calls_leaves_no_collection_distrusted(filled: Store) -> None:
    end_writing_by(signal.SIGKILL, filled)
    assert filled.damaged() == []


def test_a_child_that_is_killed_while_it_writes_an_index_leaves_the_mark(path: Path) -> None:
    with Store(fill(path, many_posts(3_000), half_circle(3_000))) as store:
        with pytest.raises(UserError, match="status -9"), store.writing(Silent()) as writer:
            writer.open([OPENING])
            (child,) = writers_of(os.getpid())
            killer = threading.Thread(target=kill_once_marked, args=(store.chroma, child))
            killer.start()
            writer.seal([NAME], {NAME: 3_000})
        killer.join()
        assert store.damaged() == [NAME]


def test_a_child_that_takes_long_to_end_is_waited_for_and_that_is_told(store: Store) -> None:
    resuming = Resuming()
    with store.writing(resuming) as writer:
        writer.open([OPENING])
        signal_writers(signal.SIGSTOP)
    assert (resuming.names, writers_of(os.getpid())) == (["finish writing"], [])


def test_interrupting_the_parent_leaves_the_child_to_its_work(path: Path) -> None:
    with process_writing(path) as (process, child):
        assert os.getpgid(child) != os.getpgid(process.pid)


def test_the_child_ends_with_its_parent(path: Path) -> None:
    with process_writing(path) as (process, child):
        process.kill()
    wait_until(lambda: not is_running(child))
    with Store(path) as store:
        assert [manifest.collection for manifest in store.manifests()] == [NAME]


@pytest.mark.usefixtures("_no_long_wait")
def test_while_a_process_writes_this_one_still_holds_the_store(filled: Store) -> None:
    with filled.writing(Silent()), pytest.raises(UserError, match=f"in use by process {os.getpid()}"):
        Store(filled.path)


@pytest.mark.usefixtures("_no_long_wait")
def test_nobody_opens_the_store_before_the_child_of_a_process_that_was_killed_has_ended(path: Path) -> None:
    with process_writing(path) as (process, child):
        os.kill(child, signal.SIGSTOP)
        with let_go_on(child):
            process.kill()
            process.wait()
            with pytest.raises(BusyStoreError, match=f"still being written to for process {process.pid} .*has ended"):
                Store(path)
    wait_until_free(path)
    Store(path).close()


@pytest.mark.usefixtures("_no_long_wait")
def test_an_ingest_that_is_interrupted_twice_leaves_the_store_locked_until_its_child_has_ended(path: Path) -> None:
    with running("-u", "-c", INGEST, path) as process:
        wait_until(lambda: next_line(process) == "seal")
        (child,) = writers_of(process.pid)
        with let_go_on(child):
            process.send_signal(signal.SIGINT)
            assert next_line(process) == "finish writing"
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=10) == 130
            with pytest.raises(BusyStoreError, match=f"still being written to for process {process.pid} "):
                Store(path)
            assert is_running(child)
    wait_until_free(path)
    with Store(path) as store:
        (manifest,) = store.manifests()
        assert store.collection(manifest.collection).posts() == POSTS
