"""The estimate: counts, cost and durations that can be worked out by hand, and nothing sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Limits
from ingest.embedders.tiers import TIERS
from ingest.embedding_cache import EmbeddingCache, Space
from ingest.errors import UserError
from ingest.estimate import Estimate, days_within, estimate, minutes_within, require_affordable
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Silent
from ingest.store import Store
from tests.gemini_server import GeminiServer
from tests.word_embedder import WordEmbedder

DOCUMENT, CLUSTERING = TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING
SPACE = Space("gemini-embedding-001", 768, CLUSTERING)
HUNDRED_TOKENS = "x" * 400


@pytest.fixture
def cache() -> Iterator[EmbeddingCache]:
    with EmbeddingCache(Path(":memory:")) as cache:
        yield cache


def asking(*task_types: TaskType) -> Order:
    return Order(task_types=task_types)


def posts_of(*texts: str, subject: str = "") -> list[Post]:
    return [Post(f"train/any/{number}", "any", "train", subject, text) for number, text in enumerate(texts)]


def estimate_of(n_texts: int, n_tokens: int, usd: float | None = 0.0) -> Estimate:
    return Estimate(CLUSTERING, n_texts, n_texts, 0, n_tokens, 1, usd)


def put(cache: EmbeddingCache, *texts: str) -> None:
    cache.put(SPACE, texts, np.ones((len(texts), 768), np.float32))


class TestCounts:
    def test_everything_is_to_be_sent_at_first(self, cache: EmbeddingCache) -> None:
        posts = posts_of(*(f"{number:03d}".ljust(400, "x") for number in range(150)))

        (one,) = estimate(posts, asking(CLUSTERING), GeminiEmbedder(), cache)

        # 150 texts of 100 tokens, at most 100 texts a request, 0.15 USD for a million tokens.
        assert (one.n_posts, one.n_texts, one.n_cached, one.n_to_embed) == (150, 150, 0, 150)
        assert (one.n_tokens, one.n_requests, one.usd) == (15_000, 2, pytest.approx(0.00225))

    def test_a_text_that_posts_share_is_sent_once(self, cache: EmbeddingCache) -> None:
        (one,) = estimate(posts_of("a", "b", "a"), asking(CLUSTERING), GeminiEmbedder(), cache)

        assert (one.n_posts, one.n_texts, one.n_tokens) == (3, 2, 2)

    def test_what_is_cached_costs_nothing(self, cache: EmbeddingCache) -> None:
        put(cache, "a", HUNDRED_TOKENS)

        (one,) = estimate(posts_of("a", HUNDRED_TOKENS, "new"), asking(CLUSTERING), GeminiEmbedder(), cache)

        assert (one.n_texts, one.n_cached, one.n_to_embed, one.n_tokens, one.n_requests) == (3, 2, 1, 1, 1)

    def test_what_was_refused_is_not_sent_again(self, cache: EmbeddingCache) -> None:
        cache.refuse(SPACE, "a", "not this one")

        (one,) = estimate(posts_of("a", "b"), asking(CLUSTERING), GeminiEmbedder(), cache)

        assert (one.n_texts, one.n_cached, one.n_to_embed, one.n_tokens) == (2, 1, 1, 1)

    def test_where_all_is_cached_there_is_nothing_to_send(self, cache: EmbeddingCache) -> None:
        put(cache, "a")

        (one,) = estimate(posts_of("a"), asking(CLUSTERING), GeminiEmbedder(), cache)

        assert (one.n_to_embed, one.n_tokens, one.n_requests, one.usd) == (0, 0, 0, 0.0)

    def test_another_task_type_is_paid_for_by_itself(self, cache: EmbeddingCache) -> None:
        put(cache, "a")

        document, clustering = estimate(posts_of("a"), asking(DOCUMENT, CLUSTERING), GeminiEmbedder(), cache)

        assert (document.n_to_embed, clustering.n_to_embed) == (1, 0)

    def test_but_not_where_task_types_make_no_difference(self, cache: EmbeddingCache) -> None:
        first, second = estimate(posts_of("a", "b"), asking(DOCUMENT, CLUSTERING), WordEmbedder(), cache)

        assert (first.n_to_embed, second.n_to_embed, second.n_cached, second.n_tokens) == (2, 0, 2, 0)

    def test_what_the_second_model_is_told_beside_the_text_counts(self, cache: EmbeddingCache) -> None:
        embedder = GeminiEmbedder("gemini-embedding-2")

        document, clustering = estimate(posts_of("abcd", subject="efgh"), asking(DOCUMENT, CLUSTERING), embedder, cache)

        # "title: efgh | text: abcd" has 24 bytes, "task: clustering | query: abcd" has 30.
        assert (document.n_tokens, clustering.n_tokens) == (6, 8)

    def test_it_is_what_an_ingest_then_sends(self, server: GeminiServer, store: Store) -> None:
        posts = posts_of(*(f"text {number}" for number in range(120)), "text 7")
        embedder = GeminiEmbedder()
        (one,) = estimate(posts, asking(CLUSTERING), embedder, store.cache)

        corpus, order = Corpus("small", "memory", posts), Order(task_types=(CLUSTERING,))
        summary = ingest(corpus, order, embedder, store, Silent())

        assert (one.n_to_embed, one.n_requests) == (server.n_texts, server.n_requests) == (120, 2)
        assert (summary.n_embedded, summary.n_tokens, summary.usd) == (120, one.n_tokens, one.usd)


class TestCost:
    def test_a_million_tokens_cost_what_the_price_says(self, cache: EmbeddingCache) -> None:
        posts = posts_of(*(f"{number:04d}" + "x" * 3_996 for number in range(1_000)))

        (one,) = estimate(posts, asking(CLUSTERING), GeminiEmbedder(), cache)

        assert (one.n_tokens, one.usd) == (1_000_000, pytest.approx(0.15))

    def test_nobody_knows_what_an_unknown_model_costs(self, cache: EmbeddingCache) -> None:
        (one,) = estimate(posts_of("a"), asking(CLUSTERING), GeminiEmbedder("gemini-embedding-9"), cache)

        assert one.usd is None

    def test_what_could_cost_no_more_than_is_allowed_is_affordable(self) -> None:
        # The true number of tokens can be one and a half times the estimated.
        require_affordable([estimate_of(1, 1, 0.25), estimate_of(1, 1, 0.5)], 1.125)

    def test_all_task_types_together_must_be(self) -> None:
        with pytest.raises(UserError) as caught:
            require_affordable([estimate_of(1, 1, 0.25), estimate_of(1, 1, 0.75)], 1.4)

        assert str(caught.value).startswith(
            "This would cost about 1.00 USD, and could cost 1.50, more than --max-cost 1.4: ask for fewer posts"
        )

    def test_what_costs_nothing_is_affordable(self) -> None:
        require_affordable([estimate_of(0, 0, 0.0)], 0.0)

    def test_what_nobody_knows_the_price_of_is_refused(self) -> None:
        with pytest.raises(UserError, match="--max-cost cannot be kept to"):
            require_affordable([estimate_of(1, 1, None)], 100)

    def test_an_ingest_above_it_sends_nothing(self, server: GeminiServer, store: Store) -> None:
        corpus = Corpus("small", "memory", posts_of(HUNDRED_TOKENS))

        with pytest.raises(UserError, match="more than --max-cost"):
            ingest(corpus, Order(max_usd=0.00001), GeminiEmbedder(), store, Silent())

        assert server.n_requests == 0


class TestDurations:
    @pytest.mark.parametrize(
        ("limits", "minutes"),
        [
            (Limits(), 0),
            (Limits(texts_per_minute=500), 0),
            (Limits(texts_per_minute=499), 1),
            (Limits(texts_per_minute=100), 4),
            (Limits(tokens_per_minute=10_000), 9),
            (Limits(texts_per_minute=100, tokens_per_minute=10_000), 9),
            (Limits(texts_per_day=100), 0),
        ],
    )
    def test_the_first_minute_is_not_waited_for(self, limits: Limits, minutes: int) -> None:
        assert minutes_within([estimate_of(500, 100_000)], limits) == minutes

    @pytest.mark.parametrize(
        ("limits", "days"),
        [
            (Limits(), 0),
            (Limits(texts_per_minute=1), 0),
            (Limits(texts_per_day=500), 1),
            (Limits(texts_per_day=499), 2),
            (Limits(texts_per_day=200), 3),
        ],
    )
    def test_days_are_those_on_which_something_is_sent(self, limits: Limits, days: int) -> None:
        assert days_within([estimate_of(500, 100_000)], limits) == days

    def test_task_types_share_the_limits(self) -> None:
        both, limits = [estimate_of(150, 1), estimate_of(150, 1)], Limits(texts_per_minute=100, texts_per_day=200)

        assert (minutes_within(both, limits), days_within(both, limits)) == (2, 2)

    def test_nothing_to_send_takes_no_time(self) -> None:
        nothing = [estimate_of(0, 0)]

        assert [minutes_within(nothing, limits) for limits in TIERS.values()] == [0] * 4
        assert [days_within(nothing, limits) for limits in TIERS.values()] == [0] * 4
