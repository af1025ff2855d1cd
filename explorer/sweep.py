"""Which k: clusterings with different numbers of clusters side by side, and the one to recommend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from itertools import combinations
from math import isnan
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer.clustering import MODULES, Options, kmeans
from explorer.derived import Recipe, made_by
from explorer.hierarchy import Hierarchy
from explorer.lloyd import blocks, cluster_sums, inertia_of, settled
from explorer.space import Space
from ingest.errors import UserError

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]

LADDER = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100)
SEEDS = (0, 1, 2, 3, 4)
WITHIN_REACH = 0.05  # of the best stability
MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class SweepRow:
    """What k clusters are like.

    Attributes
    ----------
    n_clusters : int
    silhouette : float
        In [-1, 1]: how much nearer posts are to their own cluster than to the next, by cosine.
    n_posts : int
        How many posts the silhouette is the mean of: all.
    stability : float
        Mean adjusted Rand index between the clusterings of each two seeds; 1 where all agree.
    n_seeds : int
    agreement : float or None
        Adjusted Rand index with the newsgroups, where posts have any.
    inertia : float
    """

    n_clusters: int
    silhouette: float
    n_posts: int
    stability: float
    n_seeds: int
    agreement: float | None
    inertia: float

    def as_array(self) -> NDArray[np.float64]:
        """Return the row as numbers, NaN where there is none, for ``read``."""
        return np.array([np.nan if value is None else value for value in astuple(self)], np.float64)

    @classmethod
    def read(cls, array: NDArray[np.generic]) -> Self:
        """Read what ``as_array`` made."""
        k, silhouette, n_posts, stability, n_seeds, agreement, inertia = array.tolist()
        known = None if isnan(agreement) else agreement
        return cls(int(k), silhouette, int(n_posts), stability, int(n_seeds), known, inertia)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A number of clusters, and in a sentence why."""

    n_clusters: int
    reason: str


def recipe() -> Recipe:
    """Return what a row depends on besides the vectors, the newsgroups and the number of clusters."""
    return made_by(__name__, *MODULES, libraries=["scikit-learn"])


def default_ks(n_posts: int) -> list[int]:
    """Return numbers of clusters worth a try: up to the root of the number of posts, so that clusters have as many."""
    return [k for k in LADDER if k * k <= n_posts]


class Judge:
    """Says what numbers of clusters are like; what all of them need is computed once, when it is first needed.

    Parameters
    ----------
    seeds : sequence of int
        The first gives the clustering that is judged; the others say how far it is a matter of chance.
    newsgroups : sequence of str or None
        Of each post.
    """

    def __init__(self, space: Space, seeds: Sequence[int] = SEEDS, newsgroups: Sequence[str] | None = None) -> None:
        self._given = space
        self._seeds = seeds
        self._newsgroups = newsgroups

    def row(self, n_clusters: int) -> SweepRow:
        """Cluster with KMeans into a number of clusters, and say what those are like."""
        space = self._space
        labels = kmeans(space, Options(n_clusters), self._seeds[0])
        return SweepRow(
            n_clusters=n_clusters,
            silhouette=silhouette(space.vectors, labels),
            n_posts=len(labels),
            stability=_stability(space.components, self._hierarchies, n_clusters),
            n_seeds=len(self._seeds),
            agreement=None if self._newsgroups is None else _agreement(self._newsgroups, labels),
            inertia=inertia_of(space.vectors, labels),
        )

    @cached_property
    def _space(self) -> Space:
        return self._given.with_hierarchies()

    @cached_property
    def _hierarchies(self) -> list[Hierarchy]:
        return [self._space.hierarchy_of(seed) for seed in self._seeds]


def recommended(rows: Sequence[SweepRow]) -> Recommendation:
    """Recommend the highest silhouette of those whose stability is within 0.05 of the best; of equals the fewest."""
    if not rows:
        raise UserError("There are too few posts to recommend a number of clusters: take filters off, or ingest more.")
    steadiest = max(row.stability for row in rows)
    steady = [row for row in rows if row.stability >= steadiest - WITHIN_REACH]
    best = min(steady, key=lambda row: (-row.silhouette, row.n_clusters))
    if len(steady) == 1:
        reason = f"Only on {best.n_clusters} clusters do seeds agree: stability {best.stability:.2f}."
        return Recommendation(best.n_clusters, reason)
    reason = (
        f"{best.n_clusters} clusters have the highest silhouette, {best.silhouette:.3f}, of the {len(steady)} numbers "
        f"of clusters that seeds agree on: stability {best.stability:.2f}, where the best has {steadiest:.2f}."
    )
    return Recommendation(best.n_clusters, reason)


def silhouette(vectors: FloatMatrix, labels: Labels) -> float:
    """Return the mean silhouette (Rousseeuw 1987) of all posts by cosine; 0 where there is one cluster.

    The mean cosine with a cluster's posts is the cosine with their mean, so no pair of posts is ever compared.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    labels : ndarray of shape (n_posts,), int32
        From 0 on, without gaps.
    """
    sizes = np.bincount(labels)
    if len(sizes) < 2:
        return 0.0
    sums = cluster_sums(vectors, labels, len(sizes))
    parts = [_widths(vectors[part] @ sums.T, labels[part], sizes) for part in blocks(len(labels), len(sizes))]
    return float(np.concatenate(parts).mean())


def _widths(products: FloatMatrix, labels: Labels, sizes: NDArray[np.intp]) -> NDArray[np.float64]:
    """Return each post's silhouette from its products with the clusters' sums; 0 for one alone."""
    rows, own_sizes = np.arange(len(labels)), sizes[labels]
    distances = 1 - products / sizes
    within = distances[rows, labels] * own_sizes / np.maximum(own_sizes - 1, 1)
    distances[rows, labels] = np.inf
    apart = distances.min(axis=1)
    longer = np.maximum(within, apart)
    widths = np.divide(apart - within, longer, out=np.zeros_like(within), where=(own_sizes > 1) & (longer > 0))
    return np.asarray(widths, np.float64)


def _stability(components: FloatMatrix, hierarchies: Sequence[Hierarchy], n_clusters: int) -> float:
    """Compare the seeds' clusterings on components, which those on vectors differ little from."""
    found = [settled(components, hierarchy.cut(n_clusters), MOST_STEPS) for hierarchy in hierarchies]
    pairs = [_agreement(one, other) for one, other in combinations(found, 2)]
    return float(np.mean(pairs)) if pairs else 1.0


def _agreement(one: Sequence[str] | Labels, other: Labels) -> float:
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one, other))
