"""One collection: posts with their vectors in Chroma, and the only place where distance becomes similarity."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedding_cache import content_hash
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store.filters import Filters
from ingest.store.manifest import Manifest

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

# Reading in pages is three times faster than in one call, and below every limit of Chroma's.
PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A post found, with its cosine similarity in [-1, 1] to what was asked."""

    post: Post
    similarity: float


class StoredCollection:
    """Reads and writes posts and vectors; row order is the order of first writing."""

    def __init__(self, collection: Collection, manifest: Manifest) -> None:
        self._collection = collection
        self.manifest = manifest

    def count(self) -> int:
        with self._faults_explained():
            return self._collection.count()

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
        for page in self._pages("embeddings"):
            matrix[start : start + len(page["ids"])] = page["embeddings"]
            start += len(page["ids"])
        return matrix

    def vector(self, post_id: str) -> NDArray[np.float32]:
        """Return one stored vector, of shape (dimensions,)."""
        return np.asarray(self._get("embeddings", ids=[post_id])["embeddings"][0], np.float32)

    def nearest(self, vector: NDArray[np.float32], n_results: int, filters: Filters) -> list[Neighbor]:
        """Return the stored posts nearest to a vector of shape (dimensions,), best first."""
        with self._faults_explained():
            answer: Any = self._collection.query(
                query_embeddings=vector[np.newaxis],
                n_results=n_results,
                include=["metadatas", "documents", "distances"],
                **filters.as_query(),
            )
        page = {key: answer[key][0] for key in ("ids", "metadatas", "documents")}
        found = map(Neighbor, _posts_of(page), map(_similarity, answer["distances"][0]))
        return [neighbor for neighbor in found if neighbor.similarity >= filters.min_similarity]

    def upsert(self, posts: Sequence[Post], vectors: NDArray[np.float32]) -> None:
        """Write posts with vectors of shape (n_posts, dimensions)."""
        self._collection.upsert(
            ids=[post.id for post in posts],
            embeddings=vectors,
            documents=[post.text for post in posts],
            metadatas=[_metadata_of(post) for post in posts],
        )

    def delete(self, post_ids: Sequence[str]) -> None:
        for start in range(0, len(post_ids), PAGE):
            self._collection.delete(ids=list(post_ids[start : start + PAGE]))

    def open_for_writing(self) -> None:
        """Say in the manifest that the collection is not whole, until ``complete`` says that it is."""
        self._write_manifest(replace(self.manifest, complete=False))

    def complete(self) -> None:
        """Say in the manifest what the collection now holds."""
        hashes = self.content_hashes()
        digest = hashlib.sha256(repr(list(hashes.items())).encode("utf-8", "surrogatepass")).hexdigest()
        self._write_manifest(replace(self.manifest, complete=True, n_posts=len(hashes), fingerprint=digest[:16]))

    def _write_manifest(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._collection.modify(metadata=manifest.as_metadata())

    def _pages(self, *include: str) -> Iterator[dict[str, Any]]:
        """Yield pages until one is empty: counting would open the index, which may be damaged."""
        for offset in itertools.count(0, PAGE):
            page = self._get(*include, limit=PAGE, offset=offset)
            if not page["ids"]:
                return
            yield page

    def _get(self, *include: str, **which: Any) -> Any:
        with self._faults_explained():
            return self._collection.get(include=list(include), **which)  # type: ignore[arg-type]

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        from chromadb.errors import InternalError

        try:
            yield
        except InternalError as error:
            raise UserError(
                f"Chroma cannot read {self.manifest.collection} ({error}): move the store's folder chroma away "
                "and ingest again; what the embedding cache holds is not paid for again."
            ) from error


def _similarity(distance: float) -> float:
    """Turn a cosine distance, which rounding can leave a little outside [0, 2], into a similarity."""
    return min(max(1.0 - distance, -1.0), 1.0)


def post_hash(post: Post) -> str:
    """Return a hash that changes with whatever a store keeps of a post."""
    return content_hash("\n".join((post.newsgroup, post.subset, post.subject, post.text)))


def _metadata_of(post: Post) -> dict[str, str | int | bool]:
    return {
        "newsgroup": post.newsgroup,
        "subset": post.subset,
        "subject": post.subject,
        "n_characters": len(post.text),
        "content_hash": post_hash(post),
        "truncated": post.truncated,
    }


def _posts_of(page: Any) -> list[Post]:
    return [
        Post(post_id, meta["newsgroup"], meta["subset"], meta["subject"], text, meta["truncated"])
        for post_id, meta, text in zip(page["ids"], page["metadatas"], page["documents"], strict=True)
    ]
