"""Explorer: the methods that every door calls, on one corpus embedded by one model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, Unpack

import numpy as np
from numpy.typing import NDArray

from explorer.choosing import Choice, choose, distinct
from explorer.classification import Classification
from explorer.classifier import Guess
from explorer.classifiers import Classifiers
from explorer.clustering import Clustering, Options
from explorer.clusterings import Wanted
from explorer.columns import Columns
from explorer.comparing import Comparison, SideBySide
from explorer.evaluation import Evaluation
from explorer.exporting import require_writer, write, write_vectors
from explorer.extracting import ALL_POSTS, Extract
from explorer.filters import NO_FILTERS, Filters
from explorer.finding import Finding
from explorer.foreign import choice_of
from explorer.founding import Founding
from explorer.frames import Rows
from explorer.grouped import Grouped
from explorer.holdings import Holdings
from explorer.labeling import ClusterSummary
from explorer.maps import SavedProjection
from explorer.newsgroup_tree import supergroups
from explorer.place_names import PlaceNames
from explorer.plan import Plan, as_plan
from explorer.projection import DEFAULTS, Parameters, Progress, Projection
from explorer.query_trial import QueryBill, QueryComparison, Told
from explorer.question import Question
from explorer.search import Hit
from explorer.selection import Explanation
from explorer.suspects import Suspect
from explorer.sweep import SweepRow
from explorer.titling import Titled
from explorer.training import Progress as Training
from explorer.trust import Trust
from ingest.embedders import TaskType
from ingest.embedders.gemini_titles import DEFAULT_MODEL as TITLES_MODEL
from ingest.posts import Post
from ingest.store import ForeignCollection, ForeignManifest, Manifest, Reading, ServerOptions, Store, mirrored

if TYPE_CHECKING:
    from pandas import DataFrame

    from explorer.picture import Picture


class Explorer:
    """Answers questions about a corpus from its stored embeddings.

    Open one with ``Explorer.open`` and close it, or use it in a ``with`` block: it holds its store's lock.
    """

    def __init__(self, store: Store, manifests: Choice) -> None:
        self._holdings = holdings = Holdings(store, manifests)
        self._finding = Finding(holdings)
        self._grouped = Grouped(holdings)

    @classmethod
    def open(
        cls,
        store: str | Path = "chroma_data",
        *,
        corpus: str | None = None,
        model: str | None = None,
        collection: str | Reading | None = None,
        **server: Unpack[ServerOptions],
    ) -> Self:
        """Open a corpus of a store; corpus and model may be left out where there is only one.

        ``collection`` is one that this project did not make, by its name or with what else is to be said of it. The
        store may also be a folder that Chroma's own client wrote: its files are copied, and stay as they are. Where
        the collections are on a Chroma server or in Chroma Cloud, ``chroma_url`` says so, see ``Store``.

        Raises
        ------
        UserError
            Where there is no store, no such corpus, a choice to make, or another process holds the store.
        """
        path = Path(store) if server.get("chroma_url") else mirrored(Path(store))
        reading = Reading(collection) if isinstance(collection, str) else collection
        return cls.of(Store(path, **server), corpus, model, reading)

    @classmethod
    def of(
        cls, store: Store, corpus: str | None = None, model: str | None = None, reading: Reading | None = None
    ) -> Self:
        """Explore a corpus of a store that is open, or what is to be read; to close the explorer closes the store."""
        try:
            return cls(store, choice_of(store, corpus, model, reading))
        except BaseException:
            store.close()
            raise

    @classmethod
    def from_frame(
        cls,
        frame: DataFrame,
        *,
        store: str | Path = "chroma_data",
        corpus: str = "table",
        embedder: str = "auto",
        max_usd: float | None = None,
        **columns: str,
    ) -> Self:
        """Store a table's posts, embedding only what is new, and open them; the corpus is then what the table holds.

        ``text="body", label="team"`` names the columns, and ``id``, ``subject`` and ``subset`` likewise; those that
        are not named are found by what they are called. It embeds as ``python -m ingest`` does: with Gemini where
        there is a key, else offline. What was embedded before, even by a run that was interrupted, is not again.
        """
        model = Founding(Path(store), corpus, embedder, max_usd).found(frame, **columns)
        return cls.open(store, corpus=corpus, model=model)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        manifest = self.manifest
        return f"<{manifest.corpus}: {manifest.n_posts:,} posts, {manifest.model}, {manifest.dimensions} dimensions>"

    def close(self) -> None:
        self._holdings.store.close()

    @property
    def manifest(self) -> Manifest:
        """The manifest of one of the corpus's collections: all agree on corpus, model and dimensions."""
        return self._holdings.manifest

    @property
    def manifests(self) -> tuple[Manifest, ...]:
        """The manifests of all the corpus's collections, one for each task type."""
        return tuple(self._holdings.manifests.values())

    @property
    def foreign(self) -> ForeignCollection | None:
        """The collection where this project did not make it, otherwise None."""
        return self._holdings.foreign

    @property
    def is_foreign(self) -> bool:
        """Whether this project did not make the collection; unlike ``foreign``, it reads nothing to tell."""
        return isinstance(self.manifest, ForeignManifest)

    @property
    def takes_questions(self) -> bool:
        """Whether it is known what embeds a typed question as the posts were."""
        return bool(self.manifest.embedder)

    @property
    def columns(self) -> Columns:
        """The metadata of ``posts``, to filter and to color by."""
        return self._holdings.columns

    @property
    def is_complete(self) -> bool:
        """Whether the corpus's ingest has put in all that it was asked for."""
        return all(manifest.complete for manifest in self._holdings.manifests.values())

    def search(
        self, question: str | Question, n_results: int = 10, filters: Filters = NO_FILTERS, *, mode: str = "meaning"
    ) -> Rows[Hit]:
        """Find the posts that answer a question by meaning, keywords or both (hybrid), best first."""
        return self._finding.search(question, n_results, filters, mode)

    def similar(self, post_id: str, n_results: int = 10, filters: Filters = NO_FILTERS) -> Rows[Hit]:
        """Find the posts nearest to a stored one, which is not among them, best first."""
        return self.search(Question(like=(post_id,)), n_results, filters)

    def similarities(self, question: str | Question) -> NDArray[np.float32]:
        """Return the similarity of each post to a question, of shape (n_posts,), NaN where it has no vector."""
        return self._finding.similarities(question)

    def count(self, question: str | Question, filters: Filters = NO_FILTERS, *, mode: str = "meaning") -> int:
        """Count the posts that a search without a limit would find."""
        return self._finding.count(question, filters, mode)

    def matching(self, filters: Filters) -> NDArray[np.bool_]:
        """Tell which posts pass the filters, whatever their similarity: a mask of shape (n_posts,)."""
        self._holdings.require_known(filters)
        return self._holdings.mapped.rows.passing(filters)

    def post(self, post_id: str) -> Post:
        """Return a stored post."""
        return self._holdings.post(post_id)

    @property
    def posts(self) -> list[Post]:
        """All posts, in the order that clusterings and projections follow."""
        return self._holdings.posts

    @property
    def newsgroups(self) -> list[str]:
        """The newsgroups of all that is mapped or searched, by name."""
        return self._holdings.newsgroups

    def vectors(self, task_type: TaskType = TaskType.CLUSTERING) -> NDArray[np.float32]:
        """Return the stored vectors, read from Chroma once and memory-mapped from then on.

        Returns
        -------
        ndarray of shape (n_posts, dimensions), float32, rows of unit length
        """
        return self._holdings.snapshots.of(task_type).vectors

    @property
    def task_types(self) -> tuple[TaskType, ...]:
        """The task types whose vectors differ."""
        return distinct(self._holdings.manifests)

    def to_frame(self, extract: Extract = ALL_POSTS) -> DataFrame:
        """Return the posts as a table: id, newsgroup, subset, subject, text, and whatever an ``Extract`` asks for."""
        return extract.table(self)

    def export(self, path: str | Path, extract: Extract = ALL_POSTS) -> int:
        """Write what ``to_frame`` returns to a .csv, .jsonl or .parquet file; return the number of posts."""
        require_writer(Path(path))
        table = self.to_frame(extract)
        write(table, Path(path))
        return len(table)

    def export_vectors(self, path: str | Path, task_type: TaskType = TaskType.CLUSTERING) -> int:
        """Write vectors with the ids of their posts to a .npz or .parquet file; return how many."""
        snapshot = self._holdings.snapshots.of(task_type)
        write_vectors([post.id for post in snapshot.rows.posts], snapshot.vectors, Path(path))
        return len(snapshot.vectors)

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
        return self._grouped.cluster(Wanted.of(n_clusters, seed, method, filters), task_type)

    def sweep(
        self, ks: Sequence[int] = (), *, task_type: TaskType = TaskType.CLUSTERING, filters: Filters = NO_FILTERS
    ) -> Iterator[SweepRow]:
        """Say of each number of clusters how good and how stable they are, one after the other as it is known.

        Without any, those are tried that suit the number of posts; ``recommended`` chooses among the rows.
        """
        yield from self._grouped.sweep(ks, task_type, filters)

    def describe(self, clustering: Clustering) -> Rows[ClusterSummary]:
        """Describe each cluster: size, majority newsgroup, telling terms, typical posts, and a title if it has one."""
        return self._grouped.describer(clustering).describe(clustering)

    def title(self, clustering: Clustering, *, model: str = TITLES_MODEL) -> Titled:
        """Let Gemini write a title for each cluster that has none yet, which costs a little; they are kept."""
        return self._grouped.describer(clustering).title(clustering, model)

    @cached_property
    def has_supergroups(self) -> bool:
        """Whether the newsgroups belong to fewer super-groups."""
        return supergroups(self.newsgroups) is not None

    def evaluate(self, clustering: Clustering, *, by_supergroup: bool = False) -> Evaluation:
        """Compare a clustering with the newsgroups of its posts, or with the super-groups that those belong to."""
        return self._grouped.evaluate(clustering, by_supergroup=by_supergroup)

    def compare(self, one: Clustering, other: Clustering) -> SideBySide:
        """Set a clustering beside another of the same corpus, perhaps of another model: see ``beside``."""
        return self._grouped.compare(one, other)

    def beside(self, model: str) -> Self:
        """Return an explorer of the corpus as another model embedded it, open as long as this one is."""
        store = self._holdings.store
        return type(self)(store, choose(store.manifests(), self.manifest.corpus, model))

    def bill_for_queries(self, *, seed: int = 0) -> QueryBill:
        """Tell what ``compare_queries`` would embed now: nothing where it has been asked before."""
        return self._finding.query_trial(seed).bill()

    def compare_queries(self, *, seed: int = 0, progress: Told = lambda _: None) -> QueryComparison:
        """Ask 200 subjects with RETRIEVAL_QUERY and with RETRIEVAL_DOCUMENT, and set their precision side by side.

        What is embedded for it is kept. ``progress`` is told how many more are embedded, and may raise to cancel.
        """
        return self._finding.query_trial(seed).run(progress)

    def compare_task_types(self, n_clusters: int = 20, *, seed: int = 0) -> Rows[Comparison]:
        """Cluster the vectors of each stored task type, and set the outcomes side by side.

        ``precision`` is that at 10 of the nearest neighbors of 500 posts drawn by lot, or of all where there are fewer.
        """
        return self._grouped.compare_task_types(n_clusters, seed)

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
        return self._holdings.analysis.explain(rows)

    @property
    def is_analyzed(self) -> bool:
        """Whether ``explain`` and ``suspects`` would answer at once."""
        return self._holdings.analysis.is_ready

    @property
    def suspects(self) -> Rows[Suspect]:
        """Posts that deserve a second look: probably mislabeled, near-duplicates, outliers; worst first."""
        return self._holdings.analysis.suspects

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
        return self._holdings.maps.project(as_plan(method, seed, parameters), progress)

    def has_projection(self, method: str | Plan, *, seed: int = 0, parameters: Parameters = DEFAULTS) -> bool:
        """Tell whether ``project`` would answer at once."""
        return self._is_mapped and self._holdings.maps.has(as_plan(method, seed, parameters))

    def projections(self) -> list[SavedProjection]:
        """Return the projections of these posts that were computed before, whoever asked for them."""
        return self._holdings.maps.saved() if self._is_mapped else []

    @property
    def _is_mapped(self) -> bool:
        return TaskType.CLUSTERING in self._holdings.manifests

    def trust(self, projection: Projection) -> Trust:
        """Measure on a sample how far a projection can be trusted."""
        return self._holdings.maps.trust(projection)

    def misplacement(self, projection: Projection) -> NDArray[np.float32]:
        """Tell how badly each post is placed, from 0 to 1, of shape (n_posts,)."""
        return self._holdings.maps.misplacement(projection)

    def locate(self, question: str | Question, method: str | Plan = "umap") -> tuple[float, float]:
        """Return where a question lands on a map: as the projection itself places it, or else among its neighbors.

        A model with task types puts questions and what is mapped into spaces of their own; then neighbors, who
        are found across the two, say it for every projection.
        """
        return self._finding.locate(question, self.project(method))

    def place_names(self, method: str | Plan = "umap") -> PlaceNames:
        """Return names for the parts of a map, in two levels of detail."""
        return self._holdings.analysis.place_names(as_plan(method, 0, DEFAULTS), self.project(method).coordinates)

    def show(
        self,
        method: str | Plan = "umap",
        color: str = "newsgroup",
        *,
        clustering: Clustering | int = 20,
        question: str = "",
        is_dark: bool = False,
    ) -> Picture:
        """Return a map that a notebook shows, to zoom and search in, and that can be saved as HTML, PNG or SVG.

        Colors are those of newsgroup, cluster (of a clustering, or of so many clusters), subset, suspect,
        similarity (to a question) and placement.
        """
        from explorer.painting import Subject, require_painter
        from explorer.picture import make_picture

        paint, plan = require_painter(color), as_plan(method, 0, DEFAULTS)
        subject = Subject(self, self.project(plan), clustering, question)
        return make_picture(self, plan, paint(subject), is_dark=is_dark)

    @cached_property
    def post_ids(self) -> list[str]:
        """The ids of ``posts``, in their order."""
        return [post.id for post in self.posts]

    @property
    def classifiers(self) -> Classifiers:
        """What learns newsgroups, and tells what it would learn from and what it has learned."""
        return self._holdings.classifiers
