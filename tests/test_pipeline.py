"""The pipeline: pages are written as they are embedded, and whatever stops that, the next ingest goes on from there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from ingest import changes
from ingest.embedders import Embedder, TaskType
from ingest.embedding_cache import Space
from ingest.embedding_queue import HARMLESS
from ingest.job import StoppedIngestError, Summary, holds_posts, ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Advance, Progress, Silent, ignore
from ingest.store import Store, fingerprint
from tests.failing_embedders import FailingEmbedder, InterruptedEmbedder, RefusingEmbedder
from tests.stores import Site, faults_of, many_posts
from tests.word_embedder import BATCH, WordEmbedder

DOCUMENT, CLUSTERING = TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING
BOTH, SILENT = Order(), Silent()
NAMES = ["small.word-counts.7.retrieval-document", "small.word-counts.7.clustering"]
POSTS = many_posts(4 * BATCH)
WITH_A_REFUSED = [*POSTS[:5], replace(POSTS[5], text="puck refused"), *POSTS[6:]]


class SubjectEmbedder(WordEmbedder):
    """Is sent the subject before the text of a document."""

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        return f"{subject}: {text}" if task_type == DOCUMENT else text


class InterruptedWriting:
    """Is interrupted, as by Ctrl-C, once the first page is written."""

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        yield self._interrupt if name == "write" else ignore

    def _interrupt(self, n_done: int, standing: str = "") -> None:
        raise KeyboardInterrupt


class Kept(NamedTuple):
    """A store that a test which changes it copies first, and the summary of the ingest that made it."""

    store: Path
    summary: Summary


@contextmanager
def small_pages() -> Iterator[None]:
    """Let a page be a batch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "PAGE", BATCH)
        yield


@pytest.fixture(autouse=True)
def _small_pages() -> Iterator[None]:
    with small_pages():
        yield


def run(
    store: Store,
    embedder: Embedder,
    posts: Sequence[Post] = POSTS,
    progress: Progress = SILENT,
    order: Order = BOTH,
) -> Summary:
    return ingest(Corpus("small", "memory", list(posts)), order, embedder, store, progress)


def posts_of(store: Store) -> list[list[Post]]:
    return [store.collection(name).posts() for name in NAMES]


@pytest.fixture(scope="module")
def stop(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """An ingest that had to stop after three batches of eight: two for documents, one for clusters."""
    path = tmp_path_factory.mktemp("stopped") / "store"
    with small_pages(), Store(path, create=True) as store, pytest.raises(StoppedIngestError) as stopped:
        run(store, FailingEmbedder(3, has_task_types=True))
    return Kept(path, stopped.value.summary)


@pytest.fixture
def store(site: Site) -> Iterator[Store]:
    """A new, empty store."""
    with site.open() as store:
        yield store


@pytest.fixture
def stopped(stop: Kept, site: Site) -> Iterator[Store]:
    """The same store, or the same ingest into a server."""
    if site.url is None:
        shutil.copytree(stop.store, site.path)
    with site.open() as store:
        if site.url:
            with pytest.raises(StoppedIngestError):
                run(store, FailingEmbedder(3, has_task_types=True))
        yield store


def test_when_embedding_stops_both_task_types_have_come_about_equally_far(stopped: Store) -> None:
    assert posts_of(stopped) == [POSTS[: 2 * BATCH], POSTS[:BATCH]]


def test_when_embedding_stops_the_collections_say_what_they_hold_and_that_it_is_not_all(stopped: Store) -> None:
    manifests = {manifest.collection: manifest for manifest in stopped.manifests()}
    assert [manifests[name].n_posts for name in NAMES] == [2 * BATCH, BATCH]
    assert not any(manifest.complete for manifest in manifests.values())
    for name in NAMES:
        assert manifests[name].fingerprint == fingerprint(stopped.collection(name).content_hashes())


def test_a_store_whose_ingest_stopped_does_not_hold_the_corpus_yet(stopped: Store) -> None:
    assert not holds_posts(stopped, "small")


def test_a_verification_says_that_an_ingest_stopped_and_finds_nothing_else(stopped: Store) -> None:
    assert faults_of(stopped) == [["its ingest was not finished: run the same ingest again"]] * 2


def test_after_a_stop_the_next_run_embeds_only_the_rest(stopped: Store) -> None:
    embedder = WordEmbedder(has_task_types=True)
    summary = run(stopped, embedder)
    assert (summary.n_embedded, summary.n_written) == (5 * BATCH, 3 * BATCH)
    assert posts_of(stopped) == [POSTS, POSTS]
    assert holds_posts(stopped, "small")
    assert faults_of(stopped) == [[], []]


def test_the_summary_of_a_stopped_ingest_tells_why_and_how_far_it_came(stop: Kept) -> None:
    summary = stop.summary
    assert summary.error == "The quota of the day is used up: go on tomorrow."
    assert (summary.n_posts, summary.n_embedded, summary.n_written) == (4 * BATCH, 3 * BATCH, 2 * BATCH)
    assert summary.collections == NAMES


def test_an_interrupted_ingest_sends_nothing_after_the_batch_that_is_on_its_way(store: Store) -> None:
    embedder = InterruptedEmbedder()
    with pytest.raises(KeyboardInterrupt):
        run(store, embedder)
    assert embedder.texts == [post.text for post in POSTS[: 2 * BATCH]]


def test_an_interrupted_ingest_keeps_the_batch_that_is_on_its_way(store: Store) -> None:
    embedder = InterruptedEmbedder()
    with pytest.raises(KeyboardInterrupt):
        run(store, embedder)
    assert store.cache.missing(Space("word-counts", 7, ""), embedder.texts) == []
    assert len(embedder.texts) >= 2 * BATCH


def test_a_collection_that_was_complete_is_not_while_posts_are_added(store: Store) -> None:
    run(store, WordEmbedder(), POSTS[:1])
    was_held = holds_posts(store, "small")
    with pytest.raises(KeyboardInterrupt):
        run(store, WordEmbedder(), progress=InterruptedWriting())
    assert (was_held, holds_posts(store, "small")) == (True, False)


@pytest.fixture(scope="module")
def refusal(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """An ingest of which one text was refused."""
    path = tmp_path_factory.mktemp("refused") / "store"
    with small_pages(), Store(path, create=True) as store:
        return Kept(path, run(store, RefusingEmbedder("refused", has_task_types=True), WITH_A_REFUSED))


@pytest.fixture
def without_the_refused(refusal: Kept, site: Site) -> Iterator[Store]:
    """The same store, or the same ingest into a server."""
    if site.url is None:
        shutil.copytree(refusal.store, site.path)
    with site.open() as store:
        if site.url:
            run(store, RefusingEmbedder("refused", has_task_types=True), WITH_A_REFUSED)
        yield store


def test_a_post_that_is_refused_is_named_and_the_others_counted(refusal: Kept) -> None:
    summary = refusal.summary
    assert summary.refused == ["train/sci.med/5: not this one"]
    assert (summary.n_posts, summary.n_written) == (len(POSTS), len(POSTS) - 1)
    assert summary.n_embedded == 2 * (len(POSTS) - 1)


def test_a_post_that_is_refused_is_left_out_of_every_collection(without_the_refused: Store) -> None:
    assert posts_of(without_the_refused) == [[*POSTS[:5], *POSTS[6:]]] * 2
    assert faults_of(without_the_refused) == [[], []]


def test_collections_that_only_a_refused_post_is_missing_from_are_complete(without_the_refused: Store) -> None:
    assert holds_posts(without_the_refused, "small")


def test_a_refused_text_is_named_again_and_not_asked_for_again(without_the_refused: Store) -> None:
    embedder = RefusingEmbedder("refused", has_task_types=True)
    summary = run(without_the_refused, embedder, WITH_A_REFUSED)
    assert summary.refused == ["train/sci.med/5: not this one"]
    assert (embedder.n_requests, summary.n_embedded, summary.n_written) == (0, 0, 0)


def test_with_replace_a_refused_text_is_asked_for_again(without_the_refused: Store) -> None:
    embedder = WordEmbedder(has_task_types=True)
    summary = run(without_the_refused, embedder, WITH_A_REFUSED, order=Order(replace=True))
    assert (embedder.texts, summary.refused) == (["puck refused"] * 2, [])
    assert posts_of(without_the_refused) == [[*POSTS[:5], *POSTS[6:], WITH_A_REFUSED[5]]] * 2


def test_what_is_stored_of_a_post_goes_when_its_new_text_is_refused(store: Store) -> None:
    run(store, WordEmbedder(), POSTS)
    run(store, RefusingEmbedder("refused"), WITH_A_REFUSED)
    assert posts_of(store) == [[*POSTS[:5], *POSTS[6:]]] * 2


def test_what_is_stored_of_a_post_goes_when_its_new_text_was_refused_before(without_the_refused: Store) -> None:
    for posts in (POSTS, WITH_A_REFUSED):
        run(without_the_refused, WordEmbedder(has_task_types=True), posts)
    assert posts_of(without_the_refused) == [[*POSTS[:5], *POSTS[6:]]] * 2


def test_where_all_is_refused_the_ingest_stops_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(StoppedIngestError, match="not this one"):
        run(store, RefusingEmbedder("orbit", HARMLESS))
    assert posts_of(store) == [[], []]


def test_equal_texts_are_embedded_once_across_pages_and_task_types(store: Store) -> None:
    posts = [replace(post, text="orbit" if row % 2 else post.text) for row, post in enumerate(POSTS)]
    embedder = WordEmbedder()
    assert run(store, embedder, posts).n_embedded == 1 + len(POSTS) // 2
    assert sorted(embedder.texts) == sorted({post.text for post in posts})
    assert posts_of(store) == [posts, posts]


def test_an_embedder_with_task_types_embeds_each_text_once_for_each(store: Store) -> None:
    embedder = WordEmbedder(has_task_types=True)
    assert run(store, embedder, [replace(post, text="orbit") for post in POSTS]).n_embedded == 2
    assert embedder.texts == ["orbit", "orbit"]


def test_where_the_subject_is_sent_texts_are_known_by_both(store: Store) -> None:
    posts = [replace(POSTS[row], text="orbit", subject="launch" if row < 2 else "landing") for row in range(3)]
    embedder = SubjectEmbedder(has_task_types=True)
    assert run(store, embedder, posts).n_embedded == 3
    assert sorted(embedder.texts) == ["landing: orbit", "launch: orbit", "orbit"]
    assert posts_of(store) == [posts, posts]


def test_a_changed_subject_is_embedded_only_where_it_is_sent(store: Store) -> None:
    run(store, SubjectEmbedder(has_task_types=True), POSTS[:3])
    posts = [replace(POSTS[0], subject="launch"), *POSTS[1:3]]
    embedder = SubjectEmbedder(has_task_types=True)
    summary = run(store, embedder, posts)
    assert (embedder.texts, summary.n_embedded, summary.n_written) == (["launch: orbit 0"], 1, 1)
    assert posts_of(store) == [posts, posts]


def test_a_vector_is_that_of_its_text_whichever_page_it_is_in(store: Store) -> None:
    run(store, WordEmbedder())
    expected = WordEmbedder().embed([post.text for post in POSTS], CLUSTERING)
    np.testing.assert_allclose(store.collection(NAMES[1]).vectors(), expected, atol=1e-6)
