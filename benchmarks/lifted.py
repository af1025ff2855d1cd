"""Vectors of as many dimensions as Gemini's at most, made of the offline model's, as no key is needed to measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]

DIMENSIONS = 3_072
# Of a vector's length. Without it, vectors would fill no more directions than they did before.
NOISE = 0.35
SEED = 0
ORIGIN_OF_LIFTED = (
    "Not Gemini's vectors: those of the offline model, turned by a random orthogonal map "
    f"and blurred by {NOISE} of their length"
)


@dataclass(frozen=True, slots=True)
class VectorSet:
    """Vectors to be measured with, of shape (n_posts, dimensions), float32, and where they come from."""

    vectors: FloatMatrix
    origin: str

    @property
    def title(self) -> str:
        n_posts, dimensions = self.vectors.shape
        return f"{n_posts:,} posts, {dimensions:,} dimensions"


def vector_sets_of(vectors: FloatMatrix) -> Iterator[VectorSet]:
    """Yield the offline model's vectors, and what is made of them."""
    yield VectorSet(vectors, "Vectors of the offline model")
    yield VectorSet(lifted(vectors), ORIGIN_OF_LIFTED)


def lifted(vectors: FloatMatrix, dimensions: int = DIMENSIONS, noise: float = NOISE) -> FloatMatrix:
    """Turn vectors into a space of more dimensions, where angles stay, then blur them in all of those.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, fewer_dimensions), float32, rows of unit length

    Returns
    -------
    ndarray of shape (n_posts, dimensions), float32, rows of unit length
    """
    lot = np.random.default_rng(SEED)
    turn, _ = np.linalg.qr(lot.standard_normal((dimensions, vectors.shape[1]), np.float32))
    blur = lot.standard_normal((len(vectors), dimensions), np.float32)
    blur *= noise / dimensions**0.5
    blur += vectors @ turn.T
    blur /= np.linalg.norm(blur, axis=1, keepdims=True)
    return blur
