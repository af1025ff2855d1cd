"""What every measurement needs: the seconds that work takes, and figures told with their spread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Return what the work returns, and the seconds that it took."""
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began


def seconds_of(work: Callable[[], object]) -> float:
    return timed(work)[1]


def spread(values: Sequence[float], form: str = ".3f") -> str:
    """Tell the mean, with the least and the most where they differ: ``0.676 (0.664 to 0.682)``."""
    return _told(float(np.mean(values)), values, form)


def median_spread(values: Sequence[float], form: str = ".0f") -> str:
    """Tell the median, with the least and the most where they differ."""
    return _told(float(np.median(values)), values, form)


def ratio_spread(theirs: Sequence[float], ours: Sequence[float], form: str = ".1f") -> str:
    """Tell the ratio of the means, with the least and the most of single turns; a mean of ratios would flatter."""
    turns = [one / other for one, other in zip(theirs, ours, strict=True)]
    return _told(float(np.mean(theirs) / np.mean(ours)), turns, form)


def _told(middle: float, values: Sequence[float], form: str) -> str:
    least, most = format(min(values), form), format(max(values), form)
    return format(middle, form) if least == most else f"{middle:{form}} ({least} to {most})"
