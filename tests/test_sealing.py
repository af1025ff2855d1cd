"""The sealing: when indexes are written, and what is left of one that was cut short."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.errors import UserError
from ingest.store import Filters, Store, StoredCollection
from ingest.store.lock import LOCK, StoreLock
from ingest.store.sealing import MARKER, Sealing
from ingest.store.store import ONCE_SEALED
from tests.stores import EAST, MANIFEST, NAME, NORTH, ROOT, fill, make_post, python, row

# Fills a store, and is then busy for a second or more with sealing it.
SEAL = """
import sys
from pathlib import Path
import numpy as np
from ingest.store import Store
from tests.stores import NAME, fill, make_post

store = Store(Path(sys.argv[1]), create=True)
posts = [make_post(number) for number in range(5_000)]
fill(store, posts, np.random.default_rng(0).standard_normal((len(posts), 2)))
store.seal([NAME])
"""

FIND_NEAREST = """
import sys
from pathlib import Path
import numpy as np
from ingest.store import Filters, Store

with Store(Path(sys.argv[1])) as store:
    collection = store.collection(sys.argv[2])
    print(*(found.post.id for found in collection.nearest(np.array([1, 0], np.float32), 3, Filters())))
"""


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)


def can_open(path: Path) -> bool:
    try:
        Store(path).close()
    except UserError:
        return False
    return True


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed store of more posts than an index is written for; the nearer to east, the lower the number."""
    path = tmp_path_factory.mktemp("sealed") / "store"
    angles = np.linspace(0, np.pi, ONCE_SEALED + 200)
    with Store(path, create=True) as store:
        posts = [make_post(number) for number in range(len(angles))]
        fill(store, posts, np.column_stack([np.cos(angles), np.sin(angles)]).tolist())
        store.seal([NAME])
        store.collection(NAME).complete()
    return path


def test_before_the_sealing_no_index_is_written(store: Store) -> None:
    n_posts = ONCE_SEALED + 200
    fill(store, [make_post(number) for number in range(n_posts)], [EAST] * n_posts)
    assert list(store.path.rglob("index_metadata.pickle")) == []


def test_the_sealing_writes_the_index_to_disk(sealed: Path) -> None:
    (index,) = {file.parent for file in sealed.rglob("index_metadata.pickle")}
    n_bytes = (index / "data_level0.bin").stat().st_size
    # Each entry has at least a vector of two float32 and a label of eight bytes.
    assert n_bytes >= (ONCE_SEALED + 200) * 16


def test_a_sealed_store_answers_in_a_new_process(sealed: Path) -> None:
    nearest = python("-c", FIND_NEAREST, sealed, NAME)
    assert nearest == "train/sci.space/0 train/sci.space/1 train/sci.space/2"


def test_what_is_added_to_a_sealed_store_leaves_the_index_alone_until_the_next_sealing(
    sealed: Path, path: Path
) -> None:
    shutil.copytree(sealed, path)
    (index,) = {file.with_name("data_level0.bin") for file in path.rglob("index_metadata.pickle")}
    before = index.read_bytes()
    with Store(path) as store:
        added = [make_post(number, subset="test") for number in range(ONCE_SEALED + 200)]
        collection = fill(store, added, [NORTH] * len(added))
        assert len(collection.nearest(row(*NORTH), 3, Filters())) == 3
        assert index.read_bytes() == before
        store.seal([NAME])
    assert index.stat().st_size > len(before)


def test_a_sealing_that_ends_well_leaves_no_mark(sealed: Path) -> None:
    assert not (sealed / MARKER).exists()


def test_a_sealing_that_fails_is_told_and_leaves_its_mark(path: Path) -> None:
    Store(path, create=True).close()
    sealing = Sealing(path, StoreLock(path / LOCK))
    with pytest.raises(UserError, match=r"could not write its index \(.*\): run the same ingest again") as caught:
        sealing.seal(["of.no.collection"])
    assert "\n" not in str(caught.value)
    assert sealing.is_unfinished("of.no.collection")


def test_an_index_that_is_still_written_when_its_ingest_is_killed_keeps_others_out(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SEAL, str(path)], cwd=ROOT) as ingest:
        wait_until(lambda: (path / LOCK).exists() and "writes an index" in (path / LOCK).read_text())
        ingest.kill()
    with pytest.raises(UserError, match=r"in use by process .* that writes an index and then ends by itself"):
        Store(path)
    wait_until(lambda: can_open(path))
    with Store(path) as store:
        assert store.damaged(NAME)


@pytest.mark.parametrize(
    "read",
    [StoredCollection.vectors, lambda collection: collection.nearest(row(*EAST), 3, Filters())],
    ids=["vectors", "nearest"],
)
def test_an_index_that_lacks_a_file_is_told_with_what_to_do(
    sealed: Path, path: Path, read: Callable[[StoredCollection], Any]
) -> None:
    shutil.copytree(sealed, path)
    for file in path.rglob("index_metadata.pickle"):
        file.with_name("data_level0.bin").unlink()
    with Store(path) as store, pytest.raises(UserError, match=rf"Chroma cannot read {NAME} \(.*\): move .* away and"):
        read(store.collection(NAME))


@pytest.fixture
def half_sealed(store: Store) -> Store:
    """A store with two collections, of which the first was being sealed when its process ended."""
    store.open_for_writing([MANIFEST, replace(MANIFEST, corpus="sound")])
    (store.path / MARKER).write_text(NAME)
    return store


def test_a_collection_whose_sealing_was_cut_short_is_not_opened(half_sealed: Store) -> None:
    with pytest.raises(UserError, match=f"{NAME} was being written when its process ended: run the same ingest again"):
        half_sealed.collection(NAME)


def test_beside_it_a_sound_collection_is_opened(half_sealed: Store) -> None:
    assert half_sealed.collection("sound.word-counts.2.clustering").count() == 0


def test_sealing_another_collection_does_not_make_it_sound(half_sealed: Store) -> None:
    half_sealed.seal(["sound.word-counts.2.clustering"])
    assert half_sealed.damaged(NAME)


def test_once_deleted_a_damaged_collection_can_be_made_anew(half_sealed: Store) -> None:
    half_sealed.delete(NAME)
    half_sealed.open_for_writing([MANIFEST])
    assert half_sealed.collection(NAME).count() == 0
