"""Growth: how fast a cost rises with the number of posts, beside n log n, and what that foretells."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

Point = tuple[float, float]  # a size and its cost, which is above 0

# How much steeper than n log n a measured slope may be and still pass for noise.
TOLERANCE = 0.15


def slope(sizes: tuple[float, float], costs: tuple[float, float]) -> float:
    """Return the exponent of growth between two sizes: 1 where twice as many posts cost twice as much."""
    return log(costs[1] / costs[0]) / log(sizes[1] / sizes[0])


def slope_of_sorting(sizes: tuple[float, float]) -> float:
    """Return the exponent that n log n has between two sizes."""
    return slope(sizes, (sizes[0] * log(sizes[0]), sizes[1] * log(sizes[1])))


def is_worse(sizes: tuple[float, float], costs: tuple[float, float]) -> bool:
    """Tell whether a cost grows faster than n log n by more than noise."""
    return slope(sizes, costs) > slope_of_sorting(sizes) + TOLERANCE


def foretold(known: Sequence[Point], size: float, *, linear: bool = False) -> float:
    """Extrapolate a cost, fitted as a + b n log n, or as a + b n; neither a nor b is negative.

    The fit is of relative errors, so that the smallest size counts as much as the largest.
    """
    from scipy.optimize import nnls

    terms = [np.array([1, number if linear else number * log(number)]) for number, _ in known]
    factors, _ = nnls(
        np.array([term / cost for term, (_, cost) in zip(terms, known, strict=True)]), np.ones(len(known))
    )
    return float(np.array([1, size if linear else size * log(size)]) @ factors)
