"""Neighborhoods: the nearest posts of every post."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by
from explorer.shares import Progress, untold
from explorer.threads import n_cores, on_all_cores

FloatMatrix = NDArray[np.float32]

N_NEIGHBORS = 15
# From here on the exact way, whose time grows as n squared, takes longer than the other takes to compile.
EXACT_UP_TO = 30_000
BLOCK_BYTES = 200_000_000  # of all cores
BYTES_OF_A_PAIR = 12  # a float32 similarity, and the int64 that sorts it


@dataclass(frozen=True, slots=True)
class Neighborhoods:
    """The nearest posts of each post, best first and without the post itself.

    Attributes
    ----------
    rows : ndarray of shape (n_posts, n_neighbors), int32
    similarities : ndarray of shape (n_posts, n_neighbors), float32
        Cosines, in [-1, 1].
    """

    rows: NDArray[np.int32]
    similarities: FloatMatrix


def recipe(n_posts: int) -> Recipe:
    """Return what neighborhoods depend on besides the vectors."""
    return made_by(__name__, libraries=[] if n_posts <= EXACT_UP_TO else ["pynndescent"])


def find_neighborhoods(
    vectors: FloatMatrix, n_neighbors: int = N_NEIGHBORS, progress: Progress = untold
) -> Neighborhoods:
    """Find the nearest posts of every post: exactly up to 30,000 posts, and nearly so above.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    n_neighbors : int
        There are fewer where there are too few posts.
    progress : callable, optional
        Is told how much is done, from 0 to 1, and may raise to cancel; above 30,000 posts only as it begins.

    Notes
    -----
    On two cores, 18,846 posts take 2.4 s at 384 dimensions and 10 s at 3,072. Above 30,000 nearest-neighbor
    descent takes 20 s to compile and a few to run, and finds 97 of 100 neighbors; it is sensible as far as
    the vectors fit in memory twice.
    """
    n_found = min(n_neighbors, len(vectors) - 1)
    if n_found < 1:
        return Neighborhoods(np.empty((len(vectors), 0), np.int32), np.empty((len(vectors), 0), np.float32))
    if len(vectors) > EXACT_UP_TO:
        progress(0)
        return approximate_neighborhoods(vectors, n_found)
    return exact_neighborhoods(vectors, n_found, progress)


def exact_neighborhoods(vectors: FloatMatrix, n_neighbors: int, progress: Progress = untold) -> Neighborhoods:
    """Compare every post with every other, a block at a time; ``n_neighbors`` is less than ``n_posts``."""
    return _exact(vectors, np.arange(len(vectors)), n_neighbors, progress)


def approximate_neighborhoods(vectors: FloatMatrix, n_neighbors: int) -> Neighborhoods:
    """Descend to the neighbors of neighbors (Dong, Moses and Li 2011), which takes a similarity below 0 for 0."""
    from pynndescent import NNDescent

    with warnings.catch_warnings(action="ignore", category=UserWarning):  # of neighbors not found, mended below
        index = NNDescent(vectors, metric="dot", n_neighbors=n_neighbors + 1, random_state=0)
    found, distances = index.neighbor_graph
    others = _all_but_one(found, np.arange(len(found)))
    rows = found[others].reshape(len(found), n_neighbors).astype(np.int32)
    similarities = (1 - distances[others]).reshape(rows.shape).clip(-1, 1).astype(np.float32)
    lacking = np.flatnonzero((rows < 0).any(axis=1))  # -1 stands for what was not found
    exact = _exact(vectors, lacking, n_neighbors)
    rows[lacking], similarities[lacking] = exact.rows, exact.similarities
    return Neighborhoods(rows, similarities)


def _all_but_one(found: NDArray[np.int32], posts: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Mark all neighbors but the post itself; among equal posts it may be missing, and the last is left out."""
    others: NDArray[np.bool_] = found != posts[:, np.newaxis]
    others[others.all(axis=1), -1] = False
    return others


def _exact(
    vectors: FloatMatrix, posts: NDArray[np.intp], n_neighbors: int, progress: Progress = untold
) -> Neighborhoods:
    rows = np.empty((len(posts), n_neighbors), np.int32)
    similarities = np.empty((len(posts), n_neighbors), np.float32)
    block = max(1, BLOCK_BYTES // (BYTES_OF_A_PAIR * len(vectors) * n_cores()))

    def find(start: int) -> None:
        part = slice(start, start + block)
        rows[part], similarities[part] = _nearest(vectors, posts[part], n_neighbors)

    on_all_cores(find, range(0, len(posts), block), progress)
    return Neighborhoods(rows, similarities.clip(-1, 1))


def _nearest(
    vectors: FloatMatrix, posts: NDArray[np.intp], n_neighbors: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    similarities = vectors[posts] @ vectors.T
    similarities[np.arange(len(posts)), posts] = -np.inf
    nearest = np.argpartition(similarities, len(vectors) - n_neighbors, axis=1)[:, -n_neighbors:]
    found = np.take_along_axis(similarities, nearest, axis=1)
    best_first = np.lexsort((nearest, -found), axis=1)
    return np.take_along_axis(nearest, best_first, axis=1), np.take_along_axis(found, best_first, axis=1)
