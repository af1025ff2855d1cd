"""Changes: what is between the collections as they are and as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from ingest.embedders import Embedder
from ingest.embedding_cache import content_hash
from ingest.posts import Post
from ingest.store import Manifest, Record, Store

# Posts are written as soon as so many in their order are embedded.
PAGE = 500


@dataclass(frozen=True, slots=True)
class Page:
    """Posts of one collection that are written together; ``texts`` are theirs as sent."""

    manifest: Manifest
    records: list[Record]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done to one collection; ``is_anew`` means from scratch."""

    manifest: Manifest
    records: list[Record]
    texts: list[str]
    to_remove: list[str]
    is_unfinished: bool
    is_anew: bool = False

    @property
    def name(self) -> str:
        return self.manifest.collection

    @property
    def is_needed(self) -> bool:
        return bool(self.records or self.to_remove) or self.is_unfinished

    def pages(self) -> Iterator[Page]:
        for start in range(0, len(self.records), PAGE):
            rows = slice(start, start + PAGE)
            yield Page(self.manifest, self.records[rows], self.texts[rows])


def find_changes(
    store: Store, wanted: Sequence[Manifest], posts: Sequence[Post], embedder: Embedder, *, replace: bool
) -> list[Change]:
    """Return the change of each wanted collection; with ``replace``, posts that are not given go."""
    present = {manifest.collection: manifest for manifest in store.manifests()}
    changes = []
    for manifest in wanted:
        texts = [embedder.as_sent(post.text, manifest.task_type, post.subject) for post in posts]
        records = [Record(post, content_hash(text)) for post, text in zip(posts, texts, strict=True)]
        whole = Change(manifest, records, texts, [], is_unfinished=True)
        there = present.get(manifest.collection)
        changes.append(_difference(whole, there, store, replace=replace) if there else whole)
    return changes


def pages_in_turn(changes: Sequence[Change]) -> list[Page]:
    """Take pages from each collection in turn: should embedding stop, all have come equally far."""
    rounds = zip_longest(*(change.pages() for change in changes))
    return [page for pages in rounds for page in pages if page]


def _difference(whole: Change, there: Manifest, store: Store, *, replace: bool) -> Change:
    if not replace:
        there.require_fit(whole.manifest)
    if there.unfit_fields(whole.manifest):
        return Change(whole.manifest, whole.records, whole.texts, [], is_unfinished=True, is_anew=True)
    known = store.collection(whole.name).content_hashes()
    new = [row for row, record in enumerate(whole.records) if known.get(record.post.id) != record.content_hash]
    asked_for = {record.post.id for record in whole.records}
    return Change(
        there,
        [whole.records[row] for row in new],
        [whole.texts[row] for row in new],
        sorted(known.keys() - asked_for) if replace else [],
        is_unfinished=not there.complete,
    )
