"""Explorer: the methods that every door calls, on one corpus embedded by one model."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer.choosing import choose
from explorer.clustering import Clustering, inertia_of, kmeans_labels, kmeans_recipe, require_n_clusters
from explorer.derived import DerivedArrays, Recipe
from explorer.labeling import ClusterSummary, TermUse, find_terms, summarize
from explorer.projection import Projection, require_method
from ingest.embedders import Embedder, TaskType, embed_query, make_embedder
from ingest.embedders.pace import Sending
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import Filters, Manifest, Neighbor, Store, StoredCollection

NO_FILTERS = Filters()
# Whoever asks does not wait longer than this, in seconds, for an API that fails in passing.
PATIENCE = 20.0


class Explorer:
    """Answers questions about a corpus from its stored embeddings.

    Open one with ``Explorer.open`` and close it, or use it in a ``with`` block: it holds its store's lock.
    """

    def __init__(self, store: Store, manifests: dict[TaskType, Manifest]) -> None:
        self._store = store
        self._manifests = manifests
        self._derived = DerivedArrays(store.derived)

    @classmethod
    def open(cls, store: str | Path = "chroma_data", *, corpus: str | None = None, model: str | None = None) -> Self:
        """Open a corpus of a store; corpus and model may be left out where there is only one.

        Raises
        ------
        UserError
            Where there is no store, no such corpus, a choice to make, or another process holds the store.
        """
        opened = Store(Path(store))
        try:
            return cls(opened, choose(opened.manifests(), corpus, model))
        except BaseException:
            opened.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._store.close()

    @property
    def manifest(self) -> Manifest:
        """The manifest of one of the corpus's collections: all agree on corpus, model and dimensions."""
        return next(iter(self._manifests.values()))

    @property
    def is_complete(self) -> bool:
        """Whether the corpus's ingest has put in all that it was asked for."""
        return all(manifest.complete for manifest in self._manifests.values())

    def search(self, text: str, n_results: int = 10, filters: Filters = NO_FILTERS) -> list[Neighbor]:
        """Find the posts nearest in meaning to a text, best first."""
        if not text.strip():
            raise UserError("The question is empty: type what you are looking for.")
        _require_n_results(n_results)
        self._require_known(filters)
        collection = self._collection(TaskType.RETRIEVAL_DOCUMENT)
        vector = embed_query(self._embedder, text)
        return collection.nearest(vector, min(n_results, collection.manifest.n_posts), filters)

    def similar(self, post_id: str, n_results: int = 10, filters: Filters = NO_FILTERS) -> list[Neighbor]:
        """Find the posts nearest to a stored one, which is not among them, best first."""
        _require_n_results(n_results)
        self._require_known(filters)
        collection = self._best_collection(TaskType.RETRIEVAL_DOCUMENT)
        self._require_post(collection, post_id)
        n_candidates = min(n_results + 1, collection.manifest.n_posts)
        found = collection.nearest(collection.vector(post_id), n_candidates, filters)
        return [neighbor for neighbor in found if neighbor.post.id != post_id][:n_results]

    def post(self, post_id: str) -> Post:
        """Return a stored post."""
        for task_type in self._manifests:
            if post := self._collection(task_type).post(post_id):
                return post
        raise self._no_post(post_id)

    @cached_property
    def posts(self) -> list[Post]:
        """All posts, in the order that clusterings and projections follow."""
        return self._best_collection(TaskType.CLUSTERING).posts()

    @cached_property
    def newsgroups(self) -> list[str]:
        """The newsgroups of the corpus, by name."""
        return sorted({post.newsgroup for post in self.posts})

    def vectors(self, task_type: TaskType = TaskType.CLUSTERING) -> NDArray[np.float32]:
        """Return the stored vectors, read from Chroma once and memory-mapped from then on.

        Returns
        -------
        ndarray of shape (n_posts, dimensions), float32, rows of unit length
        """
        collection = self._collection(task_type)
        recipe = self._address(task_type)
        return np.asarray(self._derived.load_or_compute("vectors", recipe, collection.vectors), np.float32)

    def cluster(self, n_clusters: int = 20, *, seed: int = 0) -> Clustering:
        """Cluster the CLUSTERING vectors with KMeans; nothing is embedded."""
        vectors = self.vectors()
        require_n_clusters(n_clusters, len(vectors))
        recipe = {**self._address(TaskType.CLUSTERING), **kmeans_recipe(n_clusters, seed)}
        found = self._derived.load_or_compute("clustering", recipe, lambda: kmeans_labels(vectors, n_clusters, seed))
        labels = np.asarray(found, np.int32)
        return Clustering(self.post_ids, labels, int(labels.max()) + 1, inertia_of(vectors, labels), seed)

    def describe(self, clustering: Clustering) -> list[ClusterSummary]:
        """Describe each cluster by its size, majority newsgroup and telling terms."""
        return summarize(clustering.labels, self.posts, self._terms)

    def project(self, method: str = "umap", *, seed: int = 0) -> Projection:
        """Project the CLUSTERING vectors onto a plane; a projection seen before is read from disk."""
        chosen = require_method(method, len(self.posts))
        vectors = self.vectors()
        coordinates = self._derived.load_or_compute(
            f"projection-{method}", self._projection_recipe(method, seed), lambda: chosen.project(vectors, seed)
        )
        return Projection(self.post_ids, np.asarray(coordinates, np.float32), method, seed)

    def has_projection(self, method: str, *, seed: int = 0) -> bool:
        """Tell whether ``project`` would answer at once."""
        return self._derived.load(f"projection-{method}", self._projection_recipe(method, seed)) is not None

    @cached_property
    def post_ids(self) -> list[str]:
        """The ids of ``posts``, in their order."""
        return [post.id for post in self.posts]

    @cached_property
    def _embedder(self) -> Embedder:
        """The embedder that the collections were made with: no other can embed a query for them."""
        manifest = self.manifest
        try:
            embedder = make_embedder(manifest.embedder, manifest.model, manifest.dimensions, Sending(patience=PATIENCE))
            embedder.require_ready()
        except UserError as error:
            raise UserError(
                f"{manifest.corpus} was embedded with {manifest.model}, which must embed what it is asked too. {error}"
            ) from error
        return embedder

    @cached_property
    def _terms(self) -> TermUse:
        return find_terms(self.posts)

    def _collection(self, task_type: TaskType) -> StoredCollection:
        if task_type not in self._manifests:
            raise UserError(
                f"{self.manifest.corpus} has no {task_type} vectors: "
                f"add them with `python -m ingest {self.manifest.source} --task-types {task_type}`."
            )
        return self._store.collection(self._manifests[task_type].collection)

    def _best_collection(self, task_type: TaskType) -> StoredCollection:
        """Return the collection of a task type, or of any where that is not there and another will do."""
        return self._collection(task_type if task_type in self._manifests else self.manifest.task_type)

    def _require_post(self, collection: StoredCollection, post_id: str) -> Post:
        post = collection.post(post_id)
        if post is None:
            raise self._no_post(post_id)
        return post

    def _no_post(self, post_id: str) -> UserError:
        return UserError(f"{self.manifest.corpus} has no post {post_id!r}: ids look like {self.posts[0].id!r}.")

    def _require_known(self, filters: Filters) -> None:
        """Refuse a newsgroup that the corpus does not have, rather than find nothing in it."""
        for newsgroup in filters.newsgroups:
            if newsgroup not in self.newsgroups:
                raise UserError(f"No newsgroup is called {newsgroup!r}: there are {', '.join(self.newsgroups)}.")

    def _address(self, task_type: TaskType) -> Recipe:
        manifest = self._collection(task_type).manifest
        return {"collection": manifest.collection, "fingerprint": manifest.fingerprint}

    def _projection_recipe(self, method: str, seed: int) -> Recipe:
        library = require_method(method, len(self.posts)).library_version
        return {**self._address(TaskType.CLUSTERING), "method": method, "seed": seed, "library": library}


def _require_n_results(n_results: int) -> None:
    if n_results < 1:
        raise UserError(f"The number of results must be 1 or more, not {n_results}.")
