"""Typical posts: those nearest to the mean of the posts that they are among."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]


def nearest_to_mean(vectors: FloatMatrix) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Return the rows of vectors, the nearest to their mean first, and each row's similarity to that.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length

    Returns
    -------
    ndarray of shape (n_posts,), intp
    ndarray of shape (n_posts,), float32
        Cosines, in the order of the vectors.
    """
    mean = vectors.mean(axis=0)
    similarities = (vectors @ mean / max(float(np.linalg.norm(mean)), 1e-9)).clip(-1, 1)
    return np.argsort(-similarities, kind="stable"), similarities
