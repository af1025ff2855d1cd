"""Normalizing: texts that every tokenizer takes, and vectors of unit length."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ingest.embedders.faults import UnusableError


def encodable(text: str) -> str:
    """Replace lone surrogates, which no tokenizer takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def unit_vectors(rows: ArrayLike, model: str) -> NDArray[np.float32]:
    """Scale what a model made of its texts to unit length.

    Returns
    -------
    ndarray of shape (n_rows, n_dimensions), float32

    Raises
    ------
    UnusableError
        Where a row is zero or not finite.
    """
    vectors = np.asarray(rows)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(norms) & (norms > 0)).all():
        raise UnusableError(
            f"{model} made an embedding that is zero or not finite: choose another with --model or --embedder."
        )
    unit: NDArray[np.float32] = (vectors / norms).astype(np.float32)
    return unit
