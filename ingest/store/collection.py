"""One collection: posts with their vectors in Chroma, and the only place where distance becomes similarity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.errors import DamagedIndexError, GoneError, WrittenMeanwhileError
from ingest.posts import Post
from ingest.store.manifest import Manifest
from ingest.store.paging import pages, slices
from ingest.store.place import Answer, Place
from ingest.store.record import Record, fingerprint, posts_in, records_in

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

    Reach = Callable[[], AbstractContextManager[Collection]]


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A post found, with its cosine similarity in [-1, 1] to what was asked."""

    post: Post
    similarity: float


class StoredCollection:
    """Reads and writes posts and vectors; row order is the order of first writing.

    ``reach`` finds Chroma's collection, each time that it is used: files are closed and opened again. ``again`` finds
    it by its name as it is now, which differs from ``manifest`` where others have written since.
    """

    def __init__(self, manifest: Manifest, place: Place, reach: Reach, again: Callable[[], Collection]) -> None:
        self.manifest = manifest
        self._place = place
        self._reach = reach
        self._again = again

    def reached_by(self, reach: Reach) -> StoredCollection:
        """Return the collection as it is reached in that way."""
        return type(self)(self.manifest, self._place, reach, self._again)

    @property
    def most_neighbors(self) -> int | None:
        """How many neighbors may be asked for at once, None for any number."""
        return self._place.quotas.neighbors

    def count(self) -> int:
        return self._ask(lambda collection: collection.count())

    def content_hashes(self) -> dict[str, str]:
        """Return the hash of each stored post by its id, in row order."""
        return {
            post_id: metadata["content_hash"]
            for page in self._pages("metadatas")
            for post_id, metadata in zip(page["ids"], page["metadatas"], strict=True)
        }

    def posts(self) -> list[Post]:
        """Return all posts in row order."""
        posts = [post for page in self._pages("metadatas", "documents") for post in posts_in(page)]
        self._require_unchanged()
        return posts

    def records(self, page_size: int | None = None) -> Iterator[list[Record]]:
        """Return all posts in row order, page by page; the index, and so vectors, are not needed for that."""
        return map(records_in, self._pages("metadatas", "documents", size=page_size))

    def post(self, post_id: str) -> Post | None:
        page = self._get("metadatas", "documents", ids=[post_id])
        return next(iter(posts_in(page)), None)

    def vectors(self) -> NDArray[np.float32]:
        """Return all vectors in row order.

        Returns
        -------
        ndarray of shape (n_posts, dimensions), float32
        """
        matrix = np.empty((self.count(), self.manifest.dimensions), np.float32)
        start = 0
        for vectors in self.vector_pages():
            rows = matrix[start : start + len(vectors)]  # fewer than the vectors, where others have added some
            rows[:] = vectors[: len(rows)]
            start += len(vectors)
        self._require_unchanged()
        if start != len(matrix):
            raise DamagedIndexError(
                f"{self.manifest.collection} has vectors of {start:,} posts instead of {len(matrix):,}: make it anew "
                "from the embedding cache with `python -m ingest --rebuild`; nothing is paid for again."
            )
        return matrix

    def vector_pages(self) -> Iterator[NDArray[np.float32]]:
        """Yield all vectors in row order, each time some, of shape (n_vectors, dimensions)."""
        for page in self._pages("embeddings", size=self._place.quotas.vectors_read(self.manifest.dimensions)):
            yield np.asarray(page["embeddings"], np.float32)

    def vector(self, post_id: str) -> NDArray[np.float32]:
        """Return the vector of a post that was read before, of shape (dimensions,)."""
        found = self._get("embeddings", ids=[post_id])["embeddings"]
        if not len(found):
            raise WrittenMeanwhileError(self.manifest.collection)
        return np.asarray(found[0], np.float32)

    def nearest(self, vector: NDArray[np.float32], n_results: int) -> list[Neighbor]:
        """Return the stored posts nearest to a vector of shape (dimensions,), best first."""
        answer: Any = self._ask(
            lambda collection: collection.query(
                query_embeddings=vector[np.newaxis],
                n_results=n_results,
                include=["metadatas", "documents", "distances"],
            )
        )
        page = {key: answer[key][0] for key in ("ids", "metadatas", "documents")}
        return list(map(Neighbor, posts_in(page), map(_similarity, answer["distances"][0])))

    def upsert(self, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        """Write posts with vectors of shape (n_records, dimensions)."""
        for rows in self._place.quotas.batches(records, self.manifest.dimensions):
            self._ask(partial(_upsert, records[rows], vectors[rows]))

    def delete(self, post_ids: Sequence[str]) -> None:
        for some in slices(post_ids, self._place.quotas.records_written):
            self._ask(partial(_delete, some))

    def mark_unsealed(self) -> None:
        """Say in the manifest that what the collection holds is not known, until ``mark_sealed``."""
        self._write_manifest(replace(self.manifest, complete=False, n_posts=0, fingerprint=""))

    def mark_sealed(self, *, complete: bool) -> None:
        """Say in the manifest what the collection now holds, and whether that is all that was asked for."""
        hashes = self.content_hashes()
        self._write_manifest(
            replace(self.manifest, complete=complete, n_posts=len(hashes), fingerprint=fingerprint(hashes))
        )

    def _write_manifest(self, manifest: Manifest) -> None:
        self.manifest = manifest
        metadata = manifest.as_metadata(self._place.quotas.manifest_bytes)
        self._ask(lambda collection: collection.modify(metadata=metadata))

    def _require_unchanged(self) -> None:
        """Refuse what was read while others wrote: results that are kept must be of what their fingerprint says."""
        if self._place.is_shared and Manifest.from_metadata(self._again().metadata) != self.manifest:
            raise WrittenMeanwhileError(self.manifest.collection)

    def _pages(self, *include: str, size: int | None = None) -> Iterator[dict[str, Any]]:
        return pages(self._get, include, self._place, size)

    def _get(self, *include: str, **which: Any) -> Any:
        return self._ask(lambda collection: collection.get(include=list(include), **which))  # type: ignore[arg-type]

    def _ask(self, question: Callable[[Collection], Answer]) -> Answer:
        try:
            return self._asked(question)
        except GoneError:
            self._find_again()
            return self._asked(question)

    def _asked(self, question: Callable[[Collection], Answer]) -> Answer:
        with self._reach() as collection:
            return self._place.ask(partial(question, collection), self.manifest.collection)

    def _find_again(self) -> None:
        """Take what a rebuilding has put in the place, if it holds the same."""
        found = self._again()
        if Manifest.from_metadata(found.metadata) != self.manifest:
            raise GoneError(
                f"The posts of {self.manifest.corpus} have changed since they were opened: open them again."
            )
        self._reach = lambda: nullcontext(found)


def _similarity(distance: float) -> float:
    """Turn a cosine distance, which rounding can leave a little outside [0, 2], into a similarity."""
    return min(max(1.0 - distance, -1.0), 1.0)


def _upsert(records: Sequence[Record], vectors: NDArray[np.float32], collection: Collection) -> None:
    collection.upsert(
        ids=[record.post.id for record in records],
        embeddings=vectors,
        documents=[record.post.text for record in records],
        metadatas=[record.as_metadata() for record in records],
    )


def _delete(post_ids: Sequence[str], collection: Collection) -> None:
    collection.delete(ids=list(post_ids))
