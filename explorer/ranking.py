"""Ranking: vectors to scores, scores to the best rows, and two rankings to one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError

Vector = NDArray[np.float32]
Ranks = NDArray[np.int32]
Mask = NDArray[np.bool_]

# How little the difference between two high ranks counts: as in the paper below; 40 or 100 are about as good.
RANK_OFFSET = 60

# Below this length a vector is what rounding left of nothing.
SHORTEST = 1e-4
# Where fewer rows than this share are asked for, it pays to pick them out first.
FEW = 1 / 16


def unit_sum(vectors: Sequence[Vector]) -> Vector:
    """Return the sum of vectors at unit length, as Rocchio moves a question towards what one likes.

    Returns
    -------
    ndarray of shape (dimensions,), float32
    """
    total = np.sum(vectors, axis=0)
    length = np.linalg.norm(total)
    if length < SHORTEST:
        raise UserError("What is asked for has nothing in common, so that nothing is near it: take a post off.")
    return np.asarray(total / length, np.float32)


def cosines(vectors: NDArray[np.float32], vector: Vector, mask: Mask) -> Vector:
    """Return the cosines of a unit vector with the rows in the mask, NaN for the others.

    Returns
    -------
    ndarray of shape (n_rows,), float32
    """
    if np.count_nonzero(mask) > FEW * len(mask):
        return np.where(mask, (vectors @ vector).clip(-1, 1), np.float32(np.nan))
    found = np.full(len(mask), np.nan, np.float32)
    found[mask] = (vectors[mask] @ vector).clip(-1, 1)
    return found


def best_rows(scores: NDArray[np.floating], mask: Mask, n_rows: int) -> NDArray[np.intp]:
    """Return the rows of the highest scores in the mask, best first; equal ones keep their order."""
    rows = np.flatnonzero(mask)
    if n_rows < len(rows):
        least = np.partition(scores[rows], -n_rows)[-n_rows]
        rows = rows[scores[rows] >= least]
    return rows[np.argsort(-scores[rows], kind="stable")][:n_rows]


def ranks_of(scores: NDArray[np.floating], mask: Mask) -> Ranks:
    """Rank the rows in the mask by their scores, 1 for the best; 0 says that a row has no rank.

    Returns
    -------
    ndarray of shape (n_rows,), int32
    """
    rows = best_rows(scores, mask, len(scores))
    ranks = np.zeros(len(scores), np.int32)
    ranks[rows] = np.arange(1, len(rows) + 1)
    return ranks


def fused(meaning: Ranks, keywords: Ranks, weight: float) -> NDArray[np.float64]:
    """Return scores by weighted reciprocal rank fusion: https://doi.org/10.1145/1571941.1572114.

    ``weight``, from 0 to 1, is that of meaning.
    """
    return _share(meaning, weight) + _share(keywords, 1 - weight)


def _share(ranks: Ranks, weight: float) -> NDArray[np.float64]:
    return np.where(ranks > 0, weight / (RANK_OFFSET + ranks), 0.0)
