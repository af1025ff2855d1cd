"""Evaluation: how well neighbors and clusters agree with the newsgroups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BLOCK = 1_000  # rows of similarities held at once


def precision_at(
    vectors: NDArray[np.float32], newsgroups: Sequence[str], rows: NDArray[np.int64], n: int = 10
) -> float:
    """Return the mean share of a post's n nearest neighbors that are of its newsgroup, by exact search.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    rows : ndarray of shape (n_asked,), int64
        The posts asked about.
    """
    _, codes = np.unique(newsgroups, return_inverse=True)
    blocks = (rows[start : start + BLOCK] for start in range(0, len(rows), BLOCK))
    return float(np.concatenate([_same_newsgroup(vectors, codes, block, n) for block in blocks]).mean())


def majority_shares(labels: NDArray[np.int32], newsgroups: Sequence[str]) -> dict[str, float]:
    """Return, for each newsgroup, the share of its posts that lie in the cluster that has most of them."""
    members = np.asarray(newsgroups)
    return {
        str(newsgroup): float(np.bincount(labels[members == newsgroup]).max() / np.sum(members == newsgroup))
        for newsgroup in np.unique(members)
    }


def v_measure(labels: NDArray[np.int32], newsgroups: Sequence[str]) -> float:
    """Return the harmonic mean of homogeneity and completeness (Rosenberg and Hirschberg 2007)."""
    from sklearn.metrics import v_measure_score

    return float(v_measure_score(newsgroups, labels))


def _same_newsgroup(
    vectors: NDArray[np.float32], codes: NDArray[np.intp], rows: NDArray[np.int64], n: int
) -> NDArray[np.bool_]:
    similarities = vectors[rows] @ vectors.T
    similarities[np.arange(len(rows)), rows] = -np.inf
    nearest = np.argpartition(-similarities, n, axis=1)[:, :n]
    same: NDArray[np.bool_] = codes[nearest] == codes[rows, np.newaxis]
    return same
