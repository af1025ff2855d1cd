"""Smoothing: every vector drawn halfway to its nearest neighbors', so that clusters stand out better."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by
from explorer.neighborhoods import Neighborhoods

FloatMatrix = NDArray[np.float32]

# With 5 a clustering agrees best with the newsgroups, with 10 nearly as well; from 30 on groups run into each other.
N_SMOOTHING = 5
# In a small corpus so many neighbors are soon those of other clusters: of so many posts one neighbor counts.
POSTS_A_NEIGHBOR = 50
# Embedders whose clusters were seen to gain by it; what it does to those of other models was not measured.
GAINING = ("minilm",)
# Neighbors' vectors are gathered for so many posts at a time: 60 MB at 3,072 dimensions.
BLOCK = 1_000


def recipe() -> Recipe:
    """Return what smoothed vectors depend on besides the vectors and their neighborhoods."""
    return made_by(__name__, "explorer.neighborhoods", libraries=["pynndescent"])


def n_smoothing(n_posts: int) -> int:
    """Return how many neighbors of each post count in a corpus of so many."""
    return min(N_SMOOTHING, n_posts // POSTS_A_NEIGHBOR)


def smoothed(vectors: FloatMatrix, neighborhoods: Neighborhoods, n_neighbors: int = N_SMOOTHING) -> FloatMatrix:
    """Average each vector with the mean of its nearest neighbors', and give the average unit length.

    It is for clusterings alone: a search compares vectors as they were embedded.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32
        Embeddings, or their principal components, which do as well and take less time.
    neighborhoods : Neighborhoods
        Of the same posts, in the same order.
    n_neighbors : int
        As many as there are where there are fewer.

    Returns
    -------
    ndarray of shape (n_posts, dimensions), float32
        Rows of unit length, or of zeros where an average is zero.
    """
    nearest = neighborhoods.rows[:, :n_neighbors]
    averages = np.array(vectors, np.float32)
    for start in range(0, len(vectors) if nearest.size else 0, BLOCK):
        block = slice(start, start + BLOCK)
        averages[block] += vectors[nearest[block]].mean(axis=1)
    lengths = np.linalg.norm(averages, axis=1, keepdims=True)
    np.divide(averages, lengths, out=averages, where=lengths > 0)
    return averages
