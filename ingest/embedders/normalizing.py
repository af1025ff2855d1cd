"""Normalizing: texts that every tokenizer takes, and vectors of unit length."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def encodable(text: str) -> str:
    """Replace lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def unit_vectors(rows: ArrayLike) -> NDArray[np.float32]:
    """Scale what a model made of its texts to unit length.

    Returns
    -------
    ndarray of shape (n_rows, n_dimensions), float32; NaN is a row that has no length, or no finite one
    """
    vectors = np.asarray(rows)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    has_length = np.isfinite(norms) & (norms > 0)
    unit: NDArray[np.float32] = (vectors / np.where(has_length, norms, 1)).astype(np.float32)
    unit[~has_length[:, 0]] = np.nan
    return unit
