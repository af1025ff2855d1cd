"""Collections that this project did not make, read as if it had: records become posts, vectors get unit length."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property, partial
from threading import RLock
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedders.normalizing import unit_vectors
from ingest.errors import UserError, WrittenMeanwhileError
from ingest.posts import Post
from ingest.store.fields import Field, Metadata, describe, label_of
from ingest.store.foreign_manifest import ask_about, manifest_of
from ingest.store.paging import pages
from ingest.store.place import Place
from ingest.store.reading import Readings
from ingest.store.records import post_of

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

    Reach = Callable[[], AbstractContextManager[Collection]]

MOST_GROUPS = 500  # different labels, where the user names the field
UNKNOWN = -1  # the row of a record that others have added on a server meanwhile
N_SAMPLED = 16  # vectors that the fingerprint looks at: all of them would be read at every start


class ForeignCollection:
    """Reads all records once; nothing is ever written. ``reach`` finds Chroma's collection, each time that it is used.

    Similarity is the cosine whatever the collection's metric, so vectors are scaled to unit length; those that have
    no length, or no finite one, are left out together with their records.
    """

    def __init__(self, place: Place, reach: Reach, readings: Readings) -> None:
        self._place = place
        self._reach = reach
        self._readings = readings
        self._reading = RLock()
        self._vectors: NDArray[np.float32] | None = None
        with reach() as collection:
            self._id = collection.id
            self.manifest = manifest_of(collection, place, readings)
        self.manifest = replace(self.manifest, fingerprint=self._fingerprint())

    @property
    def name(self) -> str:
        return self.manifest.collection

    def posts(self) -> list[Post]:
        """Return the records as posts, in row order, without those that are left out."""
        return list(self._posts.values())

    def post(self, post_id: str) -> Post | None:
        return self._posts.get(post_id)

    def metadata(self) -> list[Metadata]:
        """Return the metadata of each of the posts."""
        return [self._records[post_id][0] for post_id in self._posts]

    def vectors(self) -> NDArray[np.float32]:
        """Return the posts' vectors in row order.

        Returns
        -------
        ndarray of shape (n_posts, dimensions), float32, rows of unit length
        """
        with self._reading:
            found = self._unit_vectors() if self._vectors is None else self._vectors
            self._vectors = None  # whoever asked keeps them
            return found[[post_id not in self.left_out for post_id in self._records]]

    @cached_property
    def fields(self) -> list[Field]:
        """The metadata fields, by name."""
        return describe(metadata for metadata, _ in self._records.values())

    @cached_property
    def label(self) -> str:
        """The field that is taken as newsgroup: the one that the user named, or that looks like one; or none."""
        named = self.manifest.named_label
        if named:
            self._require_label(named)
        return named or label_of(self.fields, len(self._records))

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The ids of records without a usable vector; to find them, all vectors are read once."""
        fingerprint = self.manifest.fingerprint
        with self._reading:
            known = self._readings.left_out(self.name, fingerprint)
            if known is None:
                self._vectors = self._unit_vectors()
                is_unusable = np.isnan(self._vectors[:, 0])
                known = frozenset(itertools.compress(self._records, is_unusable))
                self._readings.keep_left_out(self.name, fingerprint, known)
            return known

    @cached_property
    def _posts(self) -> dict[str, Post]:
        kept = {post_id: record for post_id, record in self._records.items() if post_id not in self.left_out}
        if not kept:
            raise UserError(f"No record of {self.name} has a vector of any length: there is nothing to explore.")
        return {post_id: post_of(post_id, *record, self.label) for post_id, record in kept.items()}

    @cached_property
    def _records(self) -> dict[str, tuple[Metadata, str | None]]:
        """Each record's metadata and document by its id, in row order."""
        return {
            record_id: (metadata or {}, document)
            for page in pages(self._get, ("metadatas", "documents"), self._place)
            for record_id, metadata, document in zip(page["ids"], page["metadatas"], page["documents"], strict=True)
        }

    def _unit_vectors(self) -> NDArray[np.float32]:
        """Read the vectors of all records; NaN is one that has no length."""
        row_of = {record_id: row for row, record_id in enumerate(self._records)}
        found = np.full((len(row_of), self.manifest.dimensions), np.nan, np.float32)
        n_at_once = self._place.quotas.vectors_read(max(self.manifest.dimensions, 1))
        n_read = 0
        for page in pages(self._get, ("embeddings",), self._place, n_at_once):
            rows = np.array([row_of.get(record_id, UNKNOWN) for record_id in page["ids"]], np.intp)
            found[rows[rows != UNKNOWN]] = unit_vectors(page["embeddings"])[rows != UNKNOWN]
            n_read += int(np.count_nonzero(rows != UNKNOWN))
        if n_read < len(row_of):
            raise WrittenMeanwhileError(self.name)
        return found

    def _fingerprint(self) -> str:
        """Return what changes with the records, their order, the label, or any of a few vectors."""
        digest = hashlib.sha256(f"{self._id} {self.label}".encode())
        for record_id, (metadata, document) in self._records.items():
            # Chroma returns fields in whatever order.
            digest.update(repr((record_id, sorted(metadata.items()), document)).encode("utf-8", "surrogatepass"))
        ids = list(self._records)
        sampled = ids[:: max(len(ids) // N_SAMPLED, 1)]
        found = self._get("embeddings", ids=sampled) if sampled else {"ids": [], "embeddings": []}
        vectors = dict(zip(found["ids"], found["embeddings"], strict=True))
        if len(vectors) < len(sampled):
            raise WrittenMeanwhileError(self.name)
        for record_id in sampled:
            digest.update(np.asarray(vectors[record_id], np.float32).tobytes())
        return digest.hexdigest()[:16]

    def _require_label(self, name: str) -> None:
        known = {field.name: field for field in self.fields}
        if name not in known:
            has = ", ".join(known) or "none"
            raise UserError(f"{self.name} has no metadata field {name!r}: its fields are {has}.")
        if known[name].n_distinct > MOST_GROUPS:
            raise UserError(
                f"{name} has {known[name].n_distinct:,} different values, too many to be a label: "
                f"name a field with at most {MOST_GROUPS}."
            )

    def _get(self, *include: str, **which: Any) -> Any:
        with self._reach() as collection:
            get = partial(collection.get, include=list(include), **which)  # type: ignore[arg-type]
            return ask_about(self._place, get, self.name)
