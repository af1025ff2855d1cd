"""Changes: what is between the collections as they are and as they are asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from ingest.embedders import Embedder, TaskType
from ingest.embedding_cache import sha256_of
from ingest.posts import Post
from ingest.store import Manifest, Quotas, Record, Store
from ingest.store.paging import page_size

# Posts in a page, where there are not very many; a page is written once all its texts are embedded.
PAGE = 500


@dataclass(frozen=True, slots=True)
class Addition:
    """A post to write, new or changed, and its text as sent."""

    record: Record
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """Posts of one collection that are written together."""

    manifest: Manifest
    additions: list[Addition]

    @property
    def texts(self) -> list[str]:
        return [addition.text for addition in self.additions]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done to one collection; ``is_anew`` means from scratch.

    Of the posts that are asked for, ``additions`` are those to write. ``n_kept`` counts the posts that are stored
    and stay as they are.
    """

    manifest: Manifest
    asked_for: list[Addition]
    additions: list[Addition]
    removals: list[str] = field(default_factory=list)
    n_kept: int = 0
    is_incomplete: bool = True
    is_anew: bool = False

    @property
    def name(self) -> str:
        return self.manifest.collection

    @property
    def is_needed(self) -> bool:
        return bool(self.additions or self.removals) or self.is_incomplete

    def pages(self) -> Iterator[Page]:
        size = page_size(len(self.additions), PAGE)
        for start in range(0, len(self.additions), size):
            yield Page(self.manifest, self.additions[start : start + size])


def find_changes(
    store: Store, wanted: Sequence[Manifest], posts: Sequence[Post], embedder: Embedder, *, replace: bool
) -> list[Change]:
    """Return the change of each wanted collection.

    With ``replace``, posts that are not given go, and texts that were refused are asked for again.
    """
    present = {manifest.collection: manifest for manifest in store.manifests()}
    changes = []
    for manifest in wanted:
        asked_for = _additions(posts, manifest.task_type, embedder, store.place.quotas)
        hashes = [addition.record.sent_hash for addition in asked_for]
        refused = {} if replace else store.cache.refusals(manifest.space, hashes)
        whole = Change(manifest, asked_for, [each for each in asked_for if each.record.sent_hash not in refused])
        there = present.get(manifest.collection)
        changes.append(_difference(whole, there, store, replace=replace) if there else whole)
    return changes


def pages_in_turn(changes: Sequence[Change]) -> list[Page]:
    """Take pages from each collection in turn: should embedding stop, all have come equally far."""
    rounds = zip_longest(*(change.pages() for change in changes))
    return [page for pages in rounds for page in pages if page]


def _additions(posts: Sequence[Post], task_type: TaskType, embedder: Embedder, quotas: Quotas) -> list[Addition]:
    """Return the posts as they are stored; what is embedded is their whole text, though a place may take less."""
    texts = [embedder.as_sent(post.text, task_type, post.subject) for post in posts]
    return [
        Addition(Record(quotas.fitted(post), sha256_of(text)), text) for post, text in zip(posts, texts, strict=True)
    ]


def _difference(whole: Change, there: Manifest, store: Store, *, replace: bool) -> Change:
    if not replace:
        there.require_fit(whole.manifest)
    if there.unfit_fields(whole.manifest):
        return dataclasses.replace(whole, is_anew=True)
    known = store.collection(whole.name).content_hashes()
    asked_for = {each.record.post.id: each for each in whole.asked_for}
    changed = {key for key, each in asked_for.items() if known.get(key) != each.record.content_hash}
    additions = [each for each in whole.additions if each.record.post.id in changed]
    # A post whose new text is refused is left out; what is stored of it is of another text.
    refused = changed.intersection(known).difference(each.record.post.id for each in additions)
    others = known.keys() - asked_for if replace else set()
    return dataclasses.replace(
        whole,
        manifest=there,
        additions=additions,
        removals=sorted(refused | others),
        n_kept=len(known.keys() - changed - others),
        is_incomplete=not there.complete,
    )
