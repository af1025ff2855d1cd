"""The query trial: what the task type of queries buys, on posts of two newsgroups that share no word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer import Explorer
from explorer.query_trial import QueryBill, QueryComparison, thread_of
from ingest.embedders import EMBEDDERS, TaskType
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from tests.explorers import fill
from tests.word_embedder import WordEmbedder

N_OF_EACH = 12  # the second of each newsgroup answers the first
N_THREADS = 2 * (N_OF_EACH - 1)
ORBIT, GOAL = 0, 2  # axes


class QueryMinded(WordEmbedder):
    """Takes one newsgroup's questions for the other's where they are embedded as documents."""

    def __init__(self) -> None:
        super().__init__(has_task_types=True)
        self.is_asked = False
        self.usable = True

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        vectors = super().embed(texts, task_type)
        if self.is_asked and task_type == TaskType.RETRIEVAL_DOCUMENT:
            vectors[:, [ORBIT, GOAL]] = vectors[:, [GOAL, ORBIT]]
        if not self.usable:
            vectors[np.array(texts) == "orbit 5"] = np.nan
        return vectors


def post_of(newsgroup: str, word: str, number: int) -> Post:
    subject = f"Re: {word} 0" if number == 1 else f"{word} {number}"
    return Post(f"train/{newsgroup}/{number}", newsgroup, "train", subject, f"{word} text {number}")


def two_newsgroups() -> Corpus:
    words = {"sci.space": "orbit", "rec.sport.hockey": "goal"}
    posts = [post_of(newsgroup, word, number) for newsgroup, word in words.items() for number in range(N_OF_EACH)]
    return Corpus("two", "memory", posts)


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> QueryMinded:
    embedder = QueryMinded()
    monkeypatch.setitem(EMBEDDERS, embedder.name, lambda *_: embedder)
    return embedder


@pytest.fixture
def folder(tmp_path: Path, embedder: QueryMinded) -> Path:
    folder = fill(tmp_path / "store", two_newsgroups(), embedder)
    embedder.embedded.clear()
    embedder.is_asked = True
    return folder


@pytest.fixture
def explorer(folder: Path) -> Iterator[Explorer]:
    with Explorer.open(folder) as explorer:
        yield explorer


def test_the_task_type_of_queries_is_set_beside_that_of_documents(explorer: Explorer) -> None:
    found = explorer.compare_queries()

    assert found == QueryComparison(N_THREADS, 10, as_query=1.0, as_document=0.0, has_task_types=True)
    assert found.gain == 1.0


def test_what_would_be_embedded_is_told_before_and_what_is_embedded_while_it_goes_on(explorer: Explorer) -> None:
    told: list[int] = []

    assert explorer.bill_for_queries() == QueryBill(N_THREADS, 2 * N_THREADS, usd=0.0)
    explorer.compare_queries(progress=told.append)
    assert sum(told) == 2 * N_THREADS
    assert explorer.bill_for_queries().n_texts == 0


def test_in_the_next_session_nothing_is_embedded(explorer: Explorer, folder: Path, embedder: QueryMinded) -> None:
    first = explorer.compare_queries()
    explorer.close()
    embedder.embedded.clear()

    with Explorer.open(folder) as again:
        assert again.compare_queries() == first
    assert embedder.texts == []


def test_what_is_embedded_when_it_is_canceled_is_kept(explorer: Explorer, embedder: QueryMinded) -> None:
    def cancel(n_texts: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explorer.compare_queries(progress=cancel)

    assert explorer.bill_for_queries().n_texts == 2 * N_THREADS - len(embedder.texts) < 2 * N_THREADS


def test_a_question_that_the_model_makes_nothing_of_is_left_out(explorer: Explorer, embedder: QueryMinded) -> None:
    embedder.usable = False

    assert explorer.compare_queries().n_questions == N_THREADS - 1


def test_a_model_without_task_types_is_asked_once(explorer_of_words: Explorer, words: WordEmbedder) -> None:
    found = explorer_of_words.compare_queries()

    assert (found.has_task_types, found.gain) == (False, 0.0)
    assert len(words.texts) == found.n_questions


def test_posts_without_subjects_ask_nothing(tmp_path: Path, words: WordEmbedder) -> None:
    posts = [Post("a", "sci.space", "train", "", "orbit"), Post("b", "sci.space", "train", "Re: ", "rocket")]
    folder = fill(tmp_path / "mute", Corpus("mute", "memory", posts), words)
    with Explorer.open(folder) as explorer, pytest.raises(UserError, match="No post of mute has a subject"):
        explorer.bill_for_queries()


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """An embedder without task types."""
    words = WordEmbedder()
    monkeypatch.setitem(EMBEDDERS, words.name, lambda *_: words)
    return words


@pytest.fixture
def explorer_of_words(tmp_path: Path, words: WordEmbedder) -> Iterator[Explorer]:
    with Explorer.open(fill(tmp_path / "words", two_newsgroups(), words)) as explorer:
        words.embedded.clear()
        yield explorer


@pytest.mark.parametrize(
    ("subject", "thread"),
    [
        ("Hubble's mirror", "Hubble's mirror"),
        ("Re: Hubble's mirror", "Hubble's mirror"),
        ("RE: re:  Hubble's\tmirror ", "Hubble's mirror"),
        ("Fwd: Re[2]: Hubble's mirror", "Hubble's mirror"),
        ("Red: a color", "Red: a color"),
        ("Re:", ""),
    ],
)
def test_a_reply_is_of_the_thread_that_it_answers(subject: str, thread: str) -> None:
    assert thread_of(subject) == thread
