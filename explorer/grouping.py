"""Grouping: a corpus's clusterings, what describes them, and how they compare with its newsgroups and each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from explorer.analysis import Analysis
from explorer.clustering import Clustering, Options
from explorer.clusterings import Clusterings, Wanted
from explorer.comparing import Comparison, SideBySide, compared, side_by_side
from explorer.describing import Describer
from explorer.evaluation import Evaluation, evaluate
from explorer.filters import NO_FILTERS, Filters
from explorer.frames import Rows
from explorer.labeling import ClusterSummary
from explorer.newsgroup_tree import supergroups
from explorer.opened import Opened
from explorer.precision import precision_at
from explorer.sweep import SweepRow
from explorer.titling import Titled
from ingest.embedders import TaskType
from ingest.embedders.gemini_titles import DEFAULT_MODEL as TITLES_MODEL
from ingest.errors import UserError

N_ASKED = 500  # posts whose neighbors are looked at


class Grouping(Opened):
    """Groups a corpus's posts, and says what the groups are worth."""

    def cluster(
        self,
        n_clusters: int | Options | None = None,
        *,
        method: str = "kmeans",
        seed: int = 0,
        filters: Filters = NO_FILTERS,
        task_type: TaskType = TaskType.CLUSTERING,
    ) -> Clustering:
        """Cluster stored vectors with kmeans, hdbscan or dbscan, all of them or those that filters let through.

        Nothing is embedded. ``n_clusters`` is for kmeans, by default 20, or as many as there are posts; the methods
        by density find out how many there are, and leave posts out as noise. ``Options`` in place of the number say
        more.
        """
        self._holdings.require_known(filters)
        return self._clusterings(task_type).cluster(Wanted.of(n_clusters, seed, method, filters))

    def sweep(
        self, ks: Sequence[int] = (), *, task_type: TaskType = TaskType.CLUSTERING, filters: Filters = NO_FILTERS
    ) -> Iterator[SweepRow]:
        """Say of each number of clusters how good and how stable they are, one after the other as it is known.

        Without any, those are tried that suit the number of posts; ``recommended`` chooses among the rows.
        They come one by one, so that who asks can stop; ``Rows(explorer.sweep()).to_frame()`` is a table of all.
        """
        self._holdings.require_known(filters)
        yield from self._clusterings(task_type).sweep(ks, filters)

    def describe(self, clustering: Clustering) -> Rows[ClusterSummary]:
        """Describe each cluster: size, majority newsgroup, telling terms, typical posts, and a title if it has one."""
        return self._describer(clustering).describe(clustering)

    def title(self, clustering: Clustering, *, model: str = TITLES_MODEL) -> Titled:
        """Let Gemini write a title for each cluster that has none yet, which costs a little; they are kept."""
        return self._describer(clustering).title(clustering, model)

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

    def compare(self, one: Clustering, other: Clustering) -> SideBySide:
        """Set a clustering beside another of the same corpus, perhaps of another model: see ``beside``."""
        return side_by_side(one, other, self._newsgroups_of(one))

    def compare_task_types(self, n_clusters: int | None = None, *, seed: int = 0) -> Rows[Comparison]:
        """Cluster the vectors of each stored task type, and set the outcomes side by side.

        ``precision`` is that at 10 of the nearest neighbors of 500 posts drawn by lot, or of all where there are fewer.
        """
        return Rows([self._compared(each, n_clusters, seed) for each in self._holdings.manifests], Comparison)

    def _compared(self, task_type: TaskType, n_clusters: int | None, seed: int) -> Comparison:
        snapshot = self._holdings.snapshots.of(task_type)
        newsgroups = [post.newsgroup for post in snapshot.rows.posts]
        asked = np.random.default_rng(seed).permutation(len(newsgroups))[:N_ASKED]
        found = self.evaluate(self.cluster(n_clusters, seed=seed, task_type=task_type))
        return compared(task_type, found, precision_at(snapshot.vectors, newsgroups, asked))

    def _clusterings(self, task_type: TaskType) -> Clusterings:
        return Clusterings(self._holdings.snapshots.of(task_type), self._holdings.derived)

    def _describer(self, clustering: Clustering) -> Describer:
        holdings = self._holdings
        snapshot = holdings.snapshots.of(TaskType(clustering.task_type))
        analysis = holdings.analysis if snapshot is holdings.mapped else Analysis(snapshot, holdings.derived)
        return Describer(snapshot, analysis, holdings.titles)

    def _newsgroups_of(self, clustering: Clustering) -> list[str]:
        rows = self._holdings.snapshots.of(TaskType(clustering.task_type)).rows
        return [rows.posts[rows.row_of[post_id]].newsgroup for post_id in clustering.post_ids]
