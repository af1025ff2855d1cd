"""The pipeline: pages are written as they are embedded, and whatever stops the embedding leaves whole collections."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest import changes
from ingest.embedders import Embedder, TaskType
from ingest.embedders.faults import RefusedError
from ingest.embedding_cache import Space
from ingest.embedding_queue import HARMLESS
from ingest.errors import UserError
from ingest.job import Summary, holds_posts, ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Advance, Progress, Silent, ignore
from ingest.store import Store
from ingest.verification import verify
from tests.failing_embedders import FailingEmbedder, InterruptedEmbedder, RefusingEmbedder
from tests.stores import many_posts
from tests.word_embedder import BATCH, WordEmbedder

DOCUMENT, CLUSTERING = TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING
NAMES = ["small.word-counts.7.retrieval-document", "small.word-counts.7.clustering"]
POSTS = many_posts(4 * BATCH)


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


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page be a batch."""
    monkeypatch.setattr(changes, "PAGE", BATCH)


def run(store: Store, embedder: Embedder, posts: Sequence[Post] = POSTS, progress: Progress | None = None) -> Summary:
    return ingest(Corpus("small", "memory", list(posts)), Order(), embedder, store, progress or Silent())


def posts_of(store: Store) -> list[list[Post]]:
    return [store.collection(name).posts() for name in NAMES]


def faults_of(store: Store) -> list[list[str]]:
    return [verdict.faults for verdict in verify(store, None, Silent())]


@pytest.fixture(scope="module")
def stopped_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose ingest came to its end after three batches of eight: two for documents, one for clusters."""
    path = tmp_path_factory.mktemp("stopped") / "store"
    with pytest.MonkeyPatch.context() as patch, Store(path, create=True) as store:
        patch.setattr(changes, "PAGE", BATCH)
        with pytest.raises(UserError, match="The quota of the day is used up: go on tomorrow"):
            run(store, FailingEmbedder(3, has_task_types=True))
    return path


@pytest.fixture
def stopped(stopped_folder: Path, path: Path) -> Iterator[Store]:
    with Store(shutil.copytree(stopped_folder, path)) as store:
        yield store


def test_when_embedding_stops_both_task_types_have_come_about_equally_far(stopped: Store) -> None:
    assert posts_of(stopped) == [POSTS[: 2 * BATCH], POSTS[:BATCH]]


def test_when_embedding_stops_what_was_written_is_whole_and_sound(stopped: Store) -> None:
    assert holds_posts(stopped, "small")
    assert faults_of(stopped) == [[], []]


def test_after_a_stop_the_next_run_embeds_only_the_rest(stopped: Store) -> None:
    embedder = WordEmbedder(has_task_types=True)
    assert run(stopped, embedder).n_embedded == 5 * BATCH
    assert posts_of(stopped) == [POSTS, POSTS]
    assert faults_of(stopped) == [[], []]


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


def test_a_collection_that_was_whole_is_not_while_posts_are_added(store: Store) -> None:
    run(store, WordEmbedder(), POSTS[:1])
    was_held = holds_posts(store, "small")
    with pytest.raises(KeyboardInterrupt):
        run(store, WordEmbedder(), progress=InterruptedWriting())
    assert (was_held, holds_posts(store, "small")) == (True, False)


@pytest.fixture
def with_a_refused_post(store: Store) -> Summary:
    """What came of an ingest of which one text was refused."""
    posts = [replace(post, text="puck refused") if row == 5 else post for row, post in enumerate(POSTS)]
    return run(store, RefusingEmbedder("refused", has_task_types=True), posts)


def test_a_post_that_is_refused_is_named_and_the_others_counted(with_a_refused_post: Summary) -> None:
    assert with_a_refused_post.refused == ["train/sci.med/5: not this one"]
    assert (with_a_refused_post.n_posts, with_a_refused_post.n_written) == (len(POSTS), len(POSTS) - 1)
    assert with_a_refused_post.n_embedded == 2 * (len(POSTS) - 1)


@pytest.mark.usefixtures("with_a_refused_post")
def test_a_post_that_is_refused_is_left_out_of_every_collection(store: Store) -> None:
    assert posts_of(store) == [[*POSTS[:5], *POSTS[6:]]] * 2
    assert faults_of(store) == [[], []]


def test_where_all_is_refused_the_refusal_is_raised_and_nothing_written(store: Store) -> None:
    with pytest.raises(RefusedError, match="not this one"):
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
