"""One collection: posts with their vectors in Chroma, and the only place where distance becomes similarity."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedding_cache import sha256_of
from ingest.errors import DamagedIndexError
from ingest.posts import Post
from ingest.store.manifest import Manifest

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

    Reach = Callable[[], AbstractContextManager[Collection]]

# Reading in pages is three times faster than in one call, and below every limit of Chroma's.
PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A post found, with its cosine similarity in [-1, 1] to what was asked."""

    post: Post
    similarity: float


@dataclass(frozen=True, slots=True)
class Record:
    """A post with the hash of its text as sent to the model, by which the embedding cache knows its vector."""

    post: Post
    sent_hash: str

    @property
    def content_hash(self) -> str:
        """A hash that changes with whatever a store keeps of the post."""
        post = self.post
        parts = (post.newsgroup, post.subset, post.subject, str(post.truncated), post.text, self.sent_hash)
        return sha256_of("\n".join(parts))


class StoredCollection:
    """Reads and writes posts and vectors; row order is the order of first writing.

    Where Chroma's files are closed and opened again, ``reach`` finds the collection, each time that it is used.
    """

    def __init__(self, collection: Collection, manifest: Manifest, reach: Reach | None = None) -> None:
        self._collection = collection
        self._reach = reach or (lambda: nullcontext(collection))
        self.manifest = manifest

    def reached_by(self, reach: Reach) -> StoredCollection:
        """Return the collection as it is reached in that way."""
        return type(self)(self._collection, self.manifest, reach)

    def count(self) -> int:
        with self._reached() as collection:
            return collection.count()

    def content_hashes(self) -> dict[str, str]:
        """Return the hash of each stored post by its id, in row order."""
        return {
            post_id: metadata["content_hash"]
            for page in self._pages("metadatas")
            for post_id, metadata in zip(page["ids"], page["metadatas"], strict=True)
        }

    def posts(self) -> list[Post]:
        """Return all posts in row order."""
        return [post for page in self._pages("metadatas", "documents") for post in _posts_of(page)]

    def records(self, page_size: int = PAGE) -> Iterator[list[Record]]:
        """Yield all posts in row order, page by page; the index, and so vectors, are not needed for that."""
        for page in self._pages("metadatas", "documents", size=page_size):
            hashes = (metadata["sent_hash"] for metadata in page["metadatas"])
            yield [Record(post, sent_hash) for post, sent_hash in zip(_posts_of(page), hashes, strict=True)]

    def post(self, post_id: str) -> Post | None:
        page = self._get("metadatas", "documents", ids=[post_id])
        return next(iter(_posts_of(page)), None)

    def vectors(self) -> NDArray[np.float32]:
        """Return all vectors in row order.

        Returns
        -------
        ndarray of shape (n_posts, dimensions), float32
        """
        matrix = np.empty((self.count(), self.manifest.dimensions), np.float32)
        start = 0
        for vectors in self.vector_pages():
            matrix[start : start + len(vectors)] = vectors
            start += len(vectors)
        return matrix

    def vector_pages(self) -> Iterator[NDArray[np.float32]]:
        """Yield all vectors in row order, each time some, of shape (n_vectors, dimensions)."""
        for page in self._pages("embeddings"):
            yield np.asarray(page["embeddings"], np.float32)

    def vector(self, post_id: str) -> NDArray[np.float32]:
        """Return one stored vector, of shape (dimensions,)."""
        return np.asarray(self._get("embeddings", ids=[post_id])["embeddings"][0], np.float32)

    def nearest(self, vector: NDArray[np.float32], n_results: int) -> list[Neighbor]:
        """Return the stored posts nearest to a vector of shape (dimensions,), best first."""
        with self._reached() as collection:
            answer: Any = collection.query(
                query_embeddings=vector[np.newaxis],
                n_results=n_results,
                include=["metadatas", "documents", "distances"],
            )
        page = {key: answer[key][0] for key in ("ids", "metadatas", "documents")}
        return list(map(Neighbor, _posts_of(page), map(_similarity, answer["distances"][0])))

    def upsert(self, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        """Write posts with vectors of shape (n_records, dimensions)."""
        with self._reached() as collection:
            collection.upsert(
                ids=[record.post.id for record in records],
                embeddings=vectors,
                documents=[record.post.text for record in records],
                metadatas=[_metadata_of(record) for record in records],
            )

    def delete(self, post_ids: Sequence[str]) -> None:
        with self._reached() as collection:
            for start in range(0, len(post_ids), PAGE):
                collection.delete(ids=list(post_ids[start : start + PAGE]))

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
        with self._reached() as collection:
            collection.modify(metadata=manifest.as_metadata())

    def _pages(self, *include: str, size: int = PAGE) -> Iterator[dict[str, Any]]:
        """Yield pages by ids, for to skip rows takes longer the more there are.

        Nothing is counted: that would open the index, which may be damaged.
        """
        post_ids = self._get()["ids"]
        for start in range(0, len(post_ids), size):
            yield self._get(*include, ids=post_ids[start : start + size])

    def _get(self, *include: str, **which: Any) -> Any:
        with self._reached() as collection:
            return collection.get(include=list(include), **which)  # type: ignore[arg-type]

    @contextmanager
    def _reached(self) -> Iterator[Collection]:
        """Reach the collection for as long as it is used, and explain what goes wrong."""
        from chromadb.errors import ChromaError

        try:
            with self._reach() as collection:
                yield collection
        except ChromaError as error:
            name = self.manifest.collection
            raise DamagedIndexError(
                f"Chroma cannot use {name} ({error}): make its files anew from the embedding cache with "
                "`python -m ingest --rebuild`; nothing is paid for again."
            ) from error


def fingerprint(content_hashes: Mapping[str, str]) -> str:
    """Return what changes whenever a collection's posts do, or their order."""
    return sha256_of(repr(list(content_hashes.items())))[:16]


def _similarity(distance: float) -> float:
    """Turn a cosine distance, which rounding can leave a little outside [0, 2], into a similarity."""
    return min(max(1.0 - distance, -1.0), 1.0)


def _metadata_of(record: Record) -> dict[str, str | int | bool]:
    post = record.post
    return {
        "newsgroup": post.newsgroup,
        "subset": post.subset,
        "subject": post.subject,
        "n_characters": len(post.text),
        "content_hash": record.content_hash,
        "sent_hash": record.sent_hash,
        "truncated": post.truncated,
    }


def _posts_of(page: Any) -> list[Post]:
    return [
        Post(post_id, meta["newsgroup"], meta["subset"], meta["subject"], text, meta["truncated"])
        for post_id, meta, text in zip(page["ids"], page["metadatas"], page["documents"], strict=True)
    ]
