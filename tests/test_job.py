"""The ingest: what it stores and tells, and that what is known is never embedded, written or paid for again."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from ingest import changes
from ingest.cleaning import Cleaning
from ingest.corpora.selection import Selection
from ingest.embedders import Embedder, TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import SHARE_OF_LIMIT, Limits, Sending
from ingest.embedding_cache import Space
from ingest.errors import UserError
from ingest.job import StoppedIngestError, Summary, holds_posts, ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Advance, Silent
from ingest.store import Manifest, Store
from ingest.store.connection import ONCE_SEALED
from tests.conftest import make_corpus
from tests.failing_embedders import FailingEmbedder, InterruptedEmbedder
from tests.gemini_server import GeminiServer
from tests.stores import faults_of, many_posts
from tests.word_embedder import BATCH, WordEmbedder

DOCUMENT, CLUSTERING = TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING
TASK_TYPES = ["small.word-counts.7.retrieval-document", "small.word-counts.7.clustering"]
ONE = Order(task_types=(CLUSTERING,))
NAME = TASK_TYPES[1]
POSTS = make_corpus().posts


class OtherModel(WordEmbedder):
    model = "other-counts"


class FailingOtherModel(FailingEmbedder):
    model = OtherModel.model


class PricedEmbedder(WordEmbedder):
    usd_per_million_tokens = 500_000.0


class UnreadyEmbedder(WordEmbedder):
    def require_ready(self) -> None:
        raise UserError("There is no key: set one.")


class Stages:
    """Remembers the stages of an ingest with their totals and the units done."""

    def __init__(self) -> None:
        self.totals: dict[str, int | None] = {}
        self.n_done: Counter[str] = Counter()

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        self.totals[name] = total

        def advance(n_done: int, standing: str = "") -> None:
            self.n_done[name] += n_done

        yield advance


@pytest.fixture
def embedder() -> WordEmbedder:
    return WordEmbedder()


@pytest.fixture(scope="module")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with the nine small posts for both task types; a test that changes it copies it first."""
    path = tmp_path_factory.mktemp("small") / "store"
    with Store(path, create=True) as store:
        run(store, Order())
    return path


@pytest.fixture
def store(path: Path, anywhere: str | None) -> Iterator[Store]:
    """A new, empty store."""
    with Store(path, create=True, chroma_url=anywhere) as store:
        yield store


@pytest.fixture
def small(small_folder: Path, path: Path, anywhere: str | None) -> Iterator[Store]:
    if anywhere is None:
        shutil.copytree(small_folder, path)
    with Store(path, chroma_url=anywhere) as store:
        if anywhere:
            run(store, Order())
        yield store


def run(store: Store, order: Order = ONE, embedder: Embedder | None = None, posts: Sequence[Post] = POSTS) -> Summary:
    """Ingest posts, by default the nine small ones."""
    return ingest(Corpus("small", "memory", list(posts)), order, embedder or WordEmbedder(), store, Silent())


def manifest_of(store: Store, name: str = NAME) -> Manifest:
    return next(manifest for manifest in store.manifests() if manifest.collection == name)


def posts_in(store: Store, name: str = NAME) -> list[Post]:
    return store.collection(name).posts()


def test_an_ingest_stores_every_post_with_its_vector_for_each_task_type(small: Store) -> None:
    expected = WordEmbedder().embed([post.text for post in POSTS], CLUSTERING)
    for name in TASK_TYPES:
        assert posts_in(small, name) == POSTS
        np.testing.assert_allclose(small.collection(name).vectors(), expected, atol=1e-6)


def test_the_manifest_says_how_the_collection_was_made(small: Store) -> None:
    made = manifest_of(small)
    assert made == Manifest(
        corpus="small",
        source="memory",
        embedder="words",
        model="word-counts",
        dimensions=7,
        task_type=CLUSTERING,
        embedded_as="",
        cleaning=str(Cleaning()),
        n_posts=9,
        complete=True,
        fingerprint=made.fingerprint,
    )


def test_the_summary_counts_what_was_done(store: Store) -> None:
    posts = [
        *POSTS,
        Post("train/a/empty", "a", "train", "", " "),
        Post("train/a/long", "a", "train", "", "orbit " * 2_000),
        Post("test/a/other", "a", "test", "", "puck"),
    ]
    corpus = Corpus("small", "memory", posts, unreadable=["line 3: not JSON"], n_duplicates=2)
    summary = ingest(corpus, Order(Selection(subset="train")), WordEmbedder(), store, Silent())
    assert summary == Summary(
        corpus="small",
        embedder="words",
        model="word-counts",
        cleaning="none; strip nothing; truncate at 10000 characters",
        collections=TASK_TYPES,
        n_read=15,
        n_duplicates=2,
        n_matched=8,
        n_dropped_empty=1,
        n_dropped_long=0,
        n_posts=7,
        n_newsgroups=4,
        n_truncated=1,
        n_shortened=1,
        n_embedded=7,
        # A token is four bytes: the six short texts are 18, 15, 9, 9, 10 and 14 long, and one is cut at 10,000.
        n_tokens=5 + 4 + 3 + 3 + 3 + 4 + 2_500,
        usd=0.0,
        n_written=7,
        n_removed=0,
        n_damaged=0,
        unreadable=["line 3: not JSON"],
        refused=[],
        error=None,
    )


def test_a_second_ingest_embeds_and_writes_nothing(small: Store, embedder: WordEmbedder) -> None:
    before = small.manifests()
    summary = run(small, Order(), embedder)
    assert (summary.n_embedded, summary.n_written, summary.n_removed, embedder.embedded) == (0, 0, 0, [])
    assert (summary.n_posts, summary.collections) == (9, TASK_TYPES)
    assert small.manifests() == before


def test_posts_are_added_and_only_they_embedded(small: Store, embedder: WordEmbedder) -> None:
    added = many_posts(2)
    before = manifest_of(small).fingerprint
    summary = run(small, embedder=embedder, posts=[*POSTS[:3], *added])
    assert (summary.n_written, summary.n_removed, embedder.texts) == (2, 0, [post.text for post in added])
    assert posts_in(small) == [*POSTS, *added]
    assert manifest_of(small).fingerprint != before


def test_a_changed_text_is_embedded_and_written_in_its_place(small: Store, embedder: WordEmbedder) -> None:
    first, *others = POSTS
    changed = replace(first, text="key key")
    summary = run(small, embedder=embedder, posts=[changed, *others])
    assert (summary.n_written, embedder.texts) == (1, ["key key"])
    assert posts_in(small) == [changed, *others]
    (vector,) = WordEmbedder().embed(["key key"], CLUSTERING)
    np.testing.assert_allclose(small.collection(NAME).vector(changed.id), vector, atol=1e-6)


def test_a_changed_subject_is_written_and_nothing_embedded(small: Store, embedder: WordEmbedder) -> None:
    first, *others = POSTS
    changed = replace(first, subject="changed")
    summary = run(small, embedder=embedder, posts=[changed, *others])
    assert (summary.n_written, embedder.texts, posts_in(small)) == (1, [], [changed, *others])


def test_replacing_removes_what_is_not_asked_for_and_it_comes_back_for_nothing(
    small: Store, embedder: WordEmbedder
) -> None:
    summary = run(small, replace(ONE, replace=True), embedder, posts=POSTS[3:5])
    assert (summary.n_removed, summary.n_written, posts_in(small)) == (7, 0, POSTS[3:5])
    assert manifest_of(small).n_posts == 2
    assert run(small, embedder=embedder).n_written == 7
    assert embedder.embedded == []


def test_gemini_is_asked_for_each_task_type(store: Store, server: GeminiServer) -> None:
    run(store, Order(), GeminiEmbedder())
    assert sorted(server.task_types) == ["CLUSTERING"] * 9 + ["RETRIEVAL_DOCUMENT"] * 9
    assert sorted(server.texts) == sorted([post.text for post in POSTS] * 2)


def test_two_models_stand_side_by_side(small: Store) -> None:
    run(small, embedder=OtherModel())
    assert {manifest.model for manifest in small.manifests()} == {"other-counts", "word-counts"}


def test_another_cleaning_is_refused_with_the_way_out(small: Store, embedder: WordEmbedder) -> None:
    with pytest.raises(UserError, match=r"made with .*: clean as before with just --cleaning none, make it anew with"):
        run(small, replace(ONE, cleaning=Cleaning(("quotes",))), embedder)
    assert embedder.embedded == []
    assert manifest_of(small).cleaning == str(Cleaning())


def test_with_replace_another_cleaning_makes_the_collection_anew(small: Store) -> None:
    order = replace(ONE, cleaning=Cleaning(max_characters=5), replace=True)
    assert run(small, order, posts=POSTS[:3]).n_written == 3
    assert [post.text for post in posts_in(small)] == ["orbit", "rocke", "orbit"]
    assert manifest_of(small).cleaning == str(order.cleaning)


@pytest.mark.parametrize(
    ("make_embedder", "ending"),
    [(partial(FailingEmbedder, 1), StoppedIngestError), (InterruptedEmbedder, KeyboardInterrupt)],
)
def test_where_it_is_not_made_anew_the_old_collection_stays_as_it_was(
    small: Store, make_embedder: Callable[[], Embedder], ending: type[BaseException]
) -> None:
    before = small.manifests()
    with pytest.raises(ending):
        run(small, replace(Order(), cleaning=Cleaning(max_characters=5), replace=True), make_embedder())
    assert small.manifests() == before
    assert [posts_in(small, name) for name in TASK_TYPES] == [POSTS, POSTS]
    assert holds_posts(small, "small")
    assert faults_of(small) == [[], []]


def test_what_stopped_from_being_made_anew_is_made_so_by_the_next_ingest(small: Store, embedder: WordEmbedder) -> None:
    order = replace(ONE, cleaning=Cleaning(max_characters=5), replace=True)
    with pytest.raises(StoppedIngestError):
        run(small, order, FailingEmbedder(1))
    run(small, order, embedder)
    assert [post.text for post in posts_in(small)] == [post.text[:5] for post in POSTS]
    # Of "rocke", "goal ", "the p", "ciphe", "key k" and "a cip", which are new, four were embedded before the stop.
    assert embedder.texts == ["key k", "a cip"]
    assert (manifest_of(small).complete, faults_of(small)) == (True, [[], []])


def test_what_is_embedded_before_a_stop_is_stored_though_it_fills_no_page(store: Store) -> None:
    with pytest.raises(StoppedIngestError) as stopped:
        run(store, ONE, FailingEmbedder(1), posts=many_posts(3 * BATCH))
    assert posts_in(store) == many_posts(BATCH)
    assert (stopped.value.summary.n_written, manifest_of(store).n_posts, manifest_of(store).complete) == (
        BATCH,
        BATCH,
        False,
    )


def test_a_replacing_that_stops_midway_removes_nothing(small: Store) -> None:
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StoppedIngestError) as stopped:
        patch.setattr(changes, "PAGE", BATCH)
        run(small, replace(ONE, replace=True), FailingEmbedder(1), posts=many_posts(3 * BATCH))
    assert posts_in(small)[: len(POSTS)] == POSTS
    assert (stopped.value.summary.n_written, stopped.value.summary.n_removed) == (BATCH, 0)


def test_a_task_type_that_is_asked_for_twice_makes_one_collection(store: Store, embedder: WordEmbedder) -> None:
    summary = run(store, Order(task_types=ONE.task_types * 2), embedder)
    assert (len(summary.collections), summary.n_written) == (1, 9)


def test_a_summary_counts_nothing_as_removed_that_is_still_there(small: Store) -> None:
    with pytest.raises(StoppedIngestError) as stopped:
        run(small, replace(ONE, replace=True), UnreadyEmbedder(), posts=many_posts(2))
    assert posts_in(small) == POSTS
    assert stopped.value.summary.n_removed == 0


def test_a_summary_counts_nothing_as_written_that_was_not_put_in_place(small: Store) -> None:
    order = replace(ONE, cleaning=Cleaning(max_characters=5), replace=True)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(StoppedIngestError) as stopped:
        patch.setattr(changes, "PAGE", BATCH)
        run(small, order, FailingEmbedder(1))
    assert posts_in(small) == POSTS
    assert stopped.value.summary.n_written == 0


def test_an_order_that_leaves_no_post_changes_nothing(store: Store) -> None:
    with pytest.raises(UserError, match="No post of small is left to ingest"):
        run(store, replace(ONE, selection=Selection("validation")))
    assert store.manifests() == []


def test_an_ingest_that_would_cost_too_much_sends_nothing(store: Store, server: GeminiServer) -> None:
    with pytest.raises(UserError, match="more than --max-cost 0: ask for fewer posts"):
        run(store, replace(ONE, max_usd=0.0), GeminiEmbedder())
    assert (server.n_requests, store.manifests()) == (0, [])


def test_a_refused_text_that_is_asked_for_again_counts_into_what_it_could_cost(store: Store) -> None:
    embedder = PricedEmbedder()
    store.cache.refuse(Space(embedder.model, embedder.dimensions, ""), POSTS[0].text, "not this one")
    with pytest.raises(UserError, match="more than --max-cost 0: ask for fewer posts"):
        run(store, replace(ONE, replace=True, max_usd=0.0), embedder, POSTS[:1])
    assert embedder.texts == []


def test_with_a_wrong_key_no_more_is_sent_than_what_was_on_its_way(store: Store, server: GeminiServer) -> None:
    one_text_at_once = Sending(Limits(texts_per_minute=SHARE_OF_LIMIT))
    embedder = GeminiEmbedder(sending=one_text_at_once, api_key="wrong")
    with pytest.raises(StoppedIngestError, match="The Gemini API refuses the key"):
        run(store, Order(), embedder)
    assert 1 <= server.n_requests <= embedder.n_at_once < 2 * len(POSTS)


def test_progress_is_told_in_stages_up_to_their_totals(store: Store) -> None:
    stages = Stages()
    ingest(make_corpus(), Order(), WordEmbedder(), store, stages)
    stages.totals.pop("finish writing", None)  # told where it takes long
    assert stages.totals == {"embed": 9, "write": 18, "seal": None, "count long posts": None}
    assert stages.n_done == {"embed": 9, "write": 18}


def test_a_store_holds_the_corpus_that_was_ingested(small: Store) -> None:
    assert holds_posts(small, "small")
    assert not holds_posts(small, "other")


def test_a_store_holds_a_corpus_that_is_complete_as_one_model_embeds_it(small: Store) -> None:
    with pytest.raises(StoppedIngestError):
        run(small, embedder=FailingOtherModel(0))
    assert {manifest.model: manifest.complete for manifest in small.manifests()} == {
        "other-counts": False,
        "word-counts": True,
    }
    assert holds_posts(small, "small")


def test_more_posts_than_an_index_is_written_for_are_written_and_removed(store: Store) -> None:
    posts = many_posts(ONCE_SEALED + 200)
    assert run(store, posts=posts).n_written == len(posts)
    assert posts_in(store) == posts
    assert run(store, replace(ONE, replace=True), posts=posts[:9]).n_removed == len(posts) - 9
    assert posts_in(store) == posts[:9]
