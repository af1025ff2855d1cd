"""The store: its folder, its lock, its manifests, what a collection gives back, and the sealing of indexes."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedding_cache import Space, content_hash
from ingest.errors import BrokenStoreError, NothingStoredError, UserError
from ingest.posts import Post
from ingest.store import Filters, Manifest, Store, StoredCollection, require_corpus_name
from ingest.store.collection import PAGE, post_hash
from ingest.store.lock import LOCK, StoreLock
from ingest.store.sealing import MARKER, Sealing
from ingest.store.store import ONCE_SEALED, connect

ROOT = Path(__file__).resolve().parents[1]
EAST, NORTH, WEST, NORTHEAST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 1.0)
MANIFEST = Manifest(
    corpus="small",
    source="memory",
    embedder="words",
    model="word-counts",
    dimensions=2,
    task_type=TaskType.CLUSTERING,
    cleaning="tutorial",
)
NAME = MANIFEST.collection

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

# Fills a store, and is then busy for a second or more with sealing it.
SEAL = """
import sys
from pathlib import Path
from tests.test_store import NAME, Store, fill, make_post
import numpy as np

store = Store(Path(sys.argv[1]), create=True)
posts = [make_post(number) for number in range(5_000)]
fill(store, posts, np.random.default_rng(0).standard_normal((len(posts), 2)))
store.seal([NAME])
"""

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

FIND_NEAREST = """
import sys
from pathlib import Path
import numpy as np
from ingest.store import Filters, Store

with Store(Path(sys.argv[1])) as store:
    collection = store.collection(sys.argv[2])
    print(*(found.post.id for found in collection.nearest(np.array([1, 0], np.float32), 3, Filters())))
"""


def make_post(number: int, newsgroup: str = "sci.space", subset: str = "train", text: str = "orbit") -> Post:
    return Post(f"{subset}/{newsgroup}/{number}", newsgroup, subset, f"Re: {number}", text)


def row(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def fill(store: Store, posts: Sequence[Post], vectors: Sequence[Sequence[float]]) -> StoredCollection:
    """Write posts into the one collection of the tests, without sealing it."""
    (collection,) = store.open_for_writing([MANIFEST])
    collection.upsert(posts, np.array(vectors, np.float32))
    return collection


def ids_of(collection: StoredCollection, vector: NDArray[np.float32], **filters: Any) -> list[str]:
    return [found.post.id for found in collection.nearest(vector, 10, Filters(**filters))]


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


def python(*arguments: object) -> str:
    """Run Python and return what it printed."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


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
def path(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def holder(tmp_path: Path) -> Path:
    """A program that holds a store, started as ``python -m job``."""
    program = tmp_path / "job" / "__main__.py"
    program.parent.mkdir()
    program.write_text(HOLD)
    return program


@pytest.fixture
def four_directions(store: Store) -> StoredCollection:
    """East and north are for training, west and northeast for testing; north is about hockey."""
    posts = [
        make_post(0, text="a rocket"),
        make_post(1, newsgroup="rec.sport.hockey", text="a puck"),
        make_post(2, subset="test", text="an orbit"),
        make_post(3, subset="test", text="a Rocket"),
    ]
    return fill(store, posts, [EAST, NORTH, WEST, NORTHEAST])


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


def test_a_store_is_a_folder_with_the_parts_that_the_readme_names(path: Path) -> None:
    with Store(path, create=True) as store:
        store.cache.put(Space("word-counts", 2, ""), ["a post"], np.array([EAST], np.float32))
    assert {part.name for part in path.iterdir()} == {"chroma", "embeddings.sqlite3", ".lock"}
    assert store.derived == path / "derived"


def test_a_store_is_made_with_the_folders_above_it(tmp_path: Path) -> None:
    with Store(tmp_path / "a" / "b" / "store", create=True) as store:
        assert store.manifests() == []


def test_a_collection_is_named_by_corpus_model_dimensions_and_task_type() -> None:
    manifest = replace(
        MANIFEST,
        corpus="20newsgroups",
        model="gemini-embedding-001",
        dimensions=768,
        task_type=TaskType.RETRIEVAL_DOCUMENT,
    )
    assert manifest.collection == "20newsgroups.gemini-embedding-001.768.retrieval-document"


def test_a_model_with_a_slash_can_name_a_collection(store: Store) -> None:
    manifest = replace(MANIFEST, model="sentence-transformers/all mpnet")
    (collection,) = store.open_for_writing([manifest])
    assert collection.manifest.collection == "small.sentence-transformers-all-mpnet.2.clustering"


def test_a_manifest_is_read_as_it_was_written(path: Path) -> None:
    with Store(path, create=True) as store:
        fill(store, [make_post(0)], [EAST]).complete()
    with Store(path) as store:
        (manifest,) = store.manifests()
    assert manifest == replace(MANIFEST, n_posts=1, complete=True, fingerprint=manifest.fingerprint)


def test_manifests_are_in_order_of_their_collections_names(store: Store) -> None:
    wanted = [replace(MANIFEST, corpus=corpus) for corpus in ("b", "c", "a")]
    store.open_for_writing(wanted)
    assert [manifest.corpus for manifest in store.manifests()] == ["a", "b", "c"]


def test_a_collection_that_others_made_has_no_manifest(store: Store) -> None:
    with closing(connect(store.path / "chroma")) as client:  # type: ignore[type-var]
        client.create_collection("theirs", metadata={"corpus": "theirs"}, embedding_function=None)
        client.create_collection("bare", embedding_function=None)
    assert store.manifests() == []


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("schema", 2),
        ("embedder", "minilm"),
        ("model", "other"),
        ("dimensions", 3),
        ("task_type", TaskType.RETRIEVAL_QUERY),
        ("cleaning", "none"),
    ],
)
def test_vectors_that_do_not_fit_are_refused_with_the_way_out(name: str, other: Any) -> None:
    wanted = replace(MANIFEST, **{name: other})
    was, asked = (re.escape(repr(value)) for value in (getattr(MANIFEST, name), other))
    with pytest.raises(UserError, match=f"made with {name} {was}, not {asked}: make it anew with --replace, or .*NAME"):
        MANIFEST.require_fit(wanted)


def test_what_a_collection_holds_does_not_keep_others_from_fitting() -> None:
    held = replace(MANIFEST, source="elsewhere", n_posts=9, complete=True, fingerprint="0123")
    assert held.unfit_fields(MANIFEST) == []


@pytest.mark.parametrize("name", ["a", "20newsgroups", "my_posts-2", "x" * 100])
def test_a_corpus_may_be_named(name: str) -> None:
    assert require_corpus_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "-a", "a.b", "a/b", "a b", "a\n", "\N{LATIN SMALL LETTER E WITH ACUTE}", "x" * 101]
)
def test_a_corpus_may_not_be_named(name: str) -> None:
    with pytest.raises(UserError, match="cannot name a corpus: use up to 100 letters, digits, - and _"):
        require_corpus_name(name)


def test_rows_are_in_the_order_of_first_writing(store: Store) -> None:
    third, first, second = (make_post(number) for number in (3, 1, 2))
    collection = fill(store, [third, first, second], [EAST, NORTH, WEST])
    changed = replace(third, text="changed")
    collection.upsert([second, changed], np.array([NORTH, NORTH], np.float32))
    assert collection.posts() == [changed, first, second]
    assert list(collection.content_hashes().items()) == [
        (post.id, post_hash(post)) for post in (changed, first, second)
    ]
    np.testing.assert_array_equal(collection.vectors(), [NORTH, NORTH, NORTH])


def test_vectors_have_the_shape_and_type_promised(four_directions: StoredCollection) -> None:
    vectors, vector = four_directions.vectors(), four_directions.vector("train/sci.space/0")
    assert (vectors.shape, vectors.dtype, vector.shape, vector.dtype) == ((4, 2), np.float32, (2,), np.float32)


def test_a_collection_without_posts_has_vectors_without_rows(store: Store) -> None:
    (collection,) = store.open_for_writing([MANIFEST])
    assert collection.vectors().shape == (0, 2)
    assert collection.posts() == []


def test_more_posts_than_a_page_are_read_in_order(store: Store) -> None:
    posts = [make_post(number) for number in range(2 * PAGE + 1)]
    collection = fill(store, posts, [(1.0, number) for number in range(len(posts))])
    assert collection.posts() == posts
    np.testing.assert_allclose(collection.vectors()[:, 1], np.arange(len(posts)), rtol=1e-6)


def test_one_post_is_found_by_its_id(four_directions: StoredCollection) -> None:
    assert four_directions.post("test/sci.space/2") == make_post(2, subset="test", text="an orbit")


def test_an_unknown_id_is_no_post(four_directions: StoredCollection) -> None:
    assert four_directions.post("test/sci.space/99") is None


def test_deleted_posts_are_gone(four_directions: StoredCollection) -> None:
    four_directions.delete(["train/sci.space/0", "test/sci.space/2"])
    assert [post.id for post in four_directions.posts()] == ["train/rec.sport.hockey/1", "test/sci.space/3"]


def test_a_record_carries_what_the_contract_names(store: Store) -> None:
    fill(store, [replace(make_post(0, text="a rocket"), truncated=True)], [EAST])
    with closing(connect(store.path / "chroma")) as client:  # type: ignore[type-var]
        (metadata,) = client.get_collection(NAME, embedding_function=None).get()["metadatas"] or []
    assert metadata == {
        "newsgroup": "sci.space",
        "subset": "train",
        "subject": "Re: 0",
        "n_characters": 8,
        "content_hash": content_hash("sci.space\ntrain\nRe: 0\na rocket"),
        "truncated": True,
    }


def test_similarity_is_the_cosine_whatever_the_lengths(four_directions: StoredCollection) -> None:
    found = four_directions.nearest(row(5, 0), 4, Filters())
    assert [(neighbor.post.id, pytest.approx(neighbor.similarity, abs=1e-6)) for neighbor in found] == [
        ("train/sci.space/0", 1.0),
        ("test/sci.space/3", 0.5**0.5),
        ("train/rec.sport.hockey/1", 0.0),
        ("test/sci.space/2", -1.0),
    ]


def test_similarity_is_never_outside_its_bounds(store: Store) -> None:
    angles = np.linspace(0, 2 * np.pi, 101)
    directions = np.column_stack([np.cos(angles), np.sin(angles)])
    collection = fill(store, [make_post(number) for number in range(101)], directions.tolist())
    found = [neighbor for vector in collection.vectors() for neighbor in collection.nearest(vector, 101, Filters())]
    similarities = [neighbor.similarity for neighbor in found]
    assert min(similarities) == pytest.approx(-1.0)
    assert min(similarities) >= -1.0
    assert max(similarities) == 1.0


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        ({}, "0312"),
        ({"newsgroups": ("rec.sport.hockey",)}, "1"),
        ({"newsgroups": ("rec.sport.hockey", "sci.space")}, "0312"),
        ({"subset": "test"}, "32"),
        ({"newsgroups": ("sci.space",), "subset": "train"}, "0"),
        ({"contains": "rocket"}, "0"),
        ({"contains": "a ", "subset": "train"}, "01"),
        ({"min_similarity": 0.5}, "03"),
        ({"min_similarity": -0.5, "newsgroups": ("rec.sport.hockey",)}, "1"),
        ({"contains": "cipher"}, ""),
    ],
    ids=str,
)
def test_filters_let_through_what_they_name(
    four_directions: StoredCollection, filters: dict[str, Any], numbers: str
) -> None:
    found = ids_of(four_directions, row(*EAST), **filters)
    assert "".join(post_id[-1] for post_id in found) == numbers


def test_no_more_neighbors_come_than_were_asked_for(four_directions: StoredCollection) -> None:
    assert len(four_directions.nearest(row(*EAST), 2, Filters())) == 2


def test_a_collection_is_not_complete_while_it_is_written(four_directions: StoredCollection) -> None:
    four_directions.complete()
    four_directions.open_for_writing()
    assert not four_directions.manifest.complete


@pytest.mark.parametrize("change", ["text", "order", "removal"])
def test_the_fingerprint_changes_with_the_posts(four_directions: StoredCollection, change: str) -> None:
    four_directions.complete()
    before = four_directions.manifest.fingerprint
    if change == "text":
        four_directions.upsert([make_post(0, text="changed")], np.array([EAST], np.float32))
    if change == "order":
        four_directions.delete(["train/sci.space/0"])
        four_directions.upsert([make_post(0, text="a rocket")], np.array([EAST], np.float32))
    if change == "removal":
        four_directions.delete(["train/sci.space/0"])
    four_directions.complete()
    assert four_directions.manifest.fingerprint != before


def test_the_fingerprint_stays_with_the_posts(four_directions: StoredCollection) -> None:
    four_directions.complete()
    before = four_directions.manifest
    four_directions.complete()
    assert four_directions.manifest == before


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


@pytest.mark.parametrize("create", [True, False])
def test_a_store_that_is_a_file_is_told(path: Path, create: bool) -> None:
    path.touch()
    with pytest.raises(UserError, match=f"^The store {path} .* file.*: give another --store.$"):
        Store(path, create=create)


def test_a_store_below_a_file_is_told(path: Path) -> None:
    path.touch()
    with pytest.raises(UserError, match=r"cannot be used \(Not a directory\): give another --store"):
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
    assert told == f"The store {path} cannot be used (Permission denied): give another --store."


@pytest.mark.parametrize("content", [b"not a database" * 1_000, None], ids=["overwritten", "cut in half"])
def test_damaged_files_of_chroma_are_told_with_what_to_do(store: Store, content: bytes | None) -> None:
    fill(store, [make_post(0)], [EAST])
    store.close()
    file = store.path / "chroma" / "chroma.sqlite3"
    file.write_bytes(content or file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(UserError, match=r"Chroma cannot open .*: move that folder away and ingest again") as caught:
        Store(store.path)
    assert "\n" not in str(caught.value)


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


def test_questions_are_answered_without_the_embedding_cache(path: Path) -> None:
    with Store(path, create=True) as store:
        fill(store, [make_post(0)], [EAST])
    (path / "embeddings.sqlite3").write_bytes(b"not a database" * 1_000)
    with Store(path) as store:
        assert ids_of(store.collection(NAME), row(*EAST)) == ["train/sci.space/0"]
        with pytest.raises(UserError, match=r"embedding cache .* is damaged"):
            assert store.cache
