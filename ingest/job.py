"""The ingest: clean, skip what is known, embed what is new, write, seal."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.cleaning import Cleaned, Cleaning, clean_posts
from ingest.corpora.selection import Selection, match_posts, sample_posts
from ingest.embedders import Embedder, TaskType
from ingest.embedding_cache import Space
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from ingest.progress import Progress
from ingest.store import Manifest, Store
from ingest.store.collection import PAGE, post_hash


@dataclass(frozen=True, slots=True)
class Order:
    """What an ingest is asked for."""

    selection: Selection = Selection()
    cleaning: Cleaning = Cleaning()
    task_types: tuple[TaskType, ...] = (TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING)
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What an ingest did; counts are of posts, ``n_embedded`` of texts sent to the embedder."""

    corpus: str
    embedder: str
    model: str
    collections: list[str]
    n_read: int
    n_matched: int
    n_dropped_empty: int
    n_dropped_long: int
    n_posts: int
    n_truncated: int
    n_shortened: int
    n_embedded: int
    n_written: int
    n_removed: int
    n_remade: int


@dataclass(frozen=True, slots=True)
class _Change:
    """What is between a collection as it is and as it is asked for."""

    manifest: Manifest
    to_write: list[Post]
    to_remove: list[str]
    unfinished: bool
    remake: bool

    @property
    def is_needed(self) -> bool:
        return bool(self.to_write or self.to_remove) or self.unfinished


def ingest(corpus: Corpus, order: Order, embedder: Embedder, store: Store, progress: Progress) -> Summary:
    """Bring the corpus's collections to what is asked for, and pay for nothing that is known."""
    matched = match_posts(corpus.posts, order.selection)
    cleaned = clean_posts(matched, order.cleaning)
    posts = sample_posts(cleaned.posts, order.selection)
    if not posts:
        raise UserError(f"No post of {corpus.name} is left to ingest: {_losses(len(matched), cleaned)}.")
    wanted = [_manifest(corpus, order, embedder, task_type) for task_type in order.task_types]
    changes = [change for change in (_change(store, manifest, posts, order) for manifest in wanted) if change.is_needed]
    n_embedded = sum(_embed(change, embedder, store, progress) for change in changes)
    if changes:
        _write(changes, embedder, store, progress)
    return Summary(
        corpus=corpus.name,
        embedder=embedder.name,
        model=embedder.model,
        collections=[manifest.collection for manifest in wanted],
        n_read=len(corpus.posts),
        n_matched=len(matched),
        n_dropped_empty=cleaned.n_dropped_empty,
        n_dropped_long=cleaned.n_dropped_long,
        n_posts=len(posts),
        n_truncated=sum(post.truncated for post in posts),
        n_shortened=_n_shortened(changes, embedder, progress),
        n_embedded=n_embedded,
        n_written=max((len(change.to_write) for change in changes), default=0),
        n_removed=max((len(change.to_remove) for change in changes), default=0),
        n_remade=sum(change.remake for change in changes),
    )


def holds_posts(store: Store, corpus: str) -> bool:
    """Tell whether the store holds posts of the corpus, whole and ready for questions."""
    return any(manifest.complete and manifest.n_posts for manifest in store.manifests() if manifest.corpus == corpus)


def _losses(n_matched: int, cleaned: Cleaned) -> str:
    return (
        f"{n_matched} matched, of which {cleaned.n_dropped_empty} were empty after cleaning "
        f"and {cleaned.n_dropped_long} too long"
    )


def _manifest(corpus: Corpus, order: Order, embedder: Embedder, task_type: TaskType) -> Manifest:
    return Manifest(
        corpus=corpus.name,
        source=corpus.source,
        embedder=embedder.name,
        model=embedder.model,
        dimensions=embedder.dimensions,
        task_type=task_type,
        cleaning=str(order.cleaning),
    )


def _change(store: Store, wanted: Manifest, posts: list[Post], order: Order) -> _Change:
    present = {manifest.collection: manifest for manifest in store.manifests()}.get(wanted.collection)
    if present is None:
        return _Change(wanted, posts, [], unfinished=True, remake=False)
    if not order.replace:
        present.require_fit(wanted)
    if present.unfit_fields(wanted):
        return _Change(wanted, posts, [], unfinished=True, remake=True)
    if store.damaged(wanted.collection):
        return _Change(wanted, _salvaged(store, wanted, posts, order), [], unfinished=True, remake=True)
    known = store.collection(wanted.collection).content_hashes()
    to_write = [post for post in posts if known.get(post.id) != post_hash(post)]
    to_remove = sorted(known.keys() - {post.id for post in posts}) if order.replace else []
    return _Change(present, to_write, to_remove, unfinished=not present.complete, remake=False)


def _salvaged(store: Store, wanted: Manifest, posts: list[Post], order: Order) -> list[Post]:
    """Return the posts of a damaged collection, as the ingest would leave them."""
    there = [] if order.replace else store.salvage(wanted.collection).posts()
    return list({post.id: post for post in [*there, *posts]}.values())


def _space(manifest: Manifest, embedder: Embedder) -> Space:
    """Return where the embeddings are cached: one place for all task types where they make no difference."""
    task_type = manifest.task_type if embedder.has_task_types else ""
    return Space(manifest.model, manifest.dimensions, task_type)


def _embed(change: _Change, embedder: Embedder, store: Store, progress: Progress) -> int:
    """Embed what the cache lacks, each batch kept before the next is sent; return the number of texts."""
    space = _space(change.manifest, embedder)
    missing = store.cache.missing(space, [post.text for post in change.to_write])
    if not missing:
        return 0
    with progress.stage(f"embed {change.manifest.task_type}", len(missing)) as advance:
        for batch in _batches(missing, embedder.batch_size):
            store.cache.put(space, batch, embedder.embed(batch, change.manifest.task_type))
            advance(len(batch))
    return len(missing)


def _n_shortened(changes: Sequence[_Change], embedder: Embedder, progress: Progress) -> int:
    new_texts = {post.text for change in changes for post in change.to_write}
    if not new_texts:
        return 0
    with progress.stage("count long posts"):
        return embedder.n_shortened(list(new_texts))


def _batches(texts: list[str], size: int) -> list[list[str]]:
    """Group texts of like length, which wastes least on padding, in an order that keeps the rate even."""
    by_length = sorted(texts, key=len)
    batches = [by_length[start : start + size] for start in range(0, len(by_length), size)]
    random.Random(0).shuffle(batches)
    return batches


def _write(changes: Sequence[_Change], embedder: Embedder, store: Store, progress: Progress) -> None:
    for change in changes:
        if change.remake:
            store.delete(change.manifest.collection)
    manifests = [change.manifest for change in changes]
    collections = store.open_for_writing(manifests)
    with progress.stage("write", sum(len(change.to_write) for change in changes)) as advance:
        for change, collection in zip(changes, collections, strict=True):
            collection.open_for_writing()
            collection.delete(change.to_remove)
            for start in range(0, len(change.to_write), PAGE):
                page = change.to_write[start : start + PAGE]
                collection.upsert(page, store.cache.vectors(_space(change.manifest, embedder), [p.text for p in page]))
                advance(len(page))
    names = [manifest.collection for manifest in manifests]
    with progress.stage("seal"):
        store.seal(names)
    for name in names:
        store.collection(name).complete()
