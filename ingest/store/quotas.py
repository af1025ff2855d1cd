"""Quotas: what may be asked of a place at once, and how long what is kept there may be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.embedding_cache import sha256_of
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store.cutting import cut
from ingest.store.drafts import DRAFT
from ingest.store.manifest import Manifest
from ingest.store.record import Record

# The most that a number of a vector takes in JSON, with its comma, and a record besides its texts and vector.
NUMBER_BYTES = 22
RECORD_BYTES = 1_000
# Characters of a hash at the end of an id that was cut.
N_HASH = 16


@dataclass(frozen=True, slots=True)
class Quotas:
    """What a place takes; None means any number.

    ``numbers_read`` are those of the vectors in one answer, which are Python objects for a moment. ``value_bytes`` and
    ``manifest_bytes`` are those of one value in the metadata of a record and of a collection.
    """

    records_read: int = 2_000  # in pages, reading is three times faster than in one call
    records_written: int = 5_000
    neighbors: int | None = None
    numbers_read: int | None = None
    request_bytes: int | None = None
    name_bytes: int = 512
    dimensions: int | None = None
    id_bytes: int | None = None
    document_bytes: int | None = None
    value_bytes: int | None = None
    manifest_bytes: int | None = None
    reads_at_once: int = 1

    def vectors_read(self, dimensions: int) -> int:
        """Return how many records with their vectors may be read at once."""
        return min(self.records_read, max(1, (self.numbers_read or self.records_read * dimensions) // dimensions))

    def batches(self, records: Sequence[Record], dimensions: int) -> Iterator[slice]:
        """Yield which records are to be written together."""
        start, n_bytes = 0, 0
        for row, record in enumerate(records):
            size = _size_of(record.post) + NUMBER_BYTES * dimensions
            is_full = row - start == self.records_written or n_bytes + size > (self.request_bytes or n_bytes + size)
            if is_full and row > start:
                yield slice(start, row)
                start, n_bytes = row, 0
            n_bytes += size
        if start < len(records):
            yield slice(start, len(records))

    def fitted(self, post: Post) -> Post:
        """Return the post as it can be stored: what is too long is cut, and a cut text says that it is truncated."""
        text = cut(post.text, self.document_bytes)
        return replace(
            post,
            id=self._fitted_id(post.id),
            newsgroup=cut(post.newsgroup, self.value_bytes),
            text=text,
            subject=cut(post.subject, self.value_bytes),
            truncated=post.truncated or text != post.text,
        )

    def require_room(self, manifest: Manifest) -> None:
        """Refuse a collection that the place would not take, whose draft has a longer name."""
        name = manifest.collection
        longest = self.name_bytes - len(DRAFT)
        if len(name) > longest:
            raise UserError(
                f"The collection {name} cannot be made, since its name has {len(name)} characters instead of at most "
                f"{longest}: give a shorter --corpus NAME, or a --model of a shorter name."
            )
        if self.dimensions is not None and manifest.dimensions > self.dimensions:
            raise UserError(
                f"The collection {name} cannot be made, since vectors have at most {self.dimensions:,} numbers there: "
                "give fewer --dimensions, or another --model."
            )

    def _fitted_id(self, post_id: str) -> str:
        """Return an id that is too long as its beginning and a hash, by which it stays one of its own."""
        if cut(post_id, self.id_bytes) == post_id:
            return post_id
        end = f"~{sha256_of(post_id)[:N_HASH]}"
        return f"{cut(post_id, (self.id_bytes or 0) - len(end))}{end}"


def _size_of(post: Post) -> int:
    """Return the most bytes that a record takes in a request, but for its vector."""
    return len(json.dumps(post.text)) + len(json.dumps(post.subject)) + RECORD_BYTES
