"""The writer: a process of its own writes, ends with its parent, and tells in one line what goes wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
import pytest

from ingest.errors import BusyStoreError, UserError
from ingest.store import Store, lock
from ingest.store.sealing import Sealing
from tests.stores import (
    MANIFEST,
    NAME,
    ROOT,
    fill,
    half_circle,
    is_running,
    kill_writers,
    make_post,
    many_posts,
    records_of,
    wait_until,
    writers_of,
)

# Opens the store named first for writing, and does nothing with that until it is killed.
WRITE = """
import sys, time
from pathlib import Path
from ingest.store import Store
from tests.stores import MANIFEST

with Store(Path(sys.argv[1]), create=True) as store, store.writing() as writer:
    writer.open([MANIFEST])
    print("writing", flush=True)
    time.sleep(60)
"""


@contextmanager
def process_writing(path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a process that writes to a store; yield it with its child's id."""
    with subprocess.Popen([sys.executable, "-c", WRITE, path], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == "writing\n"
            (child,) = writers_of(process.pid)
            yield process, child
        finally:
            process.kill()


def kill_once_marked(folder: Path, process: int) -> None:
    wait_until(lambda: bool(Sealing(folder).damaged()))
    os.kill(process, signal.SIGKILL)


@pytest.fixture
def writing(store: Store) -> Iterator[Store]:
    """A store that is being written to."""
    with store.writing():
        yield store


def test_what_is_written_is_there_once_writing_is_done(store: Store) -> None:
    posts, vectors = many_posts(4), half_circle(4)
    with store.writing() as writer:
        writer.open([MANIFEST])
        writer.begin(NAME)
        writer.upsert(NAME, records_of(posts), vectors)
        writer.delete(NAME, [posts[1].id])
        writer.seal([NAME], [NAME])
    collection = store.collection(NAME)
    assert collection.posts() == [posts[0], *posts[2:]]
    np.testing.assert_allclose(collection.vectors(), vectors[[0, 2, 3]], atol=1e-6)
    assert (collection.manifest.complete, collection.manifest.n_posts) == (True, 3)


def test_a_collection_that_is_begun_and_sealed_without_being_called_whole_is_not(path: Path) -> None:
    with Store(fill(path, [make_post(0)], half_circle(1))) as store:
        with store.writing() as writer:
            writer.open([MANIFEST])
            writer.begin(NAME)
            writer.seal([NAME], [])
        (manifest,) = store.manifests()
        assert (manifest.complete, store.damaged()) == (False, [])


def test_a_collection_named_anew_begins_empty_and_others_stay(path: Path) -> None:
    other = replace(MANIFEST, corpus="other")
    for manifest in (MANIFEST, other):
        fill(path, [make_post(0)], half_circle(1), manifest)
    with Store(path) as store:
        with store.writing() as writer:
            writer.open([replace(MANIFEST, cleaning="none"), other], [NAME])
        counts = [store.collection(name).count() for name in (NAME, other.collection)]
        assert (counts, store.collection(NAME).manifest.cleaning) == ([0, 1], "none")


def test_a_fault_that_the_child_can_name_is_told_and_writing_goes_on(path: Path) -> None:
    with closing(chromadb.PersistentClient(path / "chroma")) as client:  # type: ignore[type-var]
        client.create_collection("theirs", embedding_function=None)
    with Store(path) as store, store.writing() as writer:
        with pytest.raises(UserError, match=r"^Collection theirs was not made by this project: it has no manifest\.$"):
            writer.seal(["theirs"], [])
        writer.open([MANIFEST])


def test_a_fault_that_ends_the_child_is_told_by_its_last_word(store: Store) -> None:
    with store.writing() as writer, pytest.raises(UserError) as caught:
        writer.begin("never.opened")
    assert str(caught.value) == "Chroma could not write (KeyError: 'never.opened'): run the same ingest again."


def test_a_child_that_is_killed_is_told(store: Store) -> None:
    with store.writing() as writer, pytest.raises(UserError) as caught:
        writer.open([MANIFEST])
        kill_writers()
        writer.begin(NAME)
    assert str(caught.value) == "Chroma could not write (its process ended with status -9): run the same ingest again."


def test_after_a_child_that_was_killed_the_store_can_be_read_and_written(store: Store) -> None:
    with pytest.raises(UserError), store.writing() as writer:
        writer.open([MANIFEST])
        kill_writers()
        writer.begin(NAME)
    with store.writing() as writer:
        writer.open([MANIFEST])
        writer.upsert(NAME, records_of([make_post(0)]), half_circle(1))
    assert store.collection(NAME).posts() == [make_post(0)]


def test_a_child_that_is_killed_while_it_writes_an_index_leaves_the_mark(path: Path) -> None:
    fill(path, many_posts(3_000), half_circle(3_000))
    with Store(path) as store:
        with pytest.raises(UserError, match="status -9"), store.writing() as writer:
            writer.open([MANIFEST])
            (child,) = writers_of(os.getpid())
            killer = threading.Thread(target=kill_once_marked, args=(store.chroma, child))
            killer.start()
            writer.seal([NAME], [NAME])
        killer.join()
        assert store.damaged() == [NAME]


def test_interrupting_the_parent_leaves_the_child_to_its_work(path: Path) -> None:
    with process_writing(path) as (process, child):
        assert os.getpgid(child) != os.getpgid(process.pid)


def test_the_child_ends_with_its_parent(path: Path) -> None:
    with process_writing(path) as (process, child):
        process.kill()
    wait_until(lambda: not is_running(child))
    with Store(path) as store:
        assert [manifest.collection for manifest in store.manifests()] == [NAME]


def test_nobody_opens_the_store_before_the_child_has_ended(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)
    with process_writing(path) as (process, child):
        os.kill(child, signal.SIGSTOP)
        process.kill()
        process.wait()
        with pytest.raises(UserError, match=f"in use by process {process.pid}"):
            Store(path)
        os.kill(child, signal.SIGCONT)
    wait_until(lambda: not is_running(child))
    Store(path).close()


def test_while_a_process_writes_it_still_holds_the_store(writing: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)
    with pytest.raises(UserError, match=f"in use by process {os.getpid()}"):
        Store(writing.path)


def test_a_store_that_was_written_says_again_who_holds_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)
    with store.writing() as writer:
        writer.open([MANIFEST])
        writer.seal([NAME], [NAME])
        with pytest.raises(BusyStoreError):
            Store(store.path)
    with pytest.raises(UserError, match=f"in use by process {os.getpid()} .*: stop that process"):
        Store(store.path)
    assert Sealing(store.chroma).damaged() == []
