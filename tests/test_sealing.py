"""The sealing: when indexes are written, and what is left of one that was cut short."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.errors import UserError
from ingest.store import Filters, Store, StoredCollection
from ingest.store.connection import ONCE_SEALED, Connection
from ingest.store.lock import ENDS_BY_ITSELF, LOCK
from ingest.store.sealing import MARKS, Sealing
from ingest.store.writer_process import WriterProcess
from tests.stores import EAST, MANIFEST, NAME, fill, half_circle, make_post, many_posts, python, records_of, row

N_POSTS = ONCE_SEALED + 200

FIND_NEAREST = """
import sys
from pathlib import Path
import numpy as np
from ingest.store import Filters, Store

with Store(Path(sys.argv[1])) as store:
    collection = store.collection(sys.argv[2])
    print(*(found.post.id for found in collection.nearest(np.array([1, 0], np.float32), 3, Filters())))
"""


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(tmp_path)


def cut_short(sealing: Sealing, *names: str) -> None:
    with pytest.raises(KeyboardInterrupt), sealing.of(names):
        raise KeyboardInterrupt


def seal(path: Path) -> None:
    """Seal the one collection of a store, in this process."""
    writing = WriterProcess(path / "chroma", path / LOCK)
    with closing(writing._connection):
        writing.seal([NAME], [NAME])


def index_of(path: Path) -> Path:
    """Return the file of the one index's vectors."""
    (index,) = (file.with_name("data_level0.bin") for file in path.rglob("index_metadata.pickle"))
    return index


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with more posts than an index is written for; the nearer to east, the lower the number."""
    return fill(tmp_path_factory.mktemp("unsealed") / "store", many_posts(N_POSTS), half_circle(N_POSTS))


@pytest.fixture(scope="module")
def sealed(unsealed: Path) -> Path:
    """The same store, sealed."""
    path = shutil.copytree(unsealed, unsealed.with_name("sealed"))
    seal(path)
    return path


@pytest.fixture
def sealed_copy(sealed: Path, path: Path) -> Path:
    return shutil.copytree(sealed, path)


def test_where_nothing_was_cut_short_nothing_is_unfinished(sealing: Sealing) -> None:
    with sealing.of(["a", "b"]):
        assert sealing.damaged() == ["a", "b"]
    assert sealing.damaged() == []


def test_a_sealing_that_was_cut_short_leaves_its_marks(sealing: Sealing) -> None:
    cut_short(sealing, "a", "b")
    assert sealing.damaged() == ["a", "b"]


def test_sealing_another_collection_does_not_take_a_mark_away(sealing: Sealing) -> None:
    cut_short(sealing, "a")
    with sealing.of(["b"]):
        assert sealing.damaged() == ["a", "b"]
    assert sealing.damaged() == ["a"]


def test_sealing_the_same_collection_to_the_end_takes_its_mark_away(sealing: Sealing) -> None:
    cut_short(sealing, "a", "b")
    with sealing.of(["a"]):
        assert sealing.damaged() == ["a", "b"]
    assert sealing.damaged() == ["b"]


def test_a_mark_can_be_taken_away(sealing: Sealing) -> None:
    cut_short(sealing, "a", "b")
    sealing.forget(["b", "never marked"])
    assert sealing.damaged() == ["a"]


def test_without_marks_there_is_no_file(sealing: Sealing, tmp_path: Path) -> None:
    cut_short(sealing, "a")
    sealing.forget(["a"])
    assert list(tmp_path.iterdir()) == []


def test_before_the_sealing_no_index_is_written(unsealed: Path) -> None:
    assert list(unsealed.rglob("index_metadata.pickle")) == []


def test_the_sealing_writes_the_index_to_disk(sealed: Path) -> None:
    # Each entry has at least a vector of two float32 and a label of eight bytes.
    assert index_of(sealed).stat().st_size >= N_POSTS * 16


def test_a_sealed_store_answers_in_a_new_process(sealed: Path) -> None:
    nearest = python("-c", FIND_NEAREST, sealed, NAME)
    assert nearest == "train/sci.med/0 train/sci.med/1 train/sci.med/2"


def test_what_is_added_to_a_sealed_store_leaves_the_index_alone_until_the_next_sealing(sealed_copy: Path) -> None:
    before = index_of(sealed_copy).read_bytes()
    writing = WriterProcess(sealed_copy / "chroma", sealed_copy / LOCK)
    with closing(writing._connection):
        writing.open([MANIFEST], [])
        added = [make_post(number, text=f"new {number}") for number in range(N_POSTS)]
        writing.upsert(NAME, records_of(added), half_circle(N_POSTS))
        assert index_of(sealed_copy).read_bytes() == before
        writing.seal([NAME], [NAME])
    assert index_of(sealed_copy).stat().st_size > len(before)


def test_a_sealing_that_ends_well_leaves_no_mark(sealed: Path) -> None:
    assert not (sealed / "chroma" / MARKS).exists()


def test_a_process_that_seals_notes_that_it_ends_by_itself(sealed_copy: Path) -> None:
    (sealed_copy / LOCK).write_text("process 1 (app)")
    seal(sealed_copy)
    note = (sealed_copy / LOCK).read_text()
    assert note.startswith(f"process {os.getpid()} (")
    assert note.endswith(f") {ENDS_BY_ITSELF}\n")


def test_a_sealing_that_fails_leaves_its_mark(sealed_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Connection, "reopen", interrupt)
    with pytest.raises(KeyboardInterrupt):
        seal(sealed_copy)
    with Store(sealed_copy) as store:
        assert store.damaged() == [NAME]


def interrupt(connection: Connection) -> None:
    raise KeyboardInterrupt


def search(collection: StoredCollection) -> object:
    return collection.nearest(row(*EAST), 3, Filters())


@pytest.fixture
def indexless(sealed_copy: Path) -> Iterator[StoredCollection]:
    """A collection whose index lacks a file."""
    index_of(sealed_copy).unlink()
    with Store(sealed_copy) as store:
        yield store.collection(NAME)


@pytest.mark.parametrize("read", [StoredCollection.vectors, search], ids=["vectors", "nearest"])
def test_an_index_that_lacks_a_file_is_told_with_what_to_do(
    indexless: StoredCollection, read: Callable[[StoredCollection], Any]
) -> None:
    with pytest.raises(UserError, match=rf"Chroma cannot use {NAME} \(.*\): make .* anew .* `python -m ingest --rebu"):
        read(indexless)


def test_vectors_are_the_same_before_and_after_the_sealing(unsealed: Path, sealed: Path) -> None:
    with Store(unsealed) as before, Store(sealed) as after:
        np.testing.assert_array_equal(before.collection(NAME).vectors(), after.collection(NAME).vectors())
