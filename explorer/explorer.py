"""Explorer: the methods that every door calls, on one corpus embedded by one model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer.analysis import Analysis
from explorer.choosing import choose, distinct
from explorer.classification import Classification
from explorer.classifier import Guess
from explorer.classifiers import Classifiers
from explorer.clustering import Clustering, Options
from explorer.clusterings import Clusterings, Wanted
from explorer.columns import Columns
from explorer.comparing import Comparison, SideBySide, compared, side_by_side
from explorer.derived import DerivedResults
from explorer.describing import Describer
from explorer.evaluation import Evaluation, evaluate
from explorer.filters import NO_FILTERS, Filters
from explorer.foreign import choice_of
from explorer.kept_titles import KeptTitles
from explorer.labeling import ClusterSummary
from explorer.locating import locate_by_neighbors
from explorer.maps import Maps, SavedProjection
from explorer.newsgroup_tree import supergroups
from explorer.place_names import PlaceNames
from explorer.plan import Plan, as_plan
from explorer.precision import precision_at
from explorer.projection import DEFAULTS, Parameters, Progress, Projection, require_method
from explorer.query_trial import QueryBill, QueryComparison, QueryTrial, Told
from explorer.question import Question, as_question
from explorer.questions import QuestionVectors
from explorer.ranking import best_rows
from explorer.search import Hit, Searcher
from explorer.selection import Explanation
from explorer.snapshot import Snapshot, Snapshots
from explorer.suspects import Suspect
from explorer.sweep import SweepRow
from explorer.titling import Titled
from explorer.training import Progress as Training
from explorer.trust import Trust
from ingest.embedders import TaskType
from ingest.embedders.gemini_titles import DEFAULT_MODEL as TITLES_MODEL
from ingest.embedders.normalizing import encodable
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import ForeignCollection, Manifest, Reading, Store, mirrored

N_ASKED = 500  # posts whose neighbors are looked at
N_LOCATING = 15  # neighbors say where a question lands


class Explorer:
    """Answers questions about a corpus from its stored embeddings.

    Open one with ``Explorer.open`` and close it, or use it in a ``with`` block: it holds its store's lock.
    """

    def __init__(self, store: Store, manifests: dict[TaskType, Manifest]) -> None:
        self._store = store
        self._manifests = manifests
        self._derived = DerivedResults(store.derived)
        self._titles = KeptTitles(store.titles)
        self._snapshots = Snapshots(store, manifests, self._derived)
        self._questions = QuestionVectors(store, self._answering_manifest)

    @classmethod
    def open(
        cls,
        store: str | Path = "chroma_data",
        *,
        corpus: str | None = None,
        model: str | None = None,
        collection: str | Reading | None = None,
    ) -> Self:
        """Open a corpus of a store; corpus and model may be left out where there is only one.

        ``collection`` is one that this project did not make, by its name or with what else is to be said of it. The
        store may also be a folder that Chroma's own client wrote: its files are copied, and stay as they are.

        Raises
        ------
        UserError
            Where there is no store, no such corpus, a choice to make, or another process holds the store.
        """
        opened = Store(mirrored(Path(store)))
        try:
            reading = Reading(collection) if isinstance(collection, str) else collection
            return cls(opened, choice_of(opened, corpus, model, reading))
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
    def foreign(self) -> ForeignCollection | None:
        """The collection where this project did not make it, otherwise None."""
        return self._snapshots.foreign

    @property
    def takes_questions(self) -> bool:
        """Whether it is known what embeds a typed question as the posts were."""
        return bool(self.manifest.embedder)

    @property
    def columns(self) -> Columns:
        """The metadata of ``posts``, to filter and to color by."""
        return self._mapped.rows.columns

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

    @property
    def task_types(self) -> tuple[TaskType, ...]:
        """The task types whose vectors differ."""
        return distinct(self._manifests)

    def cluster(
        self,
        n_clusters: int | Options = 20,
        *,
        method: str = "kmeans",
        seed: int = 0,
        filters: Filters = NO_FILTERS,
        task_type: TaskType = TaskType.CLUSTERING,
    ) -> Clustering:
        """Cluster stored vectors with kmeans, hdbscan or dbscan, all of them or those that filters let through.

        Nothing is embedded. ``n_clusters`` is for kmeans; the methods by density find out how many there are, and
        leave posts without a cluster. ``Options`` in place of the number say more.
        """
        self._require_known(filters)
        options = n_clusters if isinstance(n_clusters, Options) else Options(n_clusters)
        wanted = Wanted(method, options, seed, filters)
        return Clusterings(self._snapshots.of(task_type), self._derived).cluster(wanted)

    def sweep(self, ks: Sequence[int] = (), *, task_type: TaskType = TaskType.CLUSTERING) -> Iterator[SweepRow]:
        """Say of each number of clusters how good and how stable they are, one after the other as it is known.

        Without any, those are tried that suit the number of posts; ``recommended`` chooses among the rows.
        """
        yield from Clusterings(self._snapshots.of(task_type), self._derived).sweep(ks)

    def describe(self, clustering: Clustering) -> list[ClusterSummary]:
        """Describe each cluster: size, majority newsgroup, telling terms, typical posts, and a title if it has one."""
        return self._describer(clustering).describe(clustering)

    def title(self, clustering: Clustering, *, model: str = TITLES_MODEL) -> Titled:
        """Let Gemini write a title for each cluster that has none yet, which costs a little; they are kept."""
        return self._describer(clustering).title(clustering, model)

    def _describer(self, clustering: Clustering) -> Describer:
        snapshot = self._snapshots.of(TaskType(clustering.task_type))
        analysis = self._analysis if snapshot is self._mapped else Analysis(snapshot, self._derived)
        return Describer(snapshot, analysis, self._titles)

    @cached_property
    def has_supergroups(self) -> bool:
        """Whether the newsgroups belong to fewer super-groups."""
        return supergroups(self.newsgroups) is not None

    def evaluate(self, clustering: Clustering, *, by_supergroup: bool = False) -> Evaluation:
        """Compare a clustering with the newsgroups of its posts, or with the super-groups that those belong to."""
        newsgroups = self._newsgroups_of(clustering)
        if not by_supergroup:
            return evaluate(clustering.labels, newsgroups)
        groups = supergroups(newsgroups)
        if groups is None:
            raise UserError(f"The newsgroups of {self.manifest.corpus} have no super-groups: compare with them alone.")
        return evaluate(clustering.labels, groups)

    def _newsgroups_of(self, clustering: Clustering) -> list[str]:
        rows = self._snapshots.of(TaskType(clustering.task_type)).rows
        return [rows.posts[rows.row_of[post_id]].newsgroup for post_id in clustering.post_ids]

    def compare(self, one: Clustering, other: Clustering) -> SideBySide:
        """Set a clustering beside another of the same corpus, perhaps of another model: see ``beside``."""
        return side_by_side(one, other, self._newsgroups_of(one))

    def beside(self, model: str) -> Self:
        """Return an explorer of the corpus as another model embedded it, open as long as this one is."""
        return type(self)(self._store, choose(self._store.manifests(), self.manifest.corpus, model))

    def bill_for_queries(self, *, seed: int = 0) -> QueryBill:
        """Tell what ``compare_queries`` would embed now: nothing where it has been asked before."""
        return self._query_trial(seed).bill()

    def compare_queries(self, *, seed: int = 0, progress: Told = lambda _: None) -> QueryComparison:
        """Ask 200 subjects with RETRIEVAL_QUERY and with RETRIEVAL_DOCUMENT, and set their precision side by side.

        What is embedded for it is kept. ``progress`` is told how many more are embedded, and may raise to cancel.
        """
        return self._query_trial(seed).run(progress)

    def _query_trial(self, seed: int) -> QueryTrial:
        as_document = QuestionVectors(self._store, self._answering_manifest, TaskType.RETRIEVAL_DOCUMENT)
        return QueryTrial(self._snapshots.of(TaskType.RETRIEVAL_DOCUMENT), self._questions, as_document, seed)

    def compare_task_types(self, n_clusters: int = 20, *, seed: int = 0) -> list[Comparison]:
        """Cluster the vectors of each stored task type, and set the outcomes side by side.

        ``precision`` is that at 10 of the nearest neighbors of 500 posts drawn by lot, or of all where there are fewer.
        """
        return [self._compared(task_type, n_clusters, seed) for task_type in self._manifests]

    def _compared(self, task_type: TaskType, n_clusters: int, seed: int) -> Comparison:
        snapshot = self._snapshots.of(task_type)
        newsgroups = [post.newsgroup for post in snapshot.rows.posts]
        asked = np.random.default_rng(seed).permutation(len(newsgroups))[:N_ASKED]
        found = self.evaluate(self.cluster(n_clusters, seed=seed, task_type=task_type))
        return compared(task_type, found, precision_at(snapshot.vectors, newsgroups, asked))

    def classify(self, model: str = "network", *, seed: int = 0, progress: Training | None = None) -> Classification:
        """Learn the newsgroups of the train subset, and test on the test subset; what was trained before is read.

        The CLASSIFICATION vectors are used, or others where there are none. ``progress`` is told each epoch,
        and may raise to cancel.
        """
        return self.classifiers.classify(model, seed, progress)

    @property
    def classified_ids(self) -> list[str]:
        """The ids of the posts that a classification's rows are of."""
        return [post.id for post in self.classifiers.posts]

    def label(self, text: str, model: str = "network", *, seed: int = 0) -> tuple[Guess, ...]:
        """Return each newsgroup with the probability that a text is of it, the most probable first."""
        return self.classifiers.label(text, model, seed)

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

    def project(
        self,
        method: str | Plan = "umap",
        *,
        seed: int = 0,
        parameters: Parameters = DEFAULTS,
        progress: Progress | None = None,
    ) -> Projection:
        """Project the CLUSTERING vectors onto a plane; a projection seen before is read from disk.

        A ``Plan`` names method, seed and parameters in one. ``progress`` is told how much is done, from 0 to 1;
        what it raises ends the projection.
        """
        return self._maps.project(as_plan(method, seed, parameters), progress)

    def has_projection(self, method: str | Plan, *, seed: int = 0, parameters: Parameters = DEFAULTS) -> bool:
        """Tell whether ``project`` would answer at once."""
        return TaskType.CLUSTERING in self._manifests and self._maps.has(as_plan(method, seed, parameters))

    def projections(self) -> list[SavedProjection]:
        """Return the projections of these posts that were computed before, whoever asked for them."""
        return self._maps.saved() if TaskType.CLUSTERING in self._manifests else []

    def trust(self, projection: Projection) -> Trust:
        """Measure on a sample how far a projection can be trusted."""
        return self._maps.trust(projection)

    def misplacement(self, projection: Projection) -> NDArray[np.float32]:
        """Tell how badly each post is placed, from 0 to 1, of shape (n_posts,)."""
        return self._maps.misplacement(projection)

    def locate(self, question: str | Question, method: str | Plan = "umap") -> tuple[float, float]:
        """Return where a question lands on a map: as the projection itself places it, or else among its neighbors.

        A model with task types puts questions and what is mapped into spaces of their own; then neighbors, who
        are found across the two, say it for every projection.
        """
        projection = self.project(method)
        coordinates = projection.coordinates
        asked, place = self._question(question), require_method(projection.method, len(self.posts)).place
        if place and not self._mapped.collection.manifest.embedded_as:
            return place(self._mapped.vectors, coordinates, self._searcher.vector(asked))
        similarities = self.similarities(asked)
        rows = best_rows(similarities, ~np.isnan(similarities), N_LOCATING)
        if not len(rows):
            source = self.manifest.source
            raise UserError(f"No post on the map is stored for search: add those with `python -m ingest {source}`.")
        return locate_by_neighbors(coordinates, rows, similarities[rows])

    def place_names(self, method: str | Plan = "umap") -> PlaceNames:
        """Return names for the parts of a map, in two levels of detail."""
        return self._analysis.place_names(as_plan(method, 0, DEFAULTS), self.project(method).coordinates)

    @cached_property
    def post_ids(self) -> list[str]:
        """The ids of ``posts``, in their order."""
        return [post.id for post in self.posts]

    @cached_property
    def _analysis(self) -> Analysis:
        return Analysis(self._mapped, self._derived)

    @cached_property
    def _maps(self) -> Maps:
        return Maps(self._snapshots.of(TaskType.CLUSTERING), self._derived)

    @cached_property
    def classifiers(self) -> Classifiers:
        """What learns newsgroups, and tells what it would learn from and what it has learned."""
        snapshot = self._snapshots.best_for(TaskType.CLASSIFICATION)
        manifest = snapshot.collection.manifest
        return Classifiers(snapshot, QuestionVectors(self._store, lambda: manifest, manifest.task_type), self._derived)

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
        """Refuse a newsgroup or a field that the corpus does not have, rather than find nothing in it."""
        for text in filters.where:
            self.columns.split(text)
        for newsgroup in filters.newsgroups:
            if newsgroup not in self.newsgroups:
                raise UserError(f"No newsgroup is called {newsgroup!r}: there are {', '.join(self.newsgroups)}.")


def _require_n_results(n_results: int) -> None:
    if n_results < 1:
        raise UserError(f"The number of results must be 1 or more, not {n_results}.")
