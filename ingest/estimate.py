"""The estimate: posts, tokens, requests, minutes and cost, before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.embedders import Embedder, TaskType
from ingest.embedders.pace import Limits
from ingest.embedders.tokens import total_tokens
from ingest.embedding_cache import EmbeddingCache, Space
from ingest.errors import UserError
from ingest.posts import Post

# How far the true number of tokens can be from the estimated. By WordPiece, 20 Newsgroups have 1.02 times as many,
# and single posts, from prose to code and tables, mostly 0.8 to 1.5 times.
LEAST, MOST = 0.8, 1.5
MINUTES_PER_DAY = 1_440


@dataclass(frozen=True, slots=True)
class Estimate:
    """What embedding posts under one task type takes.

    ``n_texts`` are the different texts among the posts, ``n_cached`` those that are paid for already; the rest is
    about what is to be sent. ``usd`` is None where the model's price is not known.
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
    """Return how long sending takes; what the first minute, or day, allows is sent at once."""
    n_texts = sum(each.n_to_embed for each in estimates)
    n_tokens = sum(each.n_tokens for each in estimates)
    n_minutes = max(_n_spans(n_texts, limits.texts_per_minute), _n_spans(n_tokens, limits.tokens_per_minute))
    n_days = _n_spans(n_texts, limits.texts_per_day)
    return max(0, n_minutes - 1, (n_days - 1) * MINUTES_PER_DAY)


def _n_spans(n_units: int, limit: int | None) -> int:
    """Return in how many minutes, or days, so many units are allowed."""
    return math.ceil(n_units / limit) if limit else 0


def estimate(
    posts: Sequence[Post], task_types: Sequence[TaskType], embedder: Embedder, cache: EmbeddingCache | None
) -> list[Estimate]:
    """Estimate each task type; what an earlier one has embedded serves a later one where they do not differ."""
    claimed: set[tuple[Space, str]] = set()
    return [_estimate(posts, task_type, embedder, cache, claimed) for task_type in task_types]


def require_affordable(estimates: Sequence[Estimate], max_usd: float) -> None:
    """Refuse what would cost more than is allowed, or nobody knows how much."""
    costs = [each.usd for each in estimates]
    known = [usd for usd in costs if usd is not None]
    if len(known) < len(costs):
        raise UserError("What this model costs is not known here, so --max-cost cannot be kept to: leave it out.")
    if sum(known) > max_usd:
        raise UserError(
            f"This would cost about {sum(known):.2f} USD, more than --max-cost {max_usd:g}: "
            "ask for fewer posts or task types, or allow more; --dry-run tells the parts."
        )


def _estimate(
    posts: Sequence[Post],
    task_type: TaskType,
    embedder: Embedder,
    cache: EmbeddingCache | None,
    claimed: set[tuple[Space, str]],
) -> Estimate:
    space = Space(embedder.model, embedder.dimensions, task_type if embedder.has_task_types else "")
    texts = list(dict.fromkeys(embedder.as_sent(post.text, task_type, post.subject) for post in posts))
    missing = cache.missing(space, texts) if cache else texts
    to_embed = [text for text in missing if (space, text) not in claimed]
    claimed.update((space, text) for text in to_embed)
    n_tokens = total_tokens(to_embed)
    price = embedder.usd_per_million_tokens
    return Estimate(
        task_type=task_type,
        n_posts=len(posts),
        n_texts=len(texts),
        n_cached=len(texts) - len(to_embed),
        n_tokens=n_tokens,
        n_requests=len(embedder.batches(to_embed)),
        usd=None if price is None else n_tokens * price / 1e6,
    )
