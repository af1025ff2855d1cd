"""How parts travel: arrays as short texts, for Gradio compares all props at every change, and lists are slow."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from itertools import count
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Props: TypeAlias = dict[str, Any]

# Gradio tells the browser of a prop only where it differs from the last one sent; but the browser goes
# ahead of the answer (a pressed legend entry, a drawn lasso), so an answer that says "no" must differ too.
TURNS = count()

# Gradio leaves None out of an update, so what is taken off is False.
NOTHING = False


def packed(array: NDArray[Any]) -> dict[str, str]:
    """Pack an array into base64, little-endian, with the name of its type."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return {"type": array.dtype.name, "base64": base64.b64encode(little.tobytes()).decode("ascii")}


def in_smallest_integers(codes: NDArray[Any], n_codes: int) -> NDArray[Any]:
    """Cast codes from -1 to ``n_codes - 1`` to the smallest signed type that holds them."""
    dtype = next(dtype for dtype in (np.int8, np.int16, np.int32) if n_codes - 1 <= np.iinfo(dtype).max)
    return codes.astype(dtype)


def bounds_of(values: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the least and the greatest value of each column, leaving NaN out; zeros where there is none."""
    finite = values[~np.isnan(values)] if values.ndim == 1 else values
    if not len(finite):
        nothing = np.zeros(values.shape[1:])
        return nothing, nothing
    return finite.min(axis=0).astype(np.float64), finite.max(axis=0).astype(np.float64)


def in_steps(
    values: NDArray[Any], low: NDArray[np.float64], high: NDArray[np.float64], n_steps: int
) -> NDArray[np.float64]:
    """Round values to whole steps: 0 at ``low``, ``n_steps`` at ``high``; NaN becomes 0."""
    reach = np.where(high > low, high - low, 1)
    return np.rint(np.nan_to_num((values.astype(np.float64) - low) / reach) * n_steps)


def as_integers(indices: Sequence[int]) -> list[int]:
    return [int(index) for index in indices]
