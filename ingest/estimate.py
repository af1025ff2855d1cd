"""The estimate: posts, tokens, requests, minutes and cost, before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.embedders import Embedder, TaskType, embedded_as
from ingest.embedders.pace import Limits
from ingest.embedders.tokens import total_tokens, usd_of
from ingest.embedding_cache import EmbeddingCache, Key, Space, sha256_of
from ingest.errors import UserError
from ingest.order import Order
from ingest.posts import Post

# How far the true number of tokens can be from the estimated. By WordPiece, 20 Newsgroups have 1.02 times as many,
# and single posts, from prose to code and tables, mostly 0.8 to 1.5 times.
LEAST_TOKEN_RATIO, MOST_TOKEN_RATIO = 0.8, 1.5


@dataclass(frozen=True, slots=True)
class Estimate:
    """What embedding posts under one task type takes.

    ``n_texts`` are the different texts among the posts, ``n_cached`` those that are paid for, or refused, already;
    the rest is about what is to be sent. ``usd`` is None where the model's price is not known.
    """

    task_type: TaskType
    n_posts: int
    n_texts: int
    n_cached: int
    n_tokens: int
    n_requests: int
    usd: float | None

    @property
    def n_to_embed(self) -> int:
        return self.n_texts - self.n_cached


def minutes_within(estimates: Sequence[Estimate], limits: Limits) -> int:
    """Return how long sending takes under the limits of a minute; what the first one allows is sent at once."""
    texts = _n_spans(sum(each.n_to_embed for each in estimates), limits.texts_per_minute)
    tokens = _n_spans(sum(each.n_tokens for each in estimates), limits.tokens_per_minute)
    return max(0, texts - 1, tokens - 1)


def days_within(estimates: Sequence[Estimate], limits: Limits) -> int:
    """Return on how many days something must be sent under the limit of a day: 0 where there is none."""
    return _n_spans(sum(each.n_to_embed for each in estimates), limits.texts_per_day)


def _n_spans(n_units: int, limit: int | None) -> int:
    """Return in how many minutes, or days, so many units are allowed."""
    return math.ceil(n_units / limit) if limit else 0


def estimate(posts: Sequence[Post], order: Order, embedder: Embedder, cache: EmbeddingCache) -> list[Estimate]:
    """Estimate each task type; what an earlier one has embedded serves a later one where they do not differ."""
    claimed: set[Key] = set()
    estimates = []
    for task_type in order.task_types:
        space = Space(embedder.model, embedder.dimensions, embedded_as(embedder, task_type))
        texts = {sha256_of(text): text for text in _texts(posts, task_type, embedder)}
        refused = {} if order.replace else cache.refusals(space, list(texts))
        accepted = [text for key, text in texts.items() if key not in refused]
        to_embed = cache.unclaimed(space, accepted, claimed)
        estimates.append(_estimate(task_type, len(posts), len(texts), to_embed, embedder))
    return estimates


def _texts(posts: Sequence[Post], task_type: TaskType, embedder: Embedder) -> Iterator[str]:
    return (embedder.as_sent(post.text, task_type, post.subject) for post in posts)


def _estimate(task_type: TaskType, n_posts: int, n_texts: int, to_embed: Sequence[str], embedder: Embedder) -> Estimate:
    n_tokens = total_tokens(to_embed)
    return Estimate(
        task_type=task_type,
        n_posts=n_posts,
        n_texts=n_texts,
        n_cached=n_texts - len(to_embed),
        n_tokens=n_tokens,
        n_requests=len(embedder.batches(to_embed)),
        usd=usd_of(n_tokens, embedder.usd_per_million_tokens),
    )


def require_affordable(estimates: Sequence[Estimate], max_usd: float) -> None:
    """Refuse what could cost more than is allowed, or nobody knows how much."""
    costs = [each.usd for each in estimates]
    known = [usd for usd in costs if usd is not None]
    if len(known) < len(costs):
        raise UserError("What this model costs is not known here, so --max-cost cannot be kept to: leave it out.")
    usd = sum(known)
    if usd * MOST_TOKEN_RATIO > max_usd:
        raise UserError(
            f"This would cost about {usd:.2f} USD, and could cost {usd * MOST_TOKEN_RATIO:.2f}, more than --max-cost "
            f"{max_usd:g}: ask for fewer posts or task types, or allow more; --dry-run tells the parts."
        )
