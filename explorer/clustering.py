"""Clustering: stored vectors into groups, numbered from the largest."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe
from ingest.errors import UserError

# Of one start alone, every second ends in a clearly worse clustering than the best of four.
N_STARTS = 4


@dataclass(frozen=True)
class Clustering:
    """A cluster for each post.

    Attributes
    ----------
    post_ids : list of str
    labels : ndarray of shape (n_posts,), int32
        Cluster 0 is the largest.
    n_clusters : int
        Fewer than were asked for where there are fewer different posts.
    inertia : float
        Sum of squared distances of the posts to their cluster's mean.
    seed : int
    """

    post_ids: list[str]
    labels: NDArray[np.int32]
    n_clusters: int
    inertia: float
    seed: int


def require_n_clusters(n_clusters: int, n_posts: int) -> None:
    if not 1 <= n_clusters <= n_posts:
        raise UserError(f"k must be from 1 to {n_posts:,}, the number of posts, not {n_clusters:,}.")


def kmeans_recipe(n_clusters: int, seed: int) -> Recipe:
    """Return what the labels depend on besides the vectors."""
    library = f"scikit-learn {version('scikit-learn')}"
    return {"method": "kmeans", "n_clusters": n_clusters, "seed": seed, "n_starts": N_STARTS, "library": library}


def kmeans_labels(vectors: NDArray[np.float32], n_clusters: int, seed: int) -> NDArray[np.int32]:
    """Cluster unit vectors of shape (n_posts, dimensions) with KMeans; return labels of shape (n_posts,)."""
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    # It warns where there are fewer different posts than clusters, which the answer shows.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        kmeans = KMeans(n_clusters, random_state=seed, n_init=N_STARTS).fit(vectors)
    return largest_first(kmeans.labels_)


def largest_first(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Renumber clusters by falling size; of equals, the one that appears first comes first."""
    found, first_row, sizes = np.unique(labels, return_index=True, return_counts=True)
    rank = np.empty(found.max() + 1, np.int32)
    rank[found[np.lexsort((first_row, -sizes))]] = np.arange(len(found), dtype=np.int32)
    return rank[labels]


def inertia_of(vectors: NDArray[np.float32], labels: NDArray[np.int32]) -> float:
    """Return the sum of squared distances to the cluster means: |x|² summed, less |sum of x|² / n per cluster."""
    sums = np.zeros((labels.max() + 1, vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    sizes = np.bincount(labels)
    return float(np.square(vectors, dtype=np.float64).sum() - (np.square(sums).sum(axis=1) / sizes).sum())
