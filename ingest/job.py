"""The ingest: select, skip what is known, embed what is new and write it meanwhile, seal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ingest.changes import Change, find_changes
from ingest.embedders import Embedder
from ingest.embedding_queue import EmbeddingQueue
from ingest.errors import DamagedIndexError, UserError
from ingest.estimate import estimate, require_affordable
from ingest.order import Order, Selected, select_posts, wanted_manifests
from ingest.pipeline import Outcome, Pipeline
from ingest.posts import Corpus, Post
from ingest.progress import Progress
from ingest.store import Store


@dataclass(frozen=True, slots=True)
class Summary:
    """What an ingest did; ``error`` is what stopped it, if something did.

    Counts are of posts, but for ``n_embedded``, of texts, and ``n_damaged``, of collections whose index was damaged,
    so that all were made anew. ``n_written`` and ``n_removed`` are those of the collection that changed most.
    ``n_tokens`` and ``usd`` are estimates, None where no price is known. ``unreadable`` and ``refused`` have a line
    for each item of the source and each post that was left out.
    """

    corpus: str
    embedder: str
    model: str
    cleaning: str
    collections: list[str]
    n_read: int
    n_duplicates: int
    n_matched: int
    n_dropped_empty: int
    n_dropped_long: int
    n_posts: int
    n_newsgroups: int
    n_truncated: int
    n_shortened: int
    n_embedded: int
    n_tokens: int
    usd: float | None
    n_written: int
    n_removed: int
    n_damaged: int
    unreadable: list[str]
    refused: list[str]
    error: str | None = None

    @property
    def has_effect(self) -> bool:
        return bool(self.n_embedded or self.n_written or self.n_removed)


class StoppedIngestError(UserError):
    """An ingest that ended before its end; ``summary`` tells how far it came."""

    def __init__(self, summary: Summary) -> None:
        super().__init__(summary.error)
        self.summary = summary


def ingest(corpus: Corpus, order: Order, embedder: Embedder, store: Store, progress: Progress) -> Summary:
    """Bring the corpus's collections to what is asked for, and pay for nothing that is known.

    Raises
    ------
    StoppedIngestError
        Where embedding or writing had to stop; what was done until then is stored, and the next ingest goes on there.
    UserError
        Where nothing could begin.
    """
    return _Ingest(corpus, order, embedder, store, progress).run()


def _count_truncated(changes: Sequence[Change]) -> int:
    return max(sum(each.record.post.truncated for each in change.asked_for) for change in changes)


def holds_posts(store: Store, corpus: str) -> bool:
    """Tell whether the store holds posts of the corpus, with all that was asked of at least one model."""
    damaged = store.damaged()
    sound: dict[tuple[str, int], bool] = {}
    for manifest in store.manifests():
        if manifest.corpus == corpus:
            model = (manifest.model, manifest.dimensions)
            is_sound = manifest.complete and manifest.n_posts > 0 and manifest.collection not in damaged
            sound[model] = sound.get(model, True) and is_sound
    return any(sound.values())


class _Ingest:
    """One ingest, from the order to the summary."""

    def __init__(self, corpus: Corpus, order: Order, embedder: Embedder, store: Store, progress: Progress) -> None:
        self._corpus = corpus
        self._order = order
        self._embedder = embedder
        self._store = store
        self._progress = progress
        self._queue = EmbeddingQueue(embedder, store.cache, progress)
        self._n_damaged = 0

    def run(self) -> Summary:
        with self._store.reserved():
            return self._run()

    def _run(self) -> Summary:
        selected = select_posts(self._corpus, self._order)
        self._require_affordable(selected.posts)
        changes = self._find_changes(selected.posts)
        outcome = self._carry_out([change for change in changes if change.is_needed])
        summary = self._summarize(selected, changes, outcome)
        if outcome.fault:
            raise StoppedIngestError(summary) from outcome.fault
        return summary

    def _require_affordable(self, posts: Sequence[Post]) -> None:
        if self._order.max_usd is not None:
            estimates = estimate(posts, self._order, self._embedder, self._store.cache)
            require_affordable(estimates, self._order.max_usd)

    def _find_changes(self, posts: Sequence[Post]) -> list[Change]:
        """Compare with the store, whose indexes are made anew first where one is damaged."""
        wanted = wanted_manifests(self._corpus, self._order, self._embedder)
        self._store.require_room(wanted)
        find = partial(find_changes, self._store, wanted, posts, self._embedder, replace=self._order.replace)
        self._n_damaged = len(self._store.damaged())
        if not self._n_damaged:
            try:
                return find()
            except DamagedIndexError:
                self._n_damaged = 1
        self._store.rebuild(self._progress)
        return find()

    def _carry_out(self, changes: Sequence[Change]) -> Outcome:
        if not changes:
            return Outcome()
        # Whatever ends this, nothing more is sent before the writing is waited for.
        with self._store.writing(self._progress) as writer, self._queue:
            return Pipeline(self._queue, self._store.cache, writer, self._progress).run(changes)

    def _summarize(self, selected: Selected, changes: Sequence[Change], outcome: Outcome) -> Summary:
        spent = self._queue.spent
        return Summary(
            corpus=self._corpus.name,
            embedder=self._embedder.name,
            model=self._embedder.model,
            cleaning=str(self._order.cleaning.of(self._corpus)),
            collections=[change.name for change in changes],
            n_read=len(self._corpus.posts) + self._corpus.n_duplicates + len(self._corpus.unreadable),
            n_duplicates=self._corpus.n_duplicates,
            n_matched=selected.n_matched,
            n_dropped_empty=selected.n_dropped_empty,
            n_dropped_long=selected.n_dropped_long,
            n_posts=len(selected.posts),
            n_newsgroups=len({post.newsgroup for post in selected.posts}),
            n_truncated=_count_truncated(changes),
            n_shortened=self._count_shortened(changes),
            n_embedded=spent.n_texts,
            n_tokens=spent.n_tokens,
            usd=spent.usd,
            n_written=max(outcome.n_written.values(), default=0),
            n_removed=max(outcome.n_removed.values(), default=0),
            n_damaged=self._n_damaged,
            unreadable=self._corpus.unreadable,
            refused=self._refused_posts(changes),
            error=str(outcome.fault) if outcome.fault else None,
        )

    def _count_shortened(self, changes: Sequence[Change]) -> int:
        new_texts = {addition.text for change in changes for addition in change.additions}
        if not new_texts:
            return 0
        with self._progress.stage("count long posts"):
            return self._embedder.n_shortened(list(new_texts))

    def _refused_posts(self, changes: Sequence[Change]) -> list[str]:
        """Name the posts that are asked for and left out, refused in this ingest or an earlier one."""
        reasons: dict[str, str] = {}
        for change in changes:
            hashes = {each.record.post.id: each.record.sent_hash for each in change.asked_for}
            refusals = self._store.cache.refusals(change.manifest.space, list(hashes.values()))
            reasons.update({post_id: refusals[key] for post_id, key in hashes.items() if key in refusals})
        return [f"{post_id}: {reason}" for post_id, reason in reasons.items()]
