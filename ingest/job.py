"""The ingest: select, skip what is known, embed what is new and write it meanwhile, seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.changes import Change, find_changes
from ingest.embedders import Embedder
from ingest.embedding import Embedding, Spent
from ingest.errors import UserError
from ingest.estimate import estimate, require_affordable
from ingest.order import Order, select_posts, wanted_manifests
from ingest.pipeline import Pipeline
from ingest.posts import Corpus
from ingest.progress import Progress
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Summary:
    """What an ingest did.

    Counts are of posts, ``n_embedded`` of texts; ``n_tokens`` and ``usd`` are estimates, None where no price is known.
    ``unreadable`` and ``refused`` have a line for each item of the source and each post that was left out.
    """

    corpus: str
    embedder: str
    model: str
    collections: list[str]
    n_read: int
    n_duplicates: int
    n_matched: int
    n_dropped_empty: int
    n_dropped_long: int
    n_posts: int
    n_truncated: int
    n_shortened: int
    n_embedded: int
    n_tokens: int
    usd: float | None
    n_written: int
    n_removed: int
    n_rebuilt: int
    unreadable: list[str]
    refused: list[str]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What carrying changes out came to."""

    spent: Spent
    refused: dict[str, str]
    fault: UserError | None = None


def ingest(corpus: Corpus, order: Order, embedder: Embedder, store: Store, progress: Progress) -> Summary:
    """Bring the corpus's collections to what is asked for, and pay for nothing that is known.

    Raises
    ------
    UserError
        Also where embedding had to stop; what was embedded until then is stored and can be explored.
    """
    n_rebuilt = len(store.damaged())
    if n_rebuilt:
        store.rebuild(progress)
    selected = select_posts(corpus, order)
    if order.max_usd is not None:
        require_affordable(estimate(selected.posts, order.task_types, embedder, store.cache), order.max_usd)
    wanted = wanted_manifests(corpus, order, embedder)
    changes = find_changes(store, wanted, selected.posts, embedder, replace=order.replace)
    outcome = _carry_out([change for change in changes if change.is_needed], embedder, store, progress)
    if outcome.fault:
        raise outcome.fault
    return Summary(
        corpus=corpus.name,
        embedder=embedder.name,
        model=embedder.model,
        collections=[change.name for change in changes],
        n_read=len(corpus.posts) + corpus.n_duplicates + len(corpus.unreadable),
        n_duplicates=corpus.n_duplicates,
        n_matched=selected.n_matched,
        n_dropped_empty=selected.n_dropped_empty,
        n_dropped_long=selected.n_dropped_long,
        n_posts=len(selected.posts),
        n_truncated=sum(post.truncated for post in selected.posts),
        n_shortened=_n_shortened(changes, embedder, progress),
        n_embedded=outcome.spent.n_texts,
        n_tokens=outcome.spent.n_tokens,
        usd=outcome.spent.usd,
        n_written=max(sum(text not in outcome.refused for text in change.texts) for change in changes),
        n_removed=max(len(change.to_remove) for change in changes),
        n_rebuilt=n_rebuilt,
        unreadable=corpus.unreadable,
        refused=_refused_posts(changes, outcome.refused),
    )


def holds_posts(store: Store, corpus: str) -> bool:
    """Tell whether the store holds posts of the corpus, whole and ready for questions."""
    return any(manifest.complete and manifest.n_posts for manifest in store.manifests() if manifest.corpus == corpus)


def _carry_out(changes: Sequence[Change], embedder: Embedder, store: Store, progress: Progress) -> _Outcome:
    embedding = Embedding(embedder, store.cache)
    fault = None
    if changes:
        # Whatever ends this, nothing more is sent before the writing is waited for.
        with store.writing() as writer, embedding:
            fault = Pipeline(embedding, store.cache, writer, progress).run(changes)
    return _Outcome(embedding.spent, embedding.refused, fault)


def _refused_posts(changes: Sequence[Change], refused: dict[str, str]) -> list[str]:
    reasons = {
        record.post.id: refused[text]
        for change in changes
        for record, text in zip(change.records, change.texts, strict=True)
        if text in refused
    }
    return [f"{post_id}: {reason}" for post_id, reason in reasons.items()]


def _n_shortened(changes: Sequence[Change], embedder: Embedder, progress: Progress) -> int:
    new_texts = {text for change in changes for text in change.texts}
    if not new_texts:
        return 0
    with progress.stage("count long posts"):
        return embedder.n_shortened(list(new_texts))
