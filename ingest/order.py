"""The order: what an ingest is asked for, and the posts that are meant by it."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.cleaning import Cleaned, Cleaning, clean_posts
from ingest.corpora.selection import Selection, match_posts, sample_posts
from ingest.embedders import Embedder, TaskType, embedded_as
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from ingest.store import Manifest


@dataclass(frozen=True, slots=True)
class Order:
    """What an ingest is asked for."""

    selection: Selection = Selection()
    cleaning: Cleaning = Cleaning()
    task_types: tuple[TaskType, ...] = (TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING)
    replace: bool = False
    max_usd: float | None = None


@dataclass(frozen=True, slots=True)
class Selected:
    """The posts that an order means, cleaned, and what became of the others."""

    posts: list[Post]
    n_matched: int
    n_dropped_empty: int
    n_dropped_long: int


def select_posts(corpus: Corpus, order: Order) -> Selected:
    """Match, clean and sample; there must be something left."""
    matched = match_posts(corpus.posts, order.selection)
    cleaned = clean_posts(matched, order.cleaning.of(corpus))
    posts = sample_posts(cleaned.posts, order.selection)
    if not posts:
        raise UserError(f"No post of {corpus.name} is left to ingest: {_losses(len(matched), cleaned)}.")
    return Selected(posts, len(matched), cleaned.n_dropped_empty, cleaned.n_dropped_long)


def wanted_manifests(corpus: Corpus, order: Order, embedder: Embedder) -> list[Manifest]:
    """Return how the order's collections are to be made, one for each task type."""
    return [
        Manifest(
            corpus=corpus.name,
            source=corpus.source,
            embedder=embedder.name,
            model=embedder.model,
            dimensions=embedder.dimensions,
            task_type=task_type,
            embedded_as=embedded_as(embedder, task_type),
            cleaning=str(order.cleaning.of(corpus)),
            preparation=embedder.preparation,
        )
        for task_type in dict.fromkeys(order.task_types)
    ]


def _losses(n_matched: int, cleaned: Cleaned) -> str:
    return (
        f"{n_matched} matched, of which {cleaned.n_dropped_empty} were empty after cleaning "
        f"and {cleaned.n_dropped_long} too long"
    )
