"""Lloyd's steps: posts to the nearest of the clusters' means, through matrix products."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]

# Where fewer than one in two thousand posts move, what is left to gain is less than a hundredth of a percent.
FEWEST_MOVES = 0.0005
BLOCK = 25_000_000  # scores held at once


def settled(vectors: FloatMatrix, labels: Labels, most_steps: int) -> Labels:
    """Move posts to the cluster with the nearest mean until nearly none moves; no cluster is left empty.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32
    labels : ndarray of shape (n_posts,), int32
        From 0 on, without gaps.
    """
    n_clusters = int(labels.max()) + 1
    sums, sizes = cluster_sums(vectors, labels, n_clusters), np.bincount(labels)
    for _ in range(most_steps):
        nearest = _nearest(vectors, _means(sums, sizes))
        moved = np.flatnonzero(nearest != labels)
        new_sizes = np.bincount(nearest, minlength=n_clusters)
        if len(moved) <= FEWEST_MOVES * len(labels) or not new_sizes.all():
            break
        movers = vectors[moved]
        sums += cluster_sums(movers, nearest[moved], n_clusters) - cluster_sums(movers, labels[moved], n_clusters)
        labels, sizes = nearest, new_sizes
    return labels


def cluster_sums(vectors: FloatMatrix, labels: Labels, n_clusters: int) -> FloatMatrix:
    """Return the sum of each cluster's vectors, of shape (n_clusters, dimensions), float32."""
    from scipy.sparse import csr_array

    n_posts = len(labels)
    members = csr_array((np.ones(n_posts, np.float32), (labels, np.arange(n_posts))), shape=(n_clusters, n_posts))
    return np.asarray(members @ vectors, np.float32)


def inertia_of(vectors: FloatMatrix, labels: Labels) -> float:
    """Return the sum of squared distances to the cluster means: |x|² summed, less |sum of x|² / n per cluster."""
    sums = cluster_sums(vectors, labels, int(labels.max()) + 1)
    squares = np.einsum("ij,ij->i", sums, sums, dtype=np.float64)
    lengths = np.einsum("ij,ij->i", vectors, vectors).sum(dtype=np.float64)
    return float(lengths - (squares / np.bincount(labels)).sum())


def _means(sums: FloatMatrix, sizes: NDArray[np.intp]) -> FloatMatrix:
    return np.divide(sums, sizes[:, np.newaxis], dtype=np.float32, casting="same_kind")


def blocks(n_posts: int, n_clusters: int) -> Iterator[slice]:
    """Cut posts into parts whose scores for every cluster fit in memory."""
    size = max(1, BLOCK // n_clusters)
    return (slice(start, start + size) for start in range(0, n_posts, size))


def _nearest(vectors: FloatMatrix, means: FloatMatrix) -> Labels:
    """Leave |x|² out of |x - mean|², for it is the same for every mean."""
    halves = np.einsum("ij,ij->i", means, means) / 2
    parts = [(vectors[part] @ means.T - halves).argmax(axis=1) for part in blocks(len(vectors), len(means))]
    return np.concatenate(parts).astype(np.int32)
