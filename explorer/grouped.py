"""Grouped: a corpus's clusterings, what describes them, and how they compare with its newsgroups and each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from explorer.analysis import Analysis
from explorer.clustering import Clustering
from explorer.clusterings import Clusterings, Wanted
from explorer.comparing import Comparison, SideBySide, compared, side_by_side
from explorer.describing import Describer
from explorer.evaluation import Evaluation, evaluate
from explorer.filters import Filters
from explorer.frames import Rows
from explorer.holdings import Holdings
from explorer.newsgroup_tree import supergroups
from explorer.precision import precision_at
from explorer.sweep import SweepRow
from ingest.embedders import TaskType
from ingest.errors import UserError

N_ASKED = 500  # posts whose neighbors are looked at


class Grouped:
    """Groups a corpus's posts, and says what the groups are worth."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def cluster(self, wanted: Wanted, task_type: TaskType) -> Clustering:
        self._holdings.require_known(wanted.filters)
        return self.clusterings(task_type).cluster(wanted)

    def sweep(self, ks: Sequence[int], task_type: TaskType, filters: Filters) -> Iterator[SweepRow]:
        self._holdings.require_known(filters)
        return self.clusterings(task_type).sweep(ks, filters)

    def clusterings(self, task_type: TaskType) -> Clusterings:
        return Clusterings(self._holdings.snapshots.of(task_type), self._holdings.derived)

    def describer(self, clustering: Clustering) -> Describer:
        holdings = self._holdings
        snapshot = holdings.snapshots.of(TaskType(clustering.task_type))
        analysis = holdings.analysis if snapshot is holdings.mapped else Analysis(snapshot, holdings.derived)
        return Describer(snapshot, analysis, holdings.titles)

    def evaluate(self, clustering: Clustering, *, by_supergroup: bool) -> Evaluation:
        newsgroups = self._newsgroups_of(clustering)
        if not by_supergroup:
            return evaluate(clustering.labels, newsgroups)
        groups, corpus = supergroups(newsgroups), self._holdings.manifest.corpus
        if groups is None:
            raise UserError(f"The newsgroups of {corpus} have no super-groups: compare with them alone.")
        return evaluate(clustering.labels, groups)

    def compare(self, one: Clustering, other: Clustering) -> SideBySide:
        return side_by_side(one, other, self._newsgroups_of(one))

    def compare_task_types(self, n_clusters: int, seed: int) -> Rows[Comparison]:
        wanted = Wanted.of(n_clusters, seed)
        return Rows([self._compared(task_type, wanted) for task_type in self._holdings.manifests], Comparison)

    def _compared(self, task_type: TaskType, wanted: Wanted) -> Comparison:
        snapshot = self._holdings.snapshots.of(task_type)
        newsgroups = [post.newsgroup for post in snapshot.rows.posts]
        asked = np.random.default_rng(wanted.seed).permutation(len(newsgroups))[:N_ASKED]
        found = self.evaluate(self.cluster(wanted, task_type), by_supergroup=False)
        return compared(task_type, found, precision_at(snapshot.vectors, newsgroups, asked))

    def _newsgroups_of(self, clustering: Clustering) -> list[str]:
        rows = self._holdings.snapshots.of(TaskType(clustering.task_type)).rows
        return [rows.posts[rows.row_of[post_id]].newsgroup for post_id in clustering.post_ids]
