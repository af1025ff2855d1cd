"""Forces: one step of points on a plane, each pulled by those it is tied to and pushed by others, compiled.

UMAP's layout (McInnes, Healy and Melville 2018). Here a point moves by where the others were before the step, so that
threads can share the points, and any number of threads gives the same map. umap-learn moves one point after the other,
and makes no map twice where threads share them. The points that push another follow each other in memory, which is
several times faster than to draw each; their order must therefore say nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]
Place = tuple[np.float32, np.float32]
Kernel = TypeVar("Kernel", bound=Callable[..., object])

N_PUSHES = 16  # for each pull
LONGEST = np.float32(4)  # of a force
NEAREST = np.float32(0.001)  # to whatever pushes, so that no force is infinite
# Pushes are looked up by distance: a power for each would take several times as long.
FARTHEST, CELLS_A_UNIT = 64, np.float32(64)

ONE, TWO, WHOLE = np.float32(1), np.float32(2), np.float32(2**-24)
S13, S7, S17, S30, S27, S31, S32, S40 = (np.uint64(n_bits) for n_bits in (13, 7, 17, 30, 27, 31, 32, 40))
STRIDE, FIRST, SECOND = (np.uint64(bits) for bits in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


class Ties(NamedTuple):
    """A weighted graph, as it is drawn from.

    Attributes
    ----------
    starts : ndarray of shape (n_points + 1,), int32
        Where the ties of each point begin.
    others : ndarray of shape (n_ties,), int32
    shares : ndarray of shape (n_ties,), float32
        Of the weight of all ties of a point, summed up to each tie.
    paces, phases : ndarrays of shape (n_points,), float64
        How many pulls of a point there are in a step, and what it has of the first at the start.
    """

    starts: NDArray[np.int32]
    others: NDArray[np.int32]
    shares: FloatMatrix
    paces: NDArray[np.float64]
    phases: NDArray[np.float64]


class Curve(NamedTuple):
    """How near tied points come, by 1 / (1 + a d^2b) of their distance d; and the pushes, by cells of distance."""

    a: np.float32
    b: np.float32
    pushes: FloatMatrix


class Step(NamedTuple):
    """A step of all points: its number, what its draws begin with, and how far a force of 1 moves a point."""

    number: int
    lot: np.uint64
    length: np.float32


def curve_of(a: float, b: float) -> Curve:
    """Return the curve of umap-learn's two parameters."""
    distances = (np.arange(FARTHEST * int(CELLS_A_UNIT)) + 0.5) / CELLS_A_UNIT
    pushes = 2 * b / ((NEAREST + distances**2) * (1 + a * distances ** (2 * b)))
    return Curve(np.float32(a), np.float32(b), np.minimum(pushes, LONGEST / distances).astype(np.float32))


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function at its first call; while it runs, so may other threads."""
    return cast(Kernel, njit(nogil=True, fastmath=True, error_model="numpy")(kernel))


@compiled
def _mixed(bits: np.uint64) -> np.uint64:
    """Return bits that look unlike those of the next number (SplitMix64)."""
    bits = (bits + STRIDE) * FIRST
    bits = (bits ^ (bits >> S30)) * FIRST
    bits = (bits ^ (bits >> S27)) * SECOND
    return bits ^ (bits >> S31)


@compiled
def _tied(ties: Ties, point: int, draw: np.uint64) -> int:
    """Draw one of those that a point is tied to, by weight."""
    share = np.float32(draw >> S40) * WHOLE
    low, high = ties.starts[point], ties.starts[point + 1] - 1
    while low < high:
        middle = (low + high) >> 1
        if ties.shares[middle] <= share:
            low = middle + 1
        else:
            high = middle
    other: int = ties.others[low]
    return other


@compiled
def _pulled(place: Place, other: Place, curve: Curve, length: np.float32) -> Place:
    x, y = place
    dx, dy = other[0] - x, other[1] - y
    squared = dx * dx + dy * dy
    if squared == 0:
        return place
    near = curve.a * squared**curve.b
    force = min(TWO * curve.b * near / (squared * (ONE + near)), LONGEST / np.sqrt(squared))
    return x + length * force * dx, y + length * force * dy


@compiled
def _pushed(place: Place, points: FloatMatrix, draw: np.uint64, pushes: FloatMatrix, length: np.float32) -> Place:
    """Push a point from some that follow each other; one that is in the same place does not push."""
    x, y = place
    n_pushing = min(N_PUSHES, points.shape[1])
    first = np.int64(((draw >> S32) * np.uint64(points.shape[1] - n_pushing + 1)) >> S32)
    farthest = np.int32(len(pushes) - 1)
    sum_x = sum_y = np.float32(0)
    for other in range(first, first + n_pushing):
        dx, dy = x - points[0, other], y - points[1, other]
        cell = min(np.int32(np.sqrt(dx * dx + dy * dy) * CELLS_A_UNIT), farthest)
        sum_x += pushes[cell] * dx
        sum_y += pushes[cell] * dy
    return x + length * sum_x, y + length * sum_y


@compiled
def moved(points: FloatMatrix, ties: Ties, curve: Curve, step: Step, part: tuple[int, int]) -> FloatMatrix:
    """Return where some of the points, from one to another, go in a step: (2, n_points), float32, of points alike."""
    first, last = part
    places = points[:, first:last].copy()
    for point in range(first, last):
        place = points[0, point], points[1, point]
        draw = _mixed(step.lot + np.uint64(point))
        so_far = ties.phases[point] + step.number * ties.paces[point]
        for _ in range(int(so_far + ties.paces[point]) - int(so_far)):
            draw = _mixed(draw)
            other = _tied(ties, point, draw)
            place = _pulled(place, (points[0, other], points[1, other]), curve, step.length)
            draw = _mixed(draw)
            place = _pushed(place, points, draw, curve.pushes, step.length)
        places[0, point - first], places[1, point - first] = place
    return places
