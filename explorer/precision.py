"""Precision: how many of a query's nearest posts are of the newsgroup that was wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.measures import Codes, coded
from ingest.errors import UserError

FloatMatrix = NDArray[np.float32]
Rows = NDArray[np.int64]

N_NEAREST = 10
BLOCK_BYTES = 200_000_000
BYTES_OF_A_PAIR = 13  # a float32 similarity, the int64 that sorts it, and whether they are kin


@dataclass(frozen=True, slots=True)
class Precision:
    """Precision at n (Manning, Raghavan and Schütze 2008, section 8.4).

    Attributes
    ----------
    mean : float
        The share of the nearest posts that are of the wanted newsgroup, its mean over all that were asked.
    n : int
        How many of the nearest posts count; fewer than were asked for where there are fewer posts.
    """

    mean: float
    n: int


@dataclass(frozen=True, slots=True)
class _Posts:
    """What is found: vectors, the codes of their newsgroups, and those of their kin."""

    vectors: FloatMatrix
    codes: Codes
    kin: Codes

    def n_found(self, rows: Rows, most: int) -> int:
        """Return how many posts each of those at some rows finds, of whose kin none counts."""
        n_kin = np.bincount(self.kin)[self.kin[rows]].max(initial=0)
        return min(most, len(self.codes) - int(n_kin))

    def n_right(self, queries: FloatMatrix, rows: Rows, n: int) -> int:
        """Count those of the n posts nearest to each query that are of the newsgroup of the post at its row."""
        opposites = -queries @ self.vectors.T
        opposites[self.kin[rows, np.newaxis] == self.kin] = np.inf
        nearest = np.argpartition(opposites, n - 1, axis=1)[:, :n]
        return int(np.count_nonzero(self.codes[nearest] == self.codes[rows, np.newaxis]))


def precision_at(vectors: FloatMatrix, newsgroups: Sequence[str], rows: Rows, n: int = N_NEAREST) -> float:
    """Return the mean share of a post's n nearest neighbors that are of its newsgroup, by exact search.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    rows : ndarray of shape (n_asked,), int64
        The posts asked about.
    """
    alone = np.arange(len(vectors))  # no post is its own neighbor
    return _measure(vectors[rows], rows, _Posts(vectors, coded(newsgroups)[1], alone), n).mean


def precision_beyond_kin(
    queries: FloatMatrix, rows: Rows, vectors: FloatMatrix, newsgroups: Sequence[str], kin: Codes
) -> Precision:
    """Measure the precision at 10 of queries made of posts, none of which finds that post's kin, such as its thread.

    Parameters
    ----------
    queries : ndarray of shape (n_asked, dimensions), float32, rows of unit length
        Of any task type: what is compared is what they find.
    rows : ndarray of shape (n_asked,), int64
        The posts that they were made of; their newsgroups answer them.
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    kin : ndarray of shape (n_posts,), intp
        Posts with the same number, 0 or more, are kin.
    """
    return _measure(queries, rows, _Posts(vectors, coded(newsgroups)[1], kin), N_NEAREST)


def _measure(queries: FloatMatrix, rows: Rows, posts: _Posts, most: int) -> Precision:
    n_asked, n = len(rows), posts.n_found(rows, most)
    if not (n_asked and n > 0):
        raise UserError(
            f"Precision needs a query, posts to find and n of 1 or more, not {n_asked} queries and n of {n}."
        )
    size = max(1, BLOCK_BYTES // (BYTES_OF_A_PAIR * len(posts.codes)))
    parts = (slice(start, start + size) for start in range(0, n_asked, size))
    n_right = sum(posts.n_right(queries[part], rows[part], n) for part in parts)
    return Precision(n_right / (n_asked * n), n)
