"""Snapshots of a corpus's collections: posts, vectors and words, each read or made when first needed, and kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from explorer import components, keywords, neighborhoods
from explorer.columns import Columns
from explorer.derived import DerivedResults, Format, Recipe, read_arrays, write_arrays
from explorer.filters import PostRows
from explorer.keywords import KeywordIndex
from explorer.neighborhoods import Neighborhoods, find_neighborhoods
from explorer.shares import Progress, untold
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import ForeignCollection, ForeignManifest, Manifest, Store, StoredCollection


def _read_neighborhoods(path: Path) -> Neighborhoods:
    return Neighborhoods(**read_arrays(path))


def _write_neighborhoods(found: Neighborhoods, path: Path) -> None:
    write_arrays(path, rows=found.rows, similarities=found.similarities)


# A collection of this project, or one that others made.
Readable = StoredCollection | ForeignCollection

KEYWORDS = Format("", KeywordIndex.read, KeywordIndex.write)
# Of a manifest: whatever else it says changes no post and no vector.
ADDRESS = ("collection", "fingerprint", "embedder", "preparation")
NEIGHBORHOODS = Format(".npz", _read_neighborhoods, _write_neighborhoods)


class Snapshot:
    """What is stored of a corpus for one task type, in row order; a twin has the same posts in the same order."""

    def __init__(self, collection: Readable, derived: DerivedResults, twin: Snapshot | None) -> None:
        self.collection = collection
        self._derived = derived
        self._twin = twin
        self._reading = Lock()
        self._neighborhoods: Neighborhoods | None = None

    @property
    def address(self) -> Recipe:
        """What results that are computed from it depend on: which posts, and what made their vectors of them."""
        manifest = self.collection.manifest
        return {name: getattr(manifest, name) for name in ADDRESS}

    @cached_property
    def rows(self) -> PostRows:
        with self._reading:  # From Python 3.12 on, threads that ask at once would each read all posts.
            known: PostRows | None = vars(self).get("rows")
            return known or (self._twin.rows if self._twin else _rows_of(self.collection))

    @property
    def indexed(self) -> StoredCollection | None:
        """The collection, where its index can be asked for what is nearest by cosine."""
        return self.collection if isinstance(self.collection, StoredCollection) else None

    def post(self, post_id: str) -> Post | None:
        """Return a post: from memory where all are there, which does not wait for whoever writes to the store."""
        known: PostRows | None = vars(self).get("rows")
        if known is None:
            return self.collection.post(post_id)
        return known.posts[known.row_of[post_id]] if post_id in known.row_of else None

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """The vectors, read from Chroma once and memory-mapped from then on, of shape (n_posts, dimensions)."""
        return np.asarray(self._derived.load_or_compute("vectors", self.address, self.collection.vectors), np.float32)

    def vectors_at(self, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the vectors of the posts at some rows, which are not copied where those are all in their order."""
        are_all = np.array_equal(rows, np.arange(len(self.vectors)))
        return self.vectors if are_all else self.vectors[rows]

    @cached_property
    def components(self) -> NDArray[np.float32]:
        """The principal components of the vectors, of shape (n_posts, n_components)."""
        recipe = {**self.address, **components.recipe()}
        found = self._derived.load_or_compute(
            "components", recipe, lambda: components.principal_components(self.vectors)
        )
        return np.asarray(found, np.float32)

    @property
    def neighborhoods(self) -> Neighborhoods:
        """The nearest posts of every post."""
        return self.find_neighborhoods()

    def find_neighborhoods(self, progress: Progress = untold) -> Neighborhoods:
        """Return the nearest posts of every post; ``progress`` is told how much is done where nobody knows them yet."""
        if self._neighborhoods is None:
            recipe = {**self.address, **neighborhoods.recipe(len(self.rows.posts))}
            self._neighborhoods = self._derived.load_or_make(
                "neighborhoods", recipe, lambda: find_neighborhoods(self.vectors, progress=progress), NEIGHBORHOODS
            )
        return self._neighborhoods

    @cached_property
    def keywords(self) -> KeywordIndex:
        recipe = {**self.address, **keywords.recipe()}
        return self._derived.load_or_make("keywords", recipe, lambda: KeywordIndex.of(self.rows.posts), KEYWORDS)


def _rows_of(collection: Readable) -> PostRows:
    posts = collection.posts()
    return PostRows(posts, Columns(collection.metadata()) if isinstance(collection, ForeignCollection) else None)


class Snapshots:
    """The snapshots of one corpus by task type; those of the same posts share them in memory."""

    def __init__(self, store: Store, manifests: Mapping[TaskType, Manifest], derived: DerivedResults) -> None:
        self._store = store
        self._manifests = manifests
        self._derived = derived
        self._taken: dict[TaskType, Snapshot] = {}
        self._taking = Lock()
        self._foreign: ForeignCollection | None = None
        self._reading = Lock()

    @property
    def manifest(self) -> Manifest:
        """The manifest of one of the collections: all agree on corpus, model and dimensions."""
        return next(iter(self._manifests.values()))

    def of(self, task_type: TaskType) -> Snapshot:
        with self._taking:
            if self.foreign:
                task_type = self.foreign.manifest.task_type
            if task_type not in self._taken:
                collection = self._collection(task_type)
                known = {snapshot.collection.manifest.fingerprint: snapshot for snapshot in self._taken.values()}
                twin = known.get(collection.manifest.fingerprint)
                self._taken[task_type] = Snapshot(collection, self._derived, twin)
            return self._taken[task_type]

    def best_for(self, task_type: TaskType) -> Snapshot:
        """Return the snapshot of a task type, or of any where that is not there and another will do."""
        return self.of(task_type if task_type in self._manifests else self.manifest.task_type)

    @property
    def foreign(self) -> ForeignCollection | None:
        """The collection, read once for all task types, where this project did not make it."""
        if not isinstance(self.manifest, ForeignManifest):
            return None
        with self._reading:
            if self._foreign is None:
                self._foreign = self._store.foreign_collection(self.manifest.collection)
            return self._foreign

    def _collection(self, task_type: TaskType) -> Readable:
        if self.foreign:
            return self.foreign
        if task_type not in self._manifests:
            raise UserError(
                f"{self.manifest.corpus} has no {task_type} vectors: "
                f"add them with `python -m ingest {self.manifest.source} --task-types {task_type}`."
            )
        return self._store.collection(self._manifests[task_type].collection)
