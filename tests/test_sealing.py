"""The sealing: when indexes are written, and what is left of one that was cut short."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from ingest.errors import DamagedIndexError, UserError
from ingest.store import Opening, Store, StoredCollection
from ingest.store.connection import ONCE_SEALED, Connection
from ingest.store.sealing import MARKS, Sealing
from tests.processes import python
from tests.stores import (
    EAST,
    MANIFEST,
    NAME,
    fill,
    half_circle,
    make_post,
    many_posts,
    records_of,
    row,
    seal,
    tamper,
    writing,
)

N_POSTS = ONCE_SEALED + 200
POSTS, VECTORS = many_posts(N_POSTS), half_circle(N_POSTS)
TO_COME = Opening(MANIFEST, n_to_come=N_POSTS)

FIND_NEAREST = """
import sys
from pathlib import Path
from threading import Event
import numpy as np
from ingest.store import Store

with Store(Path(sys.argv[1])) as store:
    collection = store.collection(sys.argv[2])
    print(*(found.post.id for found in collection.nearest(np.array([1, 0], np.float32), 3)))
"""


@pytest.fixture
def sealing(tmp_path: Path) -> Sealing:
    return Sealing(tmp_path)


def cut_short(sealing: Sealing, *names: str) -> None:
    with pytest.raises(KeyboardInterrupt), sealing.of(names):
        raise KeyboardInterrupt


def indexes_in(path: Path) -> list[Path]:
    """Return the files of indexes on disk that Chroma writes last."""
    return list(path.rglob("index_metadata.pickle"))


def index_of(path: Path) -> Path:
    """Return the file of the one index's vectors."""
    (index,) = indexes_in(path)
    return index.with_name("data_level0.bin")


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with more posts than an index is written for; the nearer to east, the lower the number."""
    return fill(tmp_path_factory.mktemp("unsealed") / "store", POSTS, VECTORS)


@pytest.fixture(scope="module")
def sealed(unsealed: Path) -> Path:
    """The same store, sealed."""
    path = shutil.copytree(unsealed, unsealed.with_name("sealed"))
    seal(path, N_POSTS)
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


def test_what_is_distrusted_is_marked_beside_what_was_cut_short(sealing: Sealing) -> None:
    cut_short(sealing, "a")
    sealing.distrust(["b", "a"])
    assert sealing.damaged() == ["a", "b"]


def test_without_marks_there_is_no_file(sealing: Sealing, tmp_path: Path) -> None:
    with sealing.of(["a"]):
        (file,) = tmp_path.iterdir()
    assert (file.name, list(tmp_path.iterdir())) == (MARKS, [])


def test_marks_that_come_and_go_can_be_read_at_any_time(sealing: Sealing) -> None:
    is_read = Event()

    def come_and_go() -> None:
        while not is_read.is_set():
            with sealing.of(["a"]):
                pass

    with ThreadPoolExecutor(1) as writer:
        writing = writer.submit(come_and_go)
        found = {tuple(sealing.damaged()) for _ in range(1_000)}
        is_read.set()
        writing.result()
    assert found <= {(), ("a",)}


def test_before_the_sealing_no_index_is_written(unsealed: Path) -> None:
    assert indexes_in(unsealed) == []


def test_the_sealing_writes_the_index_to_disk(sealed: Path) -> None:
    # Each entry has at least a vector of two float32 and a label of eight bytes.
    assert index_of(sealed).stat().st_size >= N_POSTS * 16


def test_a_sealed_store_answers_in_a_new_process(sealed: Path) -> None:
    nearest = python("-c", FIND_NEAREST, sealed, NAME)
    assert nearest == "train/sci.med/0 train/sci.med/1 train/sci.med/2"


def test_what_is_added_to_a_sealed_store_leaves_the_index_alone_until_the_next_sealing(sealed_copy: Path) -> None:
    before = index_of(sealed_copy).read_bytes()
    added = [make_post(number, text=f"new {number}") for number in range(N_POSTS)]
    with writing(sealed_copy, TO_COME) as process:
        process.upsert(NAME, records_of(added), VECTORS)
        assert index_of(sealed_copy).read_bytes() == before
        process.seal([NAME], {NAME: 2 * N_POSTS})
    assert index_of(sealed_copy).stat().st_size > len(before)


@pytest.fixture
def watched(path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The marks of a store at each change of a collection that left an index on disk where there was none."""
    marks: list[list[str]] = []

    def watch(change: Callable[..., None]) -> Callable[..., None]:
        def change_and_look(*arguments: Any) -> None:
            n_before = len(indexes_in(path))
            change(*arguments)
            if len(indexes_in(path)) > n_before:
                marks.append(Sealing(path / "chroma").damaged())

        return change_and_look

    for name in ("upsert", "delete"):
        monkeypatch.setattr(StoredCollection, name, watch(getattr(StoredCollection, name)))
    return marks


def test_the_index_of_a_new_collection_is_written_with_the_last_record_to_come(path: Path) -> None:
    with writing(path, TO_COME) as process:
        process.upsert(NAME, records_of(POSTS[:-1]), VECTORS[:-1])
        before = indexes_in(path)
        process.upsert(NAME, records_of(POSTS[-1:]), VECTORS[-1:])
        assert (before, len(indexes_in(path))) == ([], 1)


def test_an_index_that_is_written_with_the_last_record_is_marked_meanwhile(
    path: Path, watched: list[list[str]]
) -> None:
    with writing(path, TO_COME) as process:
        process.upsert(NAME, records_of(POSTS[:-1]), VECTORS[:-1])
        process.upsert(NAME, records_of(POSTS[-1:]), VECTORS[-1:])
    assert (watched, Sealing(path / "chroma").damaged()) == ([[NAME]], [])


def test_where_posts_were_refused_no_index_is_written_without_a_mark_either(
    path: Path, watched: list[list[str]]
) -> None:
    with writing(path, TO_COME) as process:
        process.delete(NAME, [POSTS[0].id])
        process.upsert(NAME, records_of(POSTS[1:]), VECTORS[1:])
        process.seal([NAME], {NAME: N_POSTS - 1})
    assert [] not in watched


def test_where_fewer_records_come_the_sealing_writes_the_index(path: Path) -> None:
    with writing(path, TO_COME) as process:
        process.upsert(NAME, records_of(POSTS[:-1]), VECTORS[:-1])
        process.seal([NAME], {})
    assert len(indexes_in(path)) == 1


def test_a_new_collection_that_stays_small_has_no_index_on_disk(path: Path) -> None:
    with writing(path, Opening(MANIFEST, n_to_come=2)) as process:
        process.upsert(NAME, records_of(POSTS[:2]), VECTORS[:2])
        process.seal([NAME], {NAME: 2})
    assert indexes_in(path) == []


def test_a_sealing_that_ends_well_leaves_no_mark(sealed: Path) -> None:
    assert not (sealed / "chroma" / MARKS).exists()


def test_a_sealing_that_is_cut_short_leaves_its_mark(sealed_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing(sealed_copy, Opening(MANIFEST)) as process, monkeypatch.context() as patch:
        patch.setattr(Connection, "reopen", interrupt)
        with pytest.raises(KeyboardInterrupt):
            process.seal([NAME], {NAME: N_POSTS})
    with Store(sealed_copy) as store:
        assert store.damaged() == [NAME]


def interrupt(connection: Connection) -> None:
    raise KeyboardInterrupt


def test_a_collection_that_holds_less_than_it_should_is_neither_sealed_nor_trusted(sealed_copy: Path) -> None:
    tamper(sealed_copy, lambda collection: collection.delete([POSTS[0].id]))
    with writing(sealed_copy, Opening(MANIFEST)) as process:
        process.begin(NAME)
        with pytest.raises(
            UserError, match=f"^Chroma holds 1,199 posts of {NAME} instead of 1,200: run the same ingest"
        ):
            process.seal([NAME], {NAME: N_POSTS})
    with Store(sealed_copy) as store:
        assert (store.manifests(), store.damaged()) == ([MANIFEST], [NAME])


def test_what_is_not_called_complete_is_sealed_as_incomplete(sealed_copy: Path) -> None:
    with Store(sealed_copy) as store:
        (complete,) = store.manifests()
    with writing(sealed_copy, Opening(MANIFEST)) as process:
        process.begin(NAME)
        process.seal([NAME], {})
    with Store(sealed_copy) as store:
        assert store.manifests() == [replace(complete, complete=False)]


def search(collection: StoredCollection) -> object:
    return collection.nearest(row(*EAST), 3)


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
    with pytest.raises(
        DamagedIndexError, match=rf"Chroma cannot use {NAME} \(.*\): make .* anew .* `python -m ingest --rebu"
    ):
        read(indexless)


def test_vectors_are_the_same_before_and_after_the_sealing(unsealed: Path, sealed: Path) -> None:
    with Store(unsealed) as before, Store(sealed) as after:
        np.testing.assert_array_equal(before.collection(NAME).vectors(), after.collection(NAME).vectors())
