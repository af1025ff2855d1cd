"""The embedding queue: batches sent several at once, each kept as it arrives, and refused texts found among others."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ingest.bars import ConsoleProgress
from ingest.embedders import TaskType
from ingest.embedders.faults import RefusedError
from ingest.embedding_cache import EmbeddingCache, Space, sha256_of
from ingest.embedding_queue import HARMLESS, EmbeddingQueue, Spent
from ingest.errors import UserError
from ingest.progress import Silent, ignore
from tests.failing_embedders import FailingEmbedder, InterruptedEmbedder, RefusingEmbedder
from tests.word_embedder import BATCH, WordEmbedder

SPACE = Space(WordEmbedder.model, WordEmbedder.dimensions, "")
CLUSTERING = TaskType.CLUSTERING
TEXTS = [f"orbit {number}" for number in range(3 * BATCH)]


class MeetingEmbedder(WordEmbedder):
    """Ends no batch before three of them have begun."""

    n_at_once = 3

    def __init__(self) -> None:
        super().__init__()
        self._all_here = threading.Barrier(3)

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        self._all_here.wait(timeout=10)
        return super().embed(texts, task_type)


class StuckEmbedder(WordEmbedder):
    """Ends no batch before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = threading.Event()

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        self.may_end.wait(timeout=10)
        return super().embed(texts, task_type)


class StuckAndRefusing(RefusingEmbedder):
    """Ends no batch before it is told to, and then refuses it."""

    def __init__(self, *words: str) -> None:
        super().__init__(*words)
        self.may_end = threading.Event()

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        self.may_end.wait(timeout=10)
        return super().embed(texts, task_type)


class BrokenEmbedder(WordEmbedder):
    """Fails at every batch, and counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.n_requests = 0

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        self.n_requests += 1
        raise UserError(f"Fault {self.n_requests}.")


class StoppableEmbedder(WordEmbedder):
    """Fails at its first batch, and with a word of its own at the second, which waits until it is told to stop."""

    n_at_once = 2

    def __init__(self) -> None:
        super().__init__()
        self._stopped = threading.Event()

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if TEXTS[0] in texts:
            raise UserError("The key is wrong.")
        raise UserError("Stopped." if self._stopped.wait(timeout=10) else "Nobody said stop.")

    def stop(self) -> None:
        self._stopped.set()


class PricedEmbedder(WordEmbedder):
    usd_per_million_tokens = 500_000.0


class UnpricedEmbedder(WordEmbedder):
    usd_per_million_tokens = None  # type: ignore[assignment]


class UnreadyEmbedder(WordEmbedder):
    def require_ready(self) -> None:
        raise UserError("There is no key: set one.")


class PairsAtMost(WordEmbedder):
    """Refuses batches of more than two texts, whatever is in them."""

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if len(texts) > 2:
            raise RefusedError("too many at once")
        return super().embed(texts, task_type)


class LargeBatches(RefusingEmbedder):
    """Takes all texts as one batch."""

    def batches(self, texts: Sequence[str]) -> list[list[str]]:
        return [list(texts)] if texts else []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "embeddings.sqlite3"


@pytest.fixture
def cache(path: Path) -> Iterator[EmbeddingCache]:
    with EmbeddingCache(path) as cache:
        yield cache


def embed(embedder: WordEmbedder, cache: EmbeddingCache, texts: Sequence[str] = TEXTS) -> EmbeddingQueue:
    with EmbeddingQueue(embedder, cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, texts, ignore)
        running.wait_for(SPACE, texts)
    return running


def kept(cache: EmbeddingCache, texts: Sequence[str] = TEXTS) -> list[str]:
    missing = cache.missing(SPACE, texts)
    return [text for text in texts if text not in missing]


def refused(cache: EmbeddingCache, texts: Sequence[str]) -> dict[str, str]:
    """Return why texts were refused, by those that were."""
    reasons = cache.refusals(SPACE, [sha256_of(text) for text in texts])
    return {text: reasons[sha256_of(text)] for text in texts if sha256_of(text) in reasons}


def test_each_text_gets_its_own_vector_whichever_batch_ends_first(cache: EmbeddingCache) -> None:
    texts = [f"{'goal ' * number}orbit" for number in range(3 * BATCH)]
    embed(MeetingEmbedder(), cache, texts)
    vectors = cache.vectors(SPACE, [sha256_of(text) for text in texts])
    np.testing.assert_array_equal(vectors, WordEmbedder().embed(texts, CLUSTERING))


def test_no_more_batches_are_embedded_at_once_than_the_embedder_takes(cache: EmbeddingCache) -> None:
    stuck = StuckEmbedder()
    with EmbeddingQueue(stuck, cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, TEXTS, ignore)
        n_at_work = sum(thread.name.startswith("embed") for thread in threading.enumerate())
        stuck.may_end.set()
        running.wait_for(SPACE, TEXTS)
    assert n_at_work == stuck.n_at_once == 1


def test_some_texts_can_be_waited_for_while_others_are_on_their_way(cache: EmbeddingCache) -> None:
    stuck = StuckEmbedder()
    with EmbeddingQueue(WordEmbedder(), cache, Silent()) as first, EmbeddingQueue(stuck, cache, Silent()) as second:
        first.add(SPACE, CLUSTERING, TEXTS[:BATCH], ignore)
        second.add(SPACE, CLUSTERING, TEXTS[BATCH:], ignore)
        first.wait_for(SPACE, TEXTS[:BATCH])
        was_kept = kept(cache)
        stuck.may_end.set()
    assert was_kept == TEXTS[:BATCH]


def test_texts_that_were_never_added_are_not_waited_for(cache: EmbeddingCache) -> None:
    with EmbeddingQueue(WordEmbedder(), cache, Silent()) as running:
        running.wait_for(SPACE, TEXTS)
    assert kept(cache) == []


def test_progress_is_told_by_texts(cache: EmbeddingCache) -> None:
    told: list[tuple[int, str]] = []
    with EmbeddingQueue(WordEmbedder(), cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, TEXTS[:6], lambda n_done, standing="": told.append((n_done, standing)))
        running.wait_for(SPACE, TEXTS[:6])
    assert told == [(4, ""), (2, "")]


def test_progress_tells_the_bill_where_there_is_one(cache: EmbeddingCache) -> None:
    told: list[str] = []
    with EmbeddingQueue(PricedEmbedder(), cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, ["orbit"], lambda n_done, standing="": told.append(standing))
        running.wait_for(SPACE, ["orbit"])
    assert told == ["0.00M tokens, 1.00 USD"]


@pytest.mark.parametrize(
    ("embedder", "usd"), [(WordEmbedder(), 0.0), (PricedEmbedder(), 1.5), (UnpricedEmbedder(), None)]
)
def test_what_is_spent_is_counted(cache: EmbeddingCache, embedder: WordEmbedder, usd: float | None) -> None:
    # Five bytes and four: two tokens of four bytes, and one.
    assert embed(embedder, cache, ["orbit", "goal"]).spent == Spent(2, 3, usd)


def test_an_embedder_that_is_not_ready_is_told_before_anything_is_sent(cache: EmbeddingCache) -> None:
    with EmbeddingQueue(UnreadyEmbedder(), cache, Silent()) as running, pytest.raises(UserError, match="no key"):
        running.add(SPACE, CLUSTERING, TEXTS, ignore)


def test_an_embedder_that_is_not_needed_need_not_be_ready(cache: EmbeddingCache) -> None:
    embed(UnreadyEmbedder(), cache, [])


def test_a_fault_is_raised_to_whoever_waits_for_its_texts(cache: EmbeddingCache) -> None:
    with EmbeddingQueue(FailingEmbedder(1), cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, TEXTS, ignore)
        running.wait_for(SPACE, TEXTS[:BATCH])
        with pytest.raises(UserError, match="quota of the day"):
            running.wait_for(SPACE, TEXTS[BATCH:])


def test_after_a_fault_no_batch_is_sent_that_waits(cache: EmbeddingCache) -> None:
    broken = BrokenEmbedder()
    with pytest.raises(UserError, match="Fault 1"):
        embed(broken, cache)
    assert broken.n_requests == 1


def test_after_embeddings_that_cannot_be_kept_no_batch_is_sent_that_waits(cache: EmbeddingCache, path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE embeddings")
    embedder = WordEmbedder()
    with pytest.raises(UserError, match=r"The embedding cache .* cannot be used"):
        embed(embedder, cache)
    assert embedder.texts == TEXTS[:BATCH]


def test_whoever_waits_is_told_the_first_fault_and_not_what_it_led_to(cache: EmbeddingCache) -> None:
    with EmbeddingQueue(StoppableEmbedder(), cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, TEXTS, ignore)
        for text in (TEXTS[-1], TEXTS[BATCH], TEXTS[0]):
            with pytest.raises(UserError, match=r"^The key is wrong\.$"):
                running.wait_for(SPACE, [text])


def test_what_was_embedded_before_a_fault_is_kept(cache: EmbeddingCache) -> None:
    with pytest.raises(UserError):
        embed(FailingEmbedder(2), cache)
    assert kept(cache) == TEXTS[: 2 * BATCH]


def test_a_batch_that_is_on_its_way_when_the_process_is_interrupted_is_kept(cache: EmbeddingCache) -> None:
    with pytest.raises(KeyboardInterrupt):
        embed(InterruptedEmbedder(), cache)
    assert kept(cache) == TEXTS[: 2 * BATCH]


def test_after_a_stop_nothing_more_is_sent(cache: EmbeddingCache) -> None:
    stuck = StuckEmbedder()
    with EmbeddingQueue(stuck, cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, TEXTS, ignore)
        threading.Timer(0.1, stuck.may_end.set).start()
        began = time.monotonic()
        running.stop()
        took = time.monotonic() - began
    assert (len(stuck.embedded), kept(cache)) == (1, TEXTS[:BATCH])
    assert took < stuck.seconds_to_answer / 2


def test_after_a_stop_no_refused_text_is_looked_for(cache: EmbeddingCache) -> None:
    stuck = StuckAndRefusing("orbit")
    with EmbeddingQueue(stuck, cache, Silent()) as running:
        running.add(SPACE, CLUSTERING, TEXTS, ignore)
        threading.Timer(0.1, stuck.may_end.set).start()
        running.stop()
    assert (stuck.n_requests, refused(cache, TEXTS)) == (1, {})


def test_what_does_not_arrive_is_waited_for_no_longer_than_an_answer_takes_which_is_shown(
    cache: EmbeddingCache,
) -> None:
    stuck, progress = StuckEmbedder(), ConsoleProgress()
    stuck.seconds_to_answer = 0.1
    with EmbeddingQueue(stuck, cache, progress) as running:
        running.add(SPACE, CLUSTERING, TEXTS, ignore)
        running.stop()
        stuck.may_end.set()
    assert 0.1 <= progress.seconds["wait for answers"] < 5.0


def test_refused_texts_are_found_and_all_others_embedded(cache: EmbeddingCache) -> None:
    texts = [*TEXTS[:5], "puck", *TEXTS[5:], "another puck"]
    embed(RefusingEmbedder("puck"), cache, texts)
    assert refused(cache, texts) == {"puck": "not this one", "another puck": "not this one"}
    assert kept(cache, texts) == TEXTS


def test_a_batch_of_nothing_but_refused_texts_is_refused_whole(cache: EmbeddingCache) -> None:
    texts = [f"puck {number}" for number in range(BATCH)]
    embed(RefusingEmbedder("puck"), cache, texts)
    assert list(refused(cache, texts)) == texts
    assert kept(cache, texts) == []


def test_where_only_the_batch_is_refused_its_texts_are_embedded(cache: EmbeddingCache) -> None:
    embed(PairsAtMost(), cache)
    assert (kept(cache), refused(cache, TEXTS)) == (TEXTS, {})


def test_refused_texts_are_not_counted_as_embedded(cache: EmbeddingCache) -> None:
    assert embed(RefusingEmbedder("puck"), cache, ["puck", *TEXTS]).spent.n_texts == len(TEXTS)


@pytest.mark.parametrize("row", [0, 31, 63])
def test_a_refused_text_among_64_costs_a_bounded_number_of_requests(cache: EmbeddingCache, row: int) -> None:
    texts = [f"orbit {number}" for number in range(64)]
    texts[row] = "puck"
    embedder = LargeBatches("puck")
    embed(embedder, cache, texts)
    assert list(refused(cache, texts)) == ["puck"]
    # The batch, the harmless text, and both halves of each of 64, 32, 16, 8, 4 and 2 texts.
    assert embedder.n_requests == 1 + 1 + 2 * 6


def test_a_refused_text_alone_costs_two_requests(cache: EmbeddingCache) -> None:
    embedder = RefusingEmbedder("puck")
    embed(embedder, cache, ["puck"])
    assert embedder.n_requests == 2


def test_where_a_harmless_text_is_refused_too_the_refusal_is_raised(cache: EmbeddingCache) -> None:
    embedder = RefusingEmbedder("puck", HARMLESS)
    with pytest.raises(RefusedError, match="not this one"):
        embed(embedder, cache, [*TEXTS[:2], "puck"])
    assert embedder.n_requests == 2


def test_where_a_harmless_text_is_refused_too_no_text_is_blamed(cache: EmbeddingCache) -> None:
    with pytest.raises(RefusedError):
        embed(RefusingEmbedder("puck", HARMLESS), cache, ["puck"])
    assert refused(cache, ["puck"]) == {}
