"""Groupings: clusterings laid out over the map's posts, each computed once, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.app.clusterer import Clusterer
from explorer.clustering import Clustering
from explorer.explorer import Explorer
from explorer.filters import Filters
from explorer.labeling import ClusterSummary
from explorer.noise import NOISE
from ingest.embedders import TaskType

N_REMEMBERED = 64  # of all visitors together

Labels = NDArray[np.int32]
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Grouping:
    """A clustering in words, and on the map.

    Attributes
    ----------
    labels : ndarray of shape (n_posts,), int32
        The cluster of each post of the map; -1 of those in none, be they noise or not clustered at all.
    """

    clustering: Clustering
    summaries: list[ClusterSummary]
    labels: Labels

    @property
    def n_unclustered(self) -> int:
        """How many posts of the map are in no cluster."""
        return int(np.count_nonzero(self.labels == NOISE))


class Groupings:
    """Clusters and describes; ``filters_of`` tells which posts a clusterer is for."""

    def __init__(self, explorer: Explorer, filters_of: Callable[[Clusterer], Filters]) -> None:
        self._explorer = explorer
        self._filters_of = filters_of
        self._found: dict[Clusterer, Clustering] = {}
        self._described: dict[Clusterer, Grouping] = {}
        self._titling = Lock()

    def clustering(self, by: Clusterer) -> Clustering:
        if by not in self._found:
            _remember(self._found, by, self._cluster(by))
        return self._found[by]

    def described(self, by: Clusterer) -> Grouping:
        if by not in self._described:
            found = self.clustering(by)
            _remember(self._described, by, Grouping(found, self._explorer.describe(found), self.labels(by)))
        return self._described[by]

    def is_described(self, by: Clusterer) -> bool:
        """Tell whether ``described`` would answer at once."""
        return by in self._described

    def write_titles(self, by: Clusterer) -> str:
        """Let titles be written for clusters, and return a note where not all have one."""
        grouping = self.described(by)
        with self._titling:  # who asks meanwhile finds them written
            titled = self._explorer.title(grouping.clustering)
        self._described[by] = replace(grouping, summaries=titled.summaries)
        return titled.note

    def labels(self, by: Clusterer) -> Labels:
        """Return the cluster of each post of the map, of shape (n_posts,), int32."""
        found = self.clustering(by)
        if found.post_ids == self._explorer.post_ids:
            return found.labels
        label_of = dict(zip(found.post_ids, found.labels.tolist(), strict=True))
        return np.array([label_of.get(post_id, NOISE) for post_id in self._explorer.post_ids], np.int32)

    def _cluster(self, by: Clusterer) -> Clustering:
        task_type = TaskType(by.task_type)
        return self._explorer.cluster(by.k, method=by.method, task_type=task_type, filters=self._filters_of(by))


def _remember(known: dict[Clusterer, Made], by: Clusterer, made: Made) -> None:
    """Keep what was made, and let go of the oldest."""
    known[by] = made
    while len(known) > N_REMEMBERED:
        known.pop(next(iter(known)), None)
