"""Forces: how the points of a graph move in one step of UMAP's layout, compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from explorer import settling
from explorer.settling import N_NEGATIVE, Curve, Edges, Step

FloatMatrix = NDArray[np.float32]
Place = tuple[np.float32, np.float32]
Kernel = TypeVar("Kernel", bound=Callable[..., object])

LONGEST, CELLS_A_UNIT = np.float32(settling.LONGEST), np.float32(settling.CELLS_A_UNIT)
ONE, TWO, WHOLE = np.float32(1), np.float32(2), np.float32(2**-24)
S27, S30, S31, S32, S40 = (np.uint64(n_bits) for n_bits in (27, 30, 31, 32, 40))
STRIDE, FIRST, SECOND = (np.uint64(bits) for bits in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function at its first call; while it runs, so may other threads."""
    return cast(Kernel, njit(nogil=True, fastmath=True, error_model="numpy")(kernel))


@compiled
def _drawn(bits: np.uint64) -> np.uint64:
    """Draw from a state: the next of SplitMix64, which is a state too."""
    bits += STRIDE
    bits = (bits ^ (bits >> S30)) * FIRST
    bits = (bits ^ (bits >> S27)) * SECOND
    return bits ^ (bits >> S31)


@compiled
def _neighbor(edges: Edges, point: int, draw: np.uint64) -> int:
    """Draw one of those that a point has edges to, by weight."""
    share = np.float32(draw >> S40) * WHOLE
    low, high = edges.starts[point], edges.starts[point + 1] - 1
    while low < high:
        middle = (low + high) >> 1
        if edges.shares[middle] <= share:
            low = middle + 1
        else:
            high = middle
    other: int = edges.others[low]
    return other


@compiled
def _attracted(place: Place, other: Place, curve: Curve, rate: np.float32) -> Place:
    x, y = place
    dx, dy = other[0] - x, other[1] - y
    squared = dx * dx + dy * dy
    if squared == 0:
        return place
    power = curve.a * squared**curve.b
    force = min(TWO * curve.b * power / (squared * (ONE + power)), LONGEST / np.sqrt(squared))
    return x + rate * force * dx, y + rate * force * dy


@compiled
def _repelled(place: Place, point: int, points: FloatMatrix, first: np.int64, repulsions: FloatMatrix) -> Place:
    """Return how far a point is pushed by the points from one on, itself left out."""
    x, y = place
    n_points = points.shape[1]
    push_x = push_y = np.float32(0)
    farthest = np.float32(len(repulsions) - 1)
    for other in range(first, min(first + N_NEGATIVE, n_points)):
        dx, dy = x - points[0, other], y - points[1, other]
        cell = np.int32(min(np.sqrt(dx * dx + dy * dy) * CELLS_A_UNIT, farthest))
        force = repulsions[cell] * np.float32(other != point)
        push_x += force * dx
        push_y += force * dy
    return push_x, push_y


@compiled
def moved(points: FloatMatrix, edges: Edges, curve: Curve, step: Step, part: tuple[int, int]) -> FloatMatrix:
    """Return where some of the points go in a step.

    Parameters
    ----------
    points : ndarray of shape (2, n_points + some), float32
        The first follow the last once more, for draws that begin there.
    edges : Edges
    curve : Curve
    step : Step
    part : tuple of int
        Which points, from one to another.

    Returns
    -------
    ndarray of shape (2, n_points_of_part), float32
    """
    first, last = part
    places = points[:, first:last].copy()
    n_points = np.uint64(len(edges.paces))
    for point in range(first, last):
        x, y = points[0, point], points[1, point]
        draw = _drawn(step.seed + np.uint64(point) * STRIDE)
        so_far = edges.phases[point] + step.number * edges.paces[point]
        for _ in range(int(so_far + edges.paces[point]) - int(so_far)):
            draw = _drawn(draw)
            other = _neighbor(edges, point, draw)
            x, y = _attracted((x, y), (points[0, other], points[1, other]), curve, step.rate)
            draw = _drawn(draw)
            sampled = np.int64(((draw >> S32) * n_points) >> S32)
            dx, dy = _repelled((x, y), point, points, sampled, curve.repulsions)
            x, y = x + step.rate * dx, y + step.rate * dy
        places[0, point - first], places[1, point - first] = x, y
    return places
