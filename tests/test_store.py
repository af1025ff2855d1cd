"""A store: its folder, how it is opened, what it says when it cannot be, and the collections in it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import BrokenStoreError, NothingStoredError, UserError
from ingest.progress import Silent
from ingest.store import Store, cache_in, disk
from tests.processes import python
from tests.stores import EAST, MANIFEST, NAME, Site, fill, half_circle, ids_of, leave_mark, make_post, row

SPACE = MANIFEST.space

# Opens the store named second as someone without rights; the first opening imports what that needs.
OPEN_WITHOUT_RIGHTS = """
import os, sys
from pathlib import Path
from ingest.errors import UserError
from ingest.store import Store

Store(Path(sys.argv[1]), create=True).close()
if os.geteuid() == 0:
    os.seteuid(65534)
try:
    Store(Path(sys.argv[2]), create=True)
except UserError as error:
    print(error)
"""


def test_a_store_is_a_folder_with_the_parts_that_the_readme_names(path: Path) -> None:
    with Store(path, create=True) as store:
        store.cache.put(SPACE, ["a post"], np.array([EAST], np.float32))
    assert {part.name for part in path.iterdir()} == {"chroma", "embeddings.sqlite3", ".lock"}
    assert store.derived == path / "derived"


def test_the_cache_of_a_store_that_is_not_there_is_empty_and_makes_none(path: Path) -> None:
    with cache_in(path) as cache:
        assert cache.missing(SPACE, ["a post"]) == ["a post"]
    assert not path.exists()


def test_the_cache_of_a_store_that_is_in_use_can_be_read(store: Store) -> None:
    store.cache.put(SPACE, ["a post"], np.array([EAST], np.float32))
    with cache_in(store.path) as cache:
        assert cache.missing(SPACE, ["a post", "another"]) == ["another"]


def test_a_store_is_made_with_the_folders_above_it(site: Site) -> None:
    with Site(site.path / "a" / "b", site.url).open() as store:
        assert store.manifests() == []


def test_a_collection_that_others_made_is_not_opened(site: Site) -> None:
    with closing(site.place.connect()) as client:  # type: ignore[type-var]
        client.create_collection("theirs", metadata={"corpus": "theirs"}, embedding_function=None)
    with site.open() as store, pytest.raises(UserError, match="theirs was not made by this project"):
        store.collection("theirs")


def test_a_collection_that_is_not_there_is_told(site: Site) -> None:
    with site.open() as store, pytest.raises(UserError, match=NAME):
        store.collection(NAME)


def test_a_store_that_is_closed_opens_and_takes_nothing_any_more(site: Site) -> None:
    with site.fill([make_post(0)], half_circle(1)).open() as store:
        collection = store.collection(NAME)
    asked: list[Callable[[], object]] = [
        store.manifests,
        lambda: store.collection(NAME),
        lambda: store.cache,
        lambda: store.delete("small"),
        lambda: store.rebuild(Silent()),
        lambda: store.writing(Silent()),
        *([] if site.url else [collection.count]),
    ]
    for ask in asked:
        with pytest.raises(UserError, match=f"^The store {site.path} is closed: open it again.$"):
            ask()
    with site.open() as store:
        assert store.collection(NAME).count() == 1


@pytest.mark.parametrize("create", [True, False])
def test_a_store_that_is_a_file_is_told(path: Path, create: bool) -> None:
    path.touch()
    with pytest.raises(UserError, match=f"^The store {path} .* file.*: give another --store.$"):
        Store(path, create=create)


def test_a_store_below_a_file_is_told(path: Path) -> None:
    path.touch()
    with pytest.raises(UserError, match=r"cannot be used \(Not a directory\): mend that, or give another"):
        Store(path / "store", create=True)


def test_a_store_that_is_not_there_is_told_with_how_to_make_one(path: Path) -> None:
    with pytest.raises(
        NothingStoredError, match=r"no store in .*: make one with `python -m ingest`, or give --store DIR"
    ):
        Store(path)


def test_looking_for_a_store_makes_none(path: Path) -> None:
    with pytest.raises(NothingStoredError):
        Store(path)
    assert not path.exists()


def test_a_folder_that_may_not_be_written_is_told() -> None:
    # Not in tmp_path, which only its owner may enter.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "store")
        Store(path, create=True).close()
        for part in (path, *path.rglob("*")):
            part.chmod(0o555 if part.is_dir() else 0o444)
        path.parent.chmod(0o755)
        told = python("-c", OPEN_WITHOUT_RIGHTS, Path(folder, "other"), path)
    assert told == f"The store {path} cannot be used (Permission denied): mend that, or give another --store."


@pytest.mark.parametrize("words", ["database or disk is full", "No space left on device (os error 28)"])
def test_a_full_disk_is_told_with_what_to_do(tmp_path: Path, words: str) -> None:
    assert str(disk.full_disk_error(RuntimeError(words), tmp_path / "chroma")) == (
        f"The disk of {tmp_path} is full: make room and run the same ingest again; "
        "nothing that was embedded and kept is lost."
    )


def test_where_hardly_any_room_is_left_a_full_disk_is_behind_any_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = RuntimeError("error finding id")
    assert disk.full_disk_error(fault, tmp_path / "chroma") is None
    monkeypatch.setattr(disk, "LITTLE", 2**62)
    assert "is full" in str(disk.full_disk_error(fault, tmp_path / "chroma"))


@pytest.mark.parametrize("content", [b"not a database" * 1_000, None], ids=["overwritten", "cut in half"])
def test_damaged_files_of_chroma_are_told_with_what_to_do(path: Path, content: bytes | None) -> None:
    file = fill(path, [make_post(0)], half_circle(1)) / "chroma" / "chroma.sqlite3"
    file.write_bytes(content or file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(BrokenStoreError, match=r"Chroma cannot open .*: move .* away and ingest again") as told:
        Store(path)
    assert "\n" not in str(told.value)


def test_once_damaged_files_are_moved_away_the_same_process_opens_the_store(path: Path) -> None:
    (path / "chroma").mkdir(parents=True)
    (path / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 1_000)
    with pytest.raises(BrokenStoreError):
        Store(path)
    (path / "chroma").rename(path / "aside")
    with Store(path, create=True) as store:
        assert store.manifests() == []


def test_questions_are_answered_without_the_embedding_cache(site: Site) -> None:
    site.fill([make_post(0)], half_circle(1))
    (site.path / "embeddings.sqlite3").write_bytes(b"not a database" * 1_000)
    with site.open() as store:
        assert ids_of(store.collection(NAME), row(*EAST)) == ["train/sci.space/0"]
        with pytest.raises(UserError, match=r"embedding cache .* is damaged"):
            assert store.cache


@pytest.fixture
def half_sealed(path: Path) -> Iterator[Store]:
    """A store with two collections, of which the first was being sealed when its process ended."""
    fill(path, [make_post(0)], half_circle(1))
    fill(path, [make_post(0)], half_circle(1), replace(MANIFEST, corpus="sound"))
    leave_mark(path, NAME)
    with Store(path) as store:
        yield store


def test_a_collection_whose_sealing_was_cut_short_is_not_opened(half_sealed: Store) -> None:
    assert half_sealed.damaged() == [NAME]
    with pytest.raises(UserError, match=f"index of {NAME} was being written .*: make it anew .* `.* --rebuild`"):
        half_sealed.collection(NAME)


def test_beside_it_a_sound_collection_is_opened(half_sealed: Store) -> None:
    assert half_sealed.collection("sound.word-counts.2.clustering").count() == 1
