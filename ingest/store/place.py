"""Where collections can be: the protocol of a place, and the quotas that a request there must keep to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ingest.embedding_cache import sha256_of
from ingest.posts import Post

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

    from ingest.store.record import Record

Answer = TypeVar("Answer")

# The most that a number of a vector takes in JSON, with its comma, and a record besides its texts and vector.
NUMBER_BYTES = 22
RECORD_BYTES = 1_000
# Characters of a hash at the end of an id that was cut.
N_HASH = 16


@dataclass(frozen=True, slots=True)
class Quotas:
    """What may be asked of a place at once; None means any number.

    ``numbers_read`` are those of the vectors in one answer, which are Python objects for a moment.
    """

    records_read: int = 2_000  # in pages, reading is three times faster than in one call
    records_written: int = 5_000
    neighbors: int | None = None
    numbers_read: int | None = None
    request_bytes: int | None = None
    id_bytes: int | None = None
    document_bytes: int | None = None
    metadata_bytes: int | None = None
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
        text = _cut(post.text, self.document_bytes)
        return replace(
            post,
            id=self._fitted_id(post.id),
            newsgroup=_cut(post.newsgroup, self.metadata_bytes),
            text=text,
            subject=_cut(post.subject, self.metadata_bytes),
            truncated=post.truncated or text != post.text,
        )

    def _fitted_id(self, post_id: str) -> str:
        """Return an id that is too long as its beginning and a hash, by which it stays one of its own."""
        if _cut(post_id, self.id_bytes) == post_id:
            return post_id
        end = f"~{sha256_of(post_id)[:N_HASH]}"
        return f"{_cut(post_id, (self.id_bytes or 0) - len(end))}{end}"


class Place(Protocol):
    """Where collections are; ``is_shared`` where others may read and write them meanwhile."""

    @property
    def quotas(self) -> Quotas: ...

    @property
    def is_shared(self) -> bool: ...

    def connect(self) -> ClientAPI: ...

    def index(self, sync_threshold: int) -> Any:
        """Return the configuration of a new collection, which compares by cosine."""

    def ask(self, call: Callable[[], Answer], about: str, *, is_repeatable: bool = True) -> Answer:
        """Return what Chroma answers; what goes wrong is told as something about a collection.

        What fails in passing is asked again, where that is the same as asking once.
        """


def _size_of(post: Post) -> int:
    """Return the most bytes that a record takes in a request, but for its vector."""
    return len(json.dumps(post.text)) + len(json.dumps(post.subject)) + RECORD_BYTES


def _cut(text: str, n_bytes: int | None) -> str:
    """Cut a text to so many bytes, between two characters."""
    encoded = text.encode("utf-8", "surrogatepass")
    if n_bytes is None or len(encoded) <= n_bytes:
        return text
    return encoded[:n_bytes].decode("utf-8", "ignore")
