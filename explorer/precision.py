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
NO_KIN = -1
BLOCK_BYTES = 200_000_000
BYTES_OF_A_PAIR = 17  # a float32 similarity, its opposite, the int64 that sorts it, and whether they are kin


@dataclass(frozen=True, slots=True)
class Precision:
    """Precision at n (Manning, Raghavan and Schütze 2008, section 8.4): the mean over all that were asked.

    Attributes
    ----------
    mean : float
        The mean share of the nearest posts that are of a wanted newsgroup.
    n : int
        How many of the nearest posts count; fewer than were asked for where there are fewer posts.
    n_asked : int
    """

    mean: float
    n: int
    n_asked: int


@dataclass(frozen=True, slots=True)
class _Queries:
    """What is asked: vectors, the code of the posts that do not count for each, and which newsgroups answer it."""

    vectors: FloatMatrix
    kin: Codes
    wanted: NDArray[np.bool_]

    def of(self, part: slice) -> _Queries:
        return _Queries(self.vectors[part], self.kin[part], self.wanted[part])


@dataclass(frozen=True, slots=True)
class _Posts:
    """What is found: vectors, the codes of their newsgroups, and those of their kin."""

    vectors: FloatMatrix
    codes: Codes
    kin: Codes

    def most_kin(self, asked: Codes) -> int:
        """Return how many posts at most do not count for one of the codes that are asked for."""
        return int(np.bincount(self.kin)[asked[asked != NO_KIN]].max(initial=0))


def precision_of(
    queries: FloatMatrix,
    vectors: FloatMatrix,
    wanted: Sequence[str | tuple[str, ...]],
    newsgroups: Sequence[str],
    n: int = 10,
) -> Precision:
    """Measure the precision of queries that are not posts themselves, such as typed questions, by exact search.

    Parameters
    ----------
    queries : ndarray of shape (n_asked, dimensions), float32, rows of unit length
        Of any task type: what is compared is what they find.
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    wanted : sequence of str or of tuples of str
        For each query the newsgroup that answers it, or all that do.
    newsgroups : sequence of str
        For each post its own.
    """
    names, codes = coded(newsgroups)
    answering = [np.isin(names, answer) for answer in wanted]
    asked = _Queries(queries, np.full(len(queries), NO_KIN), np.reshape(answering, (len(queries), len(names))))
    return _measure(asked, _Posts(vectors, codes, np.arange(len(codes))), n)


def precision_at(vectors: FloatMatrix, newsgroups: Sequence[str], rows: Rows, n: int = 10) -> float:
    """Return the mean share of a post's n nearest neighbors that are of its newsgroup, by exact search.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    rows : ndarray of shape (n_asked,), int64
        The posts asked about.
    """
    names, codes = coded(newsgroups)
    alone = np.arange(len(vectors))  # no post is its own neighbor
    asked = _Queries(vectors[rows], alone[rows], codes[rows, np.newaxis] == np.arange(len(names)))
    return _measure(asked, _Posts(vectors, codes, alone), n).mean


def precision_beyond_kin(
    queries: FloatMatrix, rows: Rows, vectors: FloatMatrix, newsgroups: Sequence[str], kin: Codes
) -> Precision:
    """Measure the precision at 10 of queries made of posts, none of which finds that post's kin, such as its thread.

    Parameters
    ----------
    queries : ndarray of shape (n_asked, dimensions), float32, rows of unit length
    rows : ndarray of shape (n_asked,), int64
        The posts that they were made of; their newsgroups answer them.
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    kin : ndarray of shape (n_posts,), intp
        Posts with the same number are kin.
    """
    names, codes = coded(newsgroups)
    asked = _Queries(queries, kin[rows], codes[rows, np.newaxis] == np.arange(len(names)))
    return _measure(asked, _Posts(vectors, codes, kin), N_NEAREST)


def _measure(asked: _Queries, posts: _Posts, most: int) -> Precision:
    n_asked, n = len(asked.kin), min(most, len(posts.codes) - posts.most_kin(asked.kin))
    if not (n_asked and n > 0):
        raise UserError(
            f"Precision needs a query, posts to find and n of 1 or more, not {n_asked} queries and n of {n}."
        )
    size = max(1, BLOCK_BYTES // (BYTES_OF_A_PAIR * len(posts.codes)))
    parts = (slice(start, start + size) for start in range(0, n_asked, size))
    n_right = sum(_count_right(asked.of(part), posts, n) for part in parts)
    return Precision(n_right / (n_asked * n), n, n_asked)


def _count_right(asked: _Queries, posts: _Posts, n: int) -> int:
    similarities = asked.vectors @ posts.vectors.T
    similarities[asked.kin[:, np.newaxis] == posts.kin] = -np.inf
    nearest = np.argpartition(-similarities, n - 1, axis=1)[:, :n]
    return int(np.take_along_axis(asked.wanted, posts.codes[nearest], axis=1).sum())
