"""A hierarchy of clusters: fine ones that Ward's linkage joins to a tree, so that each cut is part of the next."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by
from explorer.lloyd import cluster_sums

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]

N_LEAVES = 200
# A sample of so many posts a leaf makes as good a start for KMeans as all posts do.
SAMPLED_A_LEAF = 40
MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A tree of clusters; a cluster's number is that of the split that made it, and 0 is the trunk.

    Attributes
    ----------
    leaves : ndarray of shape (n_posts,), int32
        Each post's cluster in the finest cut.
    parents : ndarray of shape (n_leaves,), int32
        The cluster that each one splits from, whose number is lower; 0 for the trunk.
    """

    leaves: Labels
    parents: Labels

    def cut(self, n_clusters: int) -> Labels:
        """Return canonical labels of shape (n_posts,), int32: of the finest cut, where more are asked for.

        From k to k + 1 clusters one splits: its larger part keeps the number, and its smaller part gets number k.
        """
        clusters = np.arange(len(self.parents), dtype=np.int32)
        for leaf in range(n_clusters, len(clusters)):
            clusters[leaf] = clusters[self.parents[leaf]]
        return clusters[self.leaves]


def recipe(seed: int) -> Recipe:
    """Return what a hierarchy depends on besides the vectors."""
    return {"seed": seed, **made_by("explorer.components", __name__, libraries=["scikit-learn"])}


def build_hierarchy(components: FloatMatrix, seed: int = 0) -> Hierarchy:
    """Cut a corpus into 200 fine clusters, or one for each of fewer posts, and join those.

    Parameters
    ----------
    components : ndarray of shape (n_posts, n_components), float32

    Notes
    -----
    18,846 posts take about half a second on two cores.
    """
    fine = _fine_clusters(components, seed)
    sizes = np.bincount(fine)
    means = cluster_sums(components, fine, len(sizes)) / sizes[:, np.newaxis]
    merges = _ward_merges(means.astype(np.float64), sizes.astype(np.float64))
    number, parents = np.zeros(len(sizes), np.int32), np.zeros(len(sizes), np.int32)
    for split, (kept, absorbed) in enumerate(reversed(merges), 1):
        number[absorbed], parents[split] = split, number[kept]
    return Hierarchy(number[fine], parents)


def _fine_clusters(components: FloatMatrix, seed: int) -> Labels:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    n_leaves = min(N_LEAVES, len(components))
    n_sampled = min(n_leaves * SAMPLED_A_LEAF, len(components))
    sampled = np.random.default_rng(seed).choice(len(components), n_sampled, replace=False)
    kmeans = KMeans(n_leaves, random_state=seed, n_init=1, max_iter=MOST_STEPS)
    # It warns where fewer posts differ than leaves are due.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        labels = kmeans.fit(components[sampled]).predict(components)
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)


def _ward_merges(means: NDArray[np.float64], sizes: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Join the two clusters whose union costs least (Ward 1963), over and over; scipy's has no sizes to begin with.

    Returns
    -------
    list of (int, int)
        The cluster that grew, which is the larger, and the one that it took in.
    """
    means, sizes = means.copy(), sizes.copy()
    costs = np.array([_costs(means, sizes, cluster) for cluster in range(len(sizes))])
    merges = []
    for _ in range(len(sizes) - 1):
        kept, absorbed = sorted(divmod(int(costs.argmin()), len(sizes)), key=lambda cluster: (-sizes[cluster], cluster))
        merges.append((kept, absorbed))
        means[kept] = np.average(means[[kept, absorbed]], axis=0, weights=sizes[[kept, absorbed]])
        sizes[kept] += sizes[absorbed]
        sizes[absorbed] = np.inf  # is far from every other from now on
        costs[kept] = costs[:, kept] = _costs(means, sizes, kept)
        costs[absorbed] = costs[:, absorbed] = np.inf
    return merges


def _costs(means: NDArray[np.float64], sizes: NDArray[np.float64], cluster: int) -> NDArray[np.float64]:
    """Return by how much the inertia grows where a cluster joins each other one; infinite where it cannot."""
    gone = np.isinf(sizes)
    weights = np.where(gone, 0, sizes)
    costs = np.square(means - means[cluster]).sum(axis=1) * weights * sizes[cluster] / (weights + sizes[cluster])
    costs[gone] = costs[cluster] = np.inf
    return np.asarray(costs, np.float64)
