"""Settling: a graph's points moved on a plane, step by step, until they lie as near as they are tied."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.forces import Curve, Step, Ties, moved

FloatMatrix = NDArray[np.float32]

# More steps of shorter pulls are as good, and threads would wait more for each other.
STEPS_AN_EPOCH = 8


def settle(graph: Any, start: FloatMatrix, curve: Curve, n_epochs: int, seed: int) -> Iterator[FloatMatrix]:
    """Move points until they settle, and yield their places after each epoch.

    Parameters
    ----------
    graph : scipy sparse array of shape (n_points, n_points)
        Symmetric; how strongly points are tied, from 0 to 1.
    start : ndarray of shape (n_points, 2), float32
    curve : Curve
    n_epochs : int
        In each, the most strongly tied pull each other once.
    seed : int

    Yields
    ------
    ndarray of shape (n_points, 2), float32
        The same from the same seed, on any number of cores.
    """
    from joblib import cpu_count

    lots = np.random.default_rng(seed)
    order = lots.permutation(len(start))
    ties = _ties(graph.tocsr()[order][:, order], lots)
    points = np.ascontiguousarray(start[order].T, np.float32)
    n_threads = cpu_count()
    parts = list(pairwise(np.linspace(0, len(start), n_threads + 1).astype(int).tolist()))
    with ThreadPoolExecutor(n_threads) as threads:
        for step in _steps(n_epochs, lots):
            points = np.hstack(list(threads.map(partial(moved, points, ties, curve, step), parts)))
            if (step.number + 1) % STEPS_AN_EPOCH == 0:
                yield _in_their_order(points, order)


def _ties(graph: Any, lots: np.random.Generator) -> Ties:
    weights = np.asarray(graph.sum(axis=1), np.float64).ravel()
    sums = np.concatenate([[0.0], graph.data.cumsum(dtype=np.float64)])
    n_ties = np.diff(graph.indptr)
    before, whole = np.repeat(sums[graph.indptr[:-1]], n_ties), np.repeat(weights, n_ties)
    return Ties(
        starts=graph.indptr.astype(np.int32),
        others=graph.indices.astype(np.int32),
        shares=((sums[1:] - before) / whole).astype(np.float32),
        paces=2 * weights / (graph.data.max() * STEPS_AN_EPOCH),  # twice, since a pull moves one of the two
        phases=lots.random(len(weights)),
    )


def _steps(n_epochs: int, lots: np.random.Generator) -> Iterator[Step]:
    n_steps = n_epochs * STEPS_AN_EPOCH
    for number, lot in enumerate(lots.integers(2**63, size=n_steps, dtype=np.uint64)):
        yield Step(number, lot, np.float32(1 - number / n_steps))


def _in_their_order(points: FloatMatrix, order: NDArray[np.intp]) -> FloatMatrix:
    places = np.empty((len(order), 2), np.float32)
    places[order] = points.T
    return places
