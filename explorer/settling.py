"""Settling: UMAP's layout, the points of a weighted graph moved on a plane until they lie as near as they are tied.

It is stochastic gradient descent on UMAP's loss (McInnes, Healy and Melville 2018): edges attract, negative samples
repel. Each point moves by where the others were before the step, so that threads can share the points, and any number
of threads gives the same map. umap-learn moves one point after the other, and makes no map twice where threads share
them.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial
from itertools import pairwise
from multiprocessing.pool import ThreadPool
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.threads import n_cores

FloatMatrix = NDArray[np.float32]

# Negative samples for each edge that attracts a point: umap-learn's rate would be 32, for there an edge attracts both
# its ends and one is repelled. They follow each other in memory, which is several times faster than to draw each; the
# points are shuffled before.
N_NEGATIVE = 16
LONGEST = 4.0  # of the steps that one point takes for one other
NEAREST = 0.001  # squared distance below which a repulsion no longer grows
# Repulsions are looked up by distance: a power for each would take several times as long.
FARTHEST, CELLS_A_UNIT = 64, 64
# More steps of fewer edges each are as good, and threads would wait more for each other.
STEPS_AN_EPOCH = 8
FEWEST_TO_SHARE = 2_000  # points for each thread


class Edges(NamedTuple):
    """A weighted graph by rows, to draw edges from.

    Attributes
    ----------
    starts : ndarray of shape (n_points + 1,), int32
        Row pointers.
    others : ndarray of shape (n_edges,), int32
        Column indices.
    shares : ndarray of shape (n_edges,), float32
        Cumulative share of each edge in the weight of its row; the last is about 1.
    paces, phases : ndarrays of shape (n_points,), float64
        Edges drawn for each point in a step, on average, and a random offset of that count, in [0, 1).
    """

    starts: NDArray[np.int32]
    others: NDArray[np.int32]
    shares: FloatMatrix
    paces: NDArray[np.float64]
    phases: NDArray[np.float64]


class Curve(NamedTuple):
    """How near neighbors come, by 1 / (1 + a d^2b) of their distance d, and how strongly points repel at each."""

    a: np.float32
    b: np.float32
    repulsions: FloatMatrix


class Step(NamedTuple):
    """A step of all points: its number, the seed of its draws, and its learning rate."""

    number: int
    seed: np.uint64
    rate: np.float32


def curve_of(a: float, b: float) -> Curve:
    """Return the curve of umap-learn's two parameters."""
    n_cells = FARTHEST * CELLS_A_UNIT
    distances = (np.arange(n_cells) + 0.5) / CELLS_A_UNIT
    repulsions = 2 * b / ((NEAREST + distances**2) * (1 + a * distances ** (2 * b)))
    repulsions = np.minimum(repulsions, LONGEST * CELLS_A_UNIT / (np.arange(n_cells) + 1))
    repulsions[-1] = 0  # there, and farther away
    return Curve(np.float32(a), np.float32(b), repulsions.astype(np.float32))


def settle(
    graph: Any, start: FloatMatrix, curve: Curve, n_epochs: int, seed: int
) -> Generator[FloatMatrix, None, None]:
    """Move points until they settle, and yield their places after each epoch.

    Parameters
    ----------
    graph : scipy sparse array of shape (n_points, n_points)
        Symmetric, with at least one edge; weights from 0 to 1.
    start : ndarray of shape (n_points, 2), float32
    curve : Curve
    n_epochs : int
        In each, the edge of the largest weight is drawn twice from either end, others less often.
    seed : int

    Yields
    ------
    ndarray of shape (n_points, 2), float32
        The same from the same seed, on any number of cores.
    """
    from explorer.forces import moved

    random = np.random.default_rng(seed)
    n_points = len(start)
    order = random.permutation(n_points)
    edges = _edges(graph.tocsr()[order][:, order], random)
    points = np.ascontiguousarray(start[order].T, np.float32)
    parts = _parts(n_points)
    n_again = min(N_NEGATIVE, n_points) - 1  # so many of the first follow the last, for samples that begin there
    with ThreadPool(len(parts)) as threads:
        for step in _steps(n_epochs, random):
            around = np.hstack([points, points[:, :n_again]])
            points = np.hstack(threads.map(partial(moved, around, edges, curve, step), parts, chunksize=1))
            if (step.number + 1) % STEPS_AN_EPOCH == 0:
                yield _in_their_order(points, order)


def _edges(graph: Any, random: np.random.Generator) -> Edges:
    sums = np.concatenate([[0.0], graph.data.cumsum(dtype=np.float64)])
    weights = np.diff(sums[graph.indptr])
    n_edges = np.diff(graph.indptr)
    before, whole = np.repeat(sums[graph.indptr[:-1]], n_edges), np.repeat(weights, n_edges)
    return Edges(
        starts=graph.indptr.astype(np.int32),
        others=graph.indices.astype(np.int32),
        shares=((sums[1:] - before) / whole).astype(np.float32),
        paces=2 * weights / (graph.data.max() * STEPS_AN_EPOCH),  # twice, since one of the two ends is moved
        phases=random.random(len(weights)),
    )


def _parts(n_points: int) -> list[tuple[int, int]]:
    """Share the points among the cores, in runs from one to another."""
    n_threads = max(1, min(n_cores(), n_points // FEWEST_TO_SHARE))
    return list(pairwise(np.linspace(0, n_points, n_threads + 1).astype(int).tolist()))


def _steps(n_epochs: int, random: np.random.Generator) -> Iterator[Step]:
    n_steps = n_epochs * STEPS_AN_EPOCH
    for number, seed in enumerate(random.integers(2**63, size=n_steps, dtype=np.uint64)):
        yield Step(number, seed, np.float32(1 - number / n_steps))


def _in_their_order(points: FloatMatrix, order: NDArray[np.intp]) -> FloatMatrix:
    places = np.empty((len(order), 2), np.float32)
    places[order] = points.T
    return places
