"""The ingest: what is known is never paid for again, and whatever cuts one short, the next run completes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.cleaning import Cleaning
from ingest.corpora.selection import Selection
from ingest.embedders import Embedder, TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.errors import UserError
from ingest.job import Order, Summary, holds_posts, ingest
from ingest.posts import Post
from ingest.progress import Silent
from ingest.store import Filters, Manifest, Store
from ingest.store.sealing import MARKER
from ingest.store.store import ONCE_SEALED
from tests.conftest import make_corpus
from tests.gemini_server import GeminiServer
from tests.word_embedder import VOCABULARY, WordEmbedder

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT, CLUSTERING = TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING
TASK_TYPES = ["small.word-counts.7.retrieval-document", "small.word-counts.7.clustering"]
ONE = Order(task_types=(CLUSTERING,))
NAME = TASK_TYPES[1]

# Ingests the small corpus into the store named first, and is killed where the stage named second has begun.
INGEST_AND_DIE = """
import sys
from pathlib import Path
from ingest import job
from tests.test_job import ONE, KilledIn, Store, WordEmbedder, make_corpus

job.PAGE = 2
with Store(Path(sys.argv[1]), create=True) as store:
    job.ingest(make_corpus(), ONE, WordEmbedder(), store, KilledIn(sys.argv[2]))
"""


class KilledIn:
    """Kills its own process at the first sign of progress in the named stage."""

    def __init__(self, stage: str) -> None:
        self._stage = stage

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        if name == self._stage and not total:
            signal.raise_signal(signal.SIGKILL)
        yield lambda n_done: signal.raise_signal(signal.SIGKILL) if name == self._stage else None


class InterruptedEmbedder(WordEmbedder):
    """Is interrupted, as by Ctrl-C, in its second batch."""

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if len(self.batches) == 1:
            raise KeyboardInterrupt
        return super().embed(texts, task_type)


class OtherModel(WordEmbedder):
    model = "other-counts"


class Stages:
    """Remembers the stages of an ingest with their totals and the units done."""

    def __init__(self) -> None:
        self.totals: dict[str, int | None] = {}
        self.n_done: dict[str, int] = {}

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
        self.totals[name] = total
        self.n_done[name] = 0

        def advance(n_done: int) -> None:
            self.n_done[name] += n_done

        yield advance


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeminiServer]:
    with GeminiServer() as server:
        for variable, value in server.environment.items():
            monkeypatch.setenv(variable, value)
        yield server


def run(store: Store, order: Order = ONE, embedder: Embedder | None = None, posts: Sequence[Post] = ()) -> Summary:
    """Ingest posts, by default the nine small ones."""
    corpus = replace(make_corpus(), posts=list(posts)) if posts else make_corpus()
    return ingest(corpus, order, embedder or WordEmbedder(), store, Silent())


def ingest_and_die(path: Path, stage: str) -> None:
    command = [sys.executable, "-c", INGEST_AND_DIE, str(path), stage]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL


def manifest_of(store: Store, name: str = NAME) -> Manifest:
    return next(manifest for manifest in store.manifests() if manifest.collection == name)


def posts_in(store: Store, name: str = NAME) -> list[Post]:
    return store.collection(name).posts()


def ids_of(posts: Sequence[Post]) -> list[str]:
    return [post.id for post in posts]


def many_posts(n_posts: int) -> list[Post]:
    """Make posts of the vocabulary's words in turn, each post with a number of its own."""
    texts = [f"{VOCABULARY[number % len(VOCABULARY)]} {number}" for number in range(n_posts)]
    return [Post(f"train/sci.med/{number}", "sci.med", "train", "", text) for number, text in enumerate(texts)]


MANY = many_posts(ONCE_SEALED + 200)


def test_an_ingest_stores_every_post_with_its_vector(store: Store, embedder: WordEmbedder) -> None:
    run(store, embedder=embedder)
    assert posts_in(store) == make_corpus().posts
    expected = WordEmbedder().embed([post.text for post in make_corpus().posts], CLUSTERING)
    np.testing.assert_allclose(store.collection(NAME).vectors(), expected, atol=1e-6)


def test_posts_are_stored_as_cleaning_leaves_them(store: Store) -> None:
    raw = Post("train/a/1", "a", "train", "launch", "From: ann@moon.example (Ann)\nSubject: launch\n\nslips")
    run(store, posts=[raw])
    assert posts_in(store) == [replace(raw, text=" launch\n\nslips")]


def test_there_is_one_complete_collection_for_each_task_type(small_store: Store) -> None:
    manifests = {manifest.collection: manifest for manifest in small_store.manifests()}
    assert manifests.keys() == set(TASK_TYPES)
    assert [(manifest.complete, manifest.n_posts) for manifest in manifests.values()] == [(True, 9)] * 2


def test_the_manifest_says_how_the_collection_was_made(small_store: Store) -> None:
    made = manifest_of(small_store)
    assert made == Manifest(
        corpus="small",
        source="memory",
        embedder="words",
        model="word-counts",
        dimensions=7,
        task_type=CLUSTERING,
        cleaning=str(Cleaning()),
        n_posts=9,
        complete=True,
        fingerprint=made.fingerprint,
    )


def test_the_summary_counts_what_was_done(store: Store) -> None:
    posts = [
        *make_corpus().posts,
        Post("train/a/empty", "a", "train", "", "(empty)"),
        Post("train/a/long", "a", "train", "", "orbit " * 2_000),
        Post("test/a/other", "a", "test", "", "puck"),
    ]
    summary = run(store, Order(Selection(subset="train"), task_types=(DOCUMENT, CLUSTERING)), posts=posts)
    assert summary == Summary(
        corpus="small",
        embedder="words",
        model="word-counts",
        collections=TASK_TYPES,
        n_read=12,
        n_matched=8,
        n_dropped_empty=1,
        n_dropped_long=0,
        n_posts=7,
        n_truncated=1,
        n_shortened=1,
        n_embedded=7,
        n_written=7,
        n_removed=0,
        n_remade=0,
    )


def test_long_posts_that_are_dropped_are_counted(store: Store) -> None:
    summary = run(store, replace(ONE, cleaning=Cleaning(long_posts="drop", max_characters=9)))
    assert (summary.n_dropped_long, summary.n_posts, summary.n_truncated) == (4, 5, 0)


def test_the_sample_is_taken_of_what_cleaning_left(store: Store) -> None:
    empty = [Post(f"train/a/{number}", "a", "train", "", "(empty)") for number in range(50)]
    filled = Post("train/a/filled", "a", "train", "", "orbit")
    summary = run(store, replace(ONE, selection=Selection(per_newsgroup=1)), posts=[*empty, filled])
    assert (summary.n_posts, ids_of(posts_in(store))) == (1, ["train/a/filled"])


def test_a_second_ingest_embeds_and_writes_nothing(small_store: Store, embedder: WordEmbedder) -> None:
    before = small_store.manifests()
    summary = run(small_store, Order(), embedder)
    assert (summary.n_embedded, summary.n_written, summary.n_removed, embedder.batches) == (0, 0, 0, [])
    assert (summary.n_posts, summary.collections) == (9, TASK_TYPES)
    assert small_store.manifests() == before


def test_posts_are_added_and_only_they_embedded(store: Store, embedder: WordEmbedder) -> None:
    run(store, posts=make_corpus().posts[:4])
    summary = run(store, embedder=embedder)
    assert (summary.n_written, summary.n_embedded) == (5, 5)
    assert sorted(embedder.texts) == sorted(post.text for post in make_corpus().posts[4:])
    assert posts_in(store) == make_corpus().posts


def test_posts_that_are_not_asked_for_stay(store: Store) -> None:
    run(store)
    summary = run(store, posts=make_corpus().posts[:2])
    assert (summary.n_removed, len(posts_in(store))) == (0, 9)


def test_a_changed_text_is_embedded_and_written_in_its_place(store: Store, embedder: WordEmbedder) -> None:
    run(store)
    first, *others = make_corpus().posts
    changed = replace(first, text="key key")
    summary = run(store, embedder=embedder, posts=[changed, *others])
    assert (summary.n_written, embedder.texts) == (1, ["key key"])
    assert posts_in(store) == [changed, *others]
    (vector,) = WordEmbedder().embed(["key key"], CLUSTERING)
    np.testing.assert_allclose(store.collection(NAME).vector(changed.id), vector, atol=1e-6)


def test_a_change_shows_in_the_fingerprint(store: Store) -> None:
    run(store, posts=make_corpus().posts[:4])
    before = manifest_of(store).fingerprint
    run(store)
    assert manifest_of(store).fingerprint != before


def test_replacing_removes_what_is_not_asked_for(store: Store, embedder: WordEmbedder) -> None:
    run(store)
    kept = make_corpus().posts[3:5]
    summary = run(store, replace(ONE, replace=True), embedder, posts=kept)
    assert (summary.n_removed, summary.n_written, summary.n_embedded) == (7, 0, 0)
    assert posts_in(store) == kept
    assert manifest_of(store).n_posts == 2


def test_posts_that_come_back_are_not_embedded_again(store: Store, embedder: WordEmbedder) -> None:
    run(store)
    run(store, replace(ONE, replace=True), posts=make_corpus().posts[:1])
    assert run(store, embedder=embedder).n_written == 8
    assert embedder.batches == []


def test_equal_texts_are_embedded_once_and_stored_for_each_post(store: Store, embedder: WordEmbedder) -> None:
    posts = [Post(f"train/a/{number}", "a", "train", "", "orbit") for number in range(6)]
    summary = run(store, embedder=embedder, posts=posts)
    assert (summary.n_embedded, embedder.texts, summary.n_written) == (1, ["orbit"], 6)
    assert posts_in(store) == posts


def test_no_batch_is_larger_than_the_embedder_takes(store: Store, embedder: WordEmbedder) -> None:
    run(store, embedder=embedder)
    assert sorted(map(len, embedder.batches)) == [1, 4, 4]


def test_an_embedder_without_task_types_embeds_once_for_all(store: Store, embedder: WordEmbedder) -> None:
    assert run(store, Order(), embedder).n_embedded == 9
    assert len(embedder.texts) == 9
    of_documents, of_clusters = (store.collection(name).vectors() for name in TASK_TYPES)
    np.testing.assert_array_equal(of_documents, of_clusters)


def test_an_embedder_with_task_types_embeds_once_for_each(store: Store) -> None:
    embedder = WordEmbedder(has_task_types=True)
    assert run(store, Order(), embedder).n_embedded == 18
    assert len(embedder.texts) == 18


def test_gemini_is_asked_for_each_task_type(store: Store, server: GeminiServer) -> None:
    run(store, Order(), GeminiEmbedder())
    assert sorted(server.task_types) == ["CLUSTERING"] * 9 + ["RETRIEVAL_DOCUMENT"] * 9
    assert sorted(server.texts) == sorted([post.text for post in make_corpus().posts] * 2)


def test_two_models_stand_side_by_side(store: Store) -> None:
    run(store)
    run(store, embedder=OtherModel())
    assert [manifest.model for manifest in store.manifests()] == ["other-counts", "word-counts"]


def test_another_cleaning_is_refused_with_the_way_out(store: Store, embedder: WordEmbedder) -> None:
    run(store)
    with pytest.raises(UserError, match=r"made with cleaning .*: make it anew with --replace, or .* --corpus NAME"):
        run(store, replace(ONE, cleaning=Cleaning(("quotes",))), embedder)
    assert embedder.batches == []
    assert manifest_of(store).cleaning == str(Cleaning())


def test_with_replace_another_cleaning_makes_the_collection_anew(store: Store) -> None:
    run(store)
    order = replace(ONE, cleaning=Cleaning(max_characters=5), replace=True)
    summary = run(store, order, posts=make_corpus().posts[:3])
    assert (summary.n_remade, summary.n_written) == (1, 3)
    assert [post.text for post in posts_in(store)] == ["orbit", "rocke", "orbit"]
    assert manifest_of(store).cleaning == str(order.cleaning)


@pytest.mark.parametrize(
    ("order", "losses"),
    [
        (
            replace(ONE, cleaning=Cleaning(long_posts="drop", max_characters=2)),
            "9 matched, .* 0 were empty .* 9 too long",
        ),
        (replace(ONE, selection=Selection("validation")), "0 matched"),
    ],
)
def test_an_order_that_leaves_no_post_is_told_with_what_became_of_them(store: Store, order: Order, losses: str) -> None:
    with pytest.raises(UserError, match=f"No post of small is left to ingest: {losses}"):
        run(store, order)
    assert store.manifests() == []


def test_progress_is_told_in_stages_up_to_their_totals(store: Store) -> None:
    stages = Stages()
    ingest(make_corpus(), Order(), WordEmbedder(), store, stages)
    assert stages.totals == {"embed RETRIEVAL_DOCUMENT": 9, "write": 18, "seal": None, "count long posts": None}
    assert stages.n_done == {"embed RETRIEVAL_DOCUMENT": 9, "write": 18, "seal": 0, "count long posts": 0}


def test_a_store_holds_a_corpus_once_it_is_whole(store: Store) -> None:
    before = holds_posts(store, "small")
    run(store)
    assert (before, holds_posts(store, "small"), holds_posts(store, "other")) == (False, True, False)


def test_an_interrupted_ingest_keeps_the_batches_that_it_paid_for(store: Store) -> None:
    interrupted = InterruptedEmbedder()
    with pytest.raises(KeyboardInterrupt):
        run(store, embedder=interrupted)
    resumed = WordEmbedder()
    assert run(store, embedder=resumed).n_embedded == 5
    assert sorted(interrupted.texts + resumed.texts) == sorted(post.text for post in make_corpus().posts)


def test_an_ingest_that_was_interrupted_while_embedding_has_written_nothing(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(store, embedder=InterruptedEmbedder())
    assert store.manifests() == []


@pytest.mark.parametrize(("stage", "n_embedded"), [("embed CLUSTERING", 5), ("write", 0), ("seal", 0)])
def test_after_a_kill_the_next_run_completes_the_collection(tmp_path: Path, stage: str, n_embedded: int) -> None:
    ingest_and_die(tmp_path, stage)
    with Store(tmp_path) as store:
        was_held = holds_posts(store, "small")
        summary = run(store)
        assert (was_held, summary.n_embedded) == (False, n_embedded)
        assert sorted(ids_of(posts_in(store))) == sorted(ids_of(make_corpus().posts))
        assert manifest_of(store).complete


def test_a_collection_that_was_whole_is_not_while_posts_are_added(tmp_path: Path) -> None:
    with Store(tmp_path, create=True) as store:
        run(store, posts=make_corpus().posts[:4])
    ingest_and_die(tmp_path, "write")
    with Store(tmp_path) as store:
        assert not holds_posts(store, "small")


def test_more_posts_than_chroma_takes_in_one_call_are_written_and_removed(store: Store) -> None:
    posts = many_posts(5_500)
    assert run(store, posts=posts).n_written == 5_500
    assert posts_in(store) == posts
    assert run(store, replace(ONE, replace=True), posts=posts[:9]).n_removed == 5_491
    assert posts_in(store) == posts[:9]


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with as many posts as an index is written for; a test that changes it copies it first."""
    path = tmp_path_factory.mktemp("sealed") / "store"
    with Store(path, create=True) as store:
        run(store, posts=MANY)
    return path


@pytest.fixture
def damaged(sealed: Path, tmp_path: Path) -> Iterator[Store]:
    """A store whose sealing was cut short: the mark is still there, and most of the index is not."""
    path = shutil.copytree(sealed, tmp_path / "damaged")
    (path / MARKER).write_text(NAME)
    (index,) = {file.parent for file in path.rglob("index_metadata.pickle")}
    os.truncate(index / "data_level0.bin", 1_000)
    with Store(path) as store:
        yield store


def test_a_damaged_index_is_made_anew_without_embedding(damaged: Store, embedder: WordEmbedder) -> None:
    summary = run(damaged, embedder=embedder, posts=MANY)
    assert (summary.n_remade, summary.n_written, embedder.batches) == (1, len(MANY), [])
    assert not damaged.damaged(NAME)


def test_an_index_made_anew_can_be_searched(damaged: Store) -> None:
    run(damaged, posts=MANY)
    (goal,) = WordEmbedder().embed(["goal"], CLUSTERING)
    found = damaged.collection(NAME).nearest(goal, 5, Filters())
    assert len(found) == 5
    assert all(neighbor.post.text.startswith("goal ") for neighbor in found)


def test_posts_of_a_damaged_index_that_the_ingest_does_not_name_are_kept(damaged: Store) -> None:
    run(damaged, posts=[*MANY[:1], *make_corpus().posts])
    assert posts_in(damaged) == [*MANY, *make_corpus().posts]


def test_posts_of_a_damaged_index_are_removed_where_that_is_asked_for(damaged: Store) -> None:
    run(damaged, replace(ONE, replace=True), posts=MANY[:9])
    assert posts_in(damaged) == MANY[:9]
