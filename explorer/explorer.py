"""Explorer: the methods that every door calls, on one corpus embedded by one model."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer.analysis import Analysis
from explorer.choosing import choose
from explorer.clustering import Clustering, inertia_of, kmeans_labels, kmeans_recipe, require_n_clusters
from explorer.derived import DerivedResults, Recipe
from explorer.filters import NO_FILTERS, Filters
from explorer.labeling import ClusterSummary, summarize
from explorer.locating import locate_by_neighbors
from explorer.place_names import PlaceNames
from explorer.projection import Projection, require_method
from explorer.question import Question, as_question
from explorer.questions import QuestionVectors
from explorer.ranking import best_rows
from explorer.search import Hit, Searcher
from explorer.selection import Explanation
from explorer.snapshot import Snapshot, Snapshots
from explorer.suspects import Suspect
from ingest.embedders import TaskType
from ingest.embedders.normalizing import encodable
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import Manifest, Store

N_LOCATING = 15  # neighbors say where a question lands


class Explorer:
    """Answers questions about a corpus from its stored embeddings.

    Open one with ``Explorer.open`` and close it, or use it in a ``with`` block: it holds its store's lock.
    """

    def __init__(self, store: Store, manifests: dict[TaskType, Manifest]) -> None:
        self._store = store
        self._manifests = manifests
        self._derived = DerivedResults(store.derived)
        self._snapshots = Snapshots(store, manifests, self._derived)
        self._questions = QuestionVectors(store, self._answering_manifest)

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
        return self._snapshots.manifest

    @property
    def is_complete(self) -> bool:
        """Whether the corpus's ingest has put in all that it was asked for."""
        return all(manifest.complete for manifest in self._manifests.values())

    def search(
        self, question: str | Question, n_results: int = 10, filters: Filters = NO_FILTERS, *, mode: str = "meaning"
    ) -> list[Hit]:
        """Find the posts that answer a question by meaning, keywords or both (hybrid), best first."""
        _require_n_results(n_results)
        self._require_known(filters)
        return self._searcher.search(self._question(question), n_results, filters, mode)

    def similar(self, post_id: str, n_results: int = 10, filters: Filters = NO_FILTERS) -> list[Hit]:
        """Find the posts nearest to a stored one, which is not among them, best first."""
        return self.search(Question(like=(post_id,)), n_results, filters)

    def similarities(self, question: str | Question) -> NDArray[np.float32]:
        """Return the similarity of each post to a question, of shape (n_posts,), NaN where it has no vector."""
        found = self._searcher.similarities(self._question(question))
        return self._searched.rows.in_order_of(self._mapped.rows, found)

    def count(self, question: str | Question, filters: Filters = NO_FILTERS, *, mode: str = "meaning") -> int:
        """Count the posts that a search without a limit would find."""
        self._require_known(filters)
        return self._searcher.count(self._question(question), filters, mode)

    def matching(self, filters: Filters) -> NDArray[np.bool_]:
        """Tell which posts pass the filters, whatever their similarity: a mask of shape (n_posts,)."""
        self._require_known(filters)
        return self._mapped.rows.passing(filters)

    def post(self, post_id: str) -> Post:
        """Return a stored post."""
        can_be_stored = encodable(post_id) == post_id
        for task_type in self._manifests if can_be_stored else ():
            if post := self._snapshots.of(task_type).collection.post(post_id):
                return post
        raise UserError(f"{self.manifest.corpus} has no post {post_id!r}: ids look like {self.posts[0].id!r}.")

    @property
    def posts(self) -> list[Post]:
        """All posts, in the order that clusterings and projections follow."""
        return self._mapped.rows.posts

    @cached_property
    def newsgroups(self) -> list[str]:
        """The newsgroups of all that is mapped or searched, by name."""
        return sorted({post.newsgroup for stored in (self._mapped, self._searched) for post in stored.rows.posts})

    def vectors(self, task_type: TaskType = TaskType.CLUSTERING) -> NDArray[np.float32]:
        """Return the stored vectors, read from Chroma once and memory-mapped from then on.

        Returns
        -------
        ndarray of shape (n_posts, dimensions), float32, rows of unit length
        """
        return self._snapshots.of(task_type).vectors

    def cluster(self, n_clusters: int = 20, *, seed: int = 0) -> Clustering:
        """Cluster the CLUSTERING vectors with KMeans; nothing is embedded."""
        vectors = self.vectors()
        require_n_clusters(n_clusters, len(vectors))
        recipe = {**self._snapshots.of(TaskType.CLUSTERING).address, **kmeans_recipe(n_clusters, seed)}
        found = self._derived.load_or_compute("clustering", recipe, lambda: kmeans_labels(vectors, n_clusters, seed))
        labels = np.asarray(found, np.int32)
        return Clustering(self.post_ids, labels, int(labels.max()) + 1, inertia_of(vectors, labels), seed)

    def describe(self, clustering: Clustering) -> list[ClusterSummary]:
        """Describe each cluster by its size, majority newsgroup and telling terms."""
        return summarize(clustering.labels, self.posts, self._analysis.terms)

    def explain(self, rows: NDArray[np.intp]) -> Explanation:
        """Explain what sets some posts apart from all, by their indices in ``posts``."""
        return self._analysis.explain(rows)

    @property
    def is_analyzed(self) -> bool:
        """Whether ``explain`` and ``suspects`` would answer at once."""
        return self._analysis.is_ready

    @property
    def suspects(self) -> list[Suspect]:
        """Posts that deserve a second look: probably mislabeled, near-duplicates, outliers; worst first."""
        return self._analysis.suspects

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

    def locate(self, question: str | Question, method: str = "umap") -> tuple[float, float]:
        """Return where a question lands on a map: as the projection itself places it, or else among its neighbors.

        A model with task types puts questions and what is mapped into spaces of their own; then neighbors, who
        are found across the two, say it for every projection.
        """
        coordinates = self.project(method).coordinates
        asked, place = self._question(question), require_method(method, len(self.posts)).place
        if place and not self._mapped.collection.manifest.embedded_as:
            return place(self._mapped.vectors, coordinates, self._searcher.vector(asked))
        similarities = self.similarities(asked)
        rows = best_rows(similarities, ~np.isnan(similarities), N_LOCATING)
        if not len(rows):
            source = self.manifest.source
            raise UserError(f"No post on the map is stored for search: add those with `python -m ingest {source}`.")
        return locate_by_neighbors(coordinates, rows, similarities[rows])

    def place_names(self, method: str = "umap") -> PlaceNames:
        """Return names for the parts of a map, in two levels of detail."""
        return self._analysis.place_names(method, self.project(method).coordinates)

    @cached_property
    def post_ids(self) -> list[str]:
        """The ids of ``posts``, in their order."""
        return [post.id for post in self.posts]

    @cached_property
    def _analysis(self) -> Analysis:
        return Analysis(self._mapped, self._derived)

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self._searched, self._questions)

    def _answering_manifest(self) -> Manifest:
        """Return the manifest of the vectors that a question's are compared with."""
        return self._snapshots.of(TaskType.RETRIEVAL_DOCUMENT).collection.manifest

    @property
    def _searched(self) -> Snapshot:
        """What is searched: without vectors made for that, any can be searched for posts like others."""
        return self._snapshots.best_for(TaskType.RETRIEVAL_DOCUMENT)

    @property
    def _mapped(self) -> Snapshot:
        """What clusterings and projections follow."""
        return self._snapshots.best_for(TaskType.CLUSTERING)

    def _question(self, question: str | Question) -> Question:
        """Return the question, refusing one that names posts that cannot be searched by."""
        asked = as_question(question)
        if asked.named and (unknown := asked.named - self._searched.rows.row_of.keys()):
            post, manifest = self.post(min(unknown)), self._searched.collection.manifest
            raise UserError(
                f"{manifest.corpus} has no {manifest.task_type} vector of {post.id!r}: "
                f"add it with `python -m ingest {manifest.source} --task-types {manifest.task_type}`."
            )
        return asked

    def _require_known(self, filters: Filters) -> None:
        """Refuse a newsgroup that the corpus does not have, rather than find nothing in it."""
        for newsgroup in filters.newsgroups:
            if newsgroup not in self.newsgroups:
                raise UserError(f"No newsgroup is called {newsgroup!r}: there are {', '.join(self.newsgroups)}.")

    def _projection_recipe(self, method: str, seed: int) -> Recipe:
        library = require_method(method, len(self.posts)).library_version
        return {**self._snapshots.of(TaskType.CLUSTERING).address, "method": method, "seed": seed, "library": library}


def _require_n_results(n_results: int) -> None:
    if n_results < 1:
        raise UserError(f"The number of results must be 1 or more, not {n_results}.")
