"""Locating: where a vector that was not projected belongs on a map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]


def locate_by_neighbors(
    coordinates: FloatMatrix, rows: NDArray[np.intp], similarities: NDArray[np.float32]
) -> tuple[float, float]:
    """Return the place of the neighbor that is nearest to all the others: their weighted medoid.

    Neighbors may lie in two groups, and a mean would fall between them, where nothing is; a medoid is in
    one of the two. A neighbor weighs one over the root of its rank, since models differ in their range of
    similarities.

    Parameters
    ----------
    coordinates : ndarray of shape (n_posts, 2), float32
    rows : ndarray of shape (n_neighbors,), at least one
    similarities : ndarray of shape (n_neighbors,), float32
    """
    places = coordinates[rows]
    ranks = np.argsort(np.argsort(-similarities, kind="stable"))
    weights = 1 / np.sqrt(1 + ranks)
    distances = np.linalg.norm(places[:, np.newaxis] - places, axis=2)
    x, y = places[np.argmin(distances @ weights)].tolist()
    return x, y


def pca_transform(vectors: FloatMatrix, coordinates: FloatMatrix, vector: NDArray[np.float32]) -> tuple[float, float]:
    """Place a vector on a map that PCA made of others, as the fitted PCA would.

    A principal component is what a column of coordinates says of the vectors by least squares; the columns
    are uncorrelated, so each gives its component alone, in one product with the vectors. Of fewer posts than
    dimensions scikit-learn estimates its components, and the places agree to some hundredths of the map.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32
    coordinates : ndarray of shape (n_posts, 2), float32
        What PCA made of ``vectors``.
    vector : ndarray of shape (dimensions,), float32
    """
    center = coordinates.mean(axis=0)
    from_center = coordinates - center
    spread = np.square(from_center).sum(axis=0)
    # Equal vectors have no spread, and any component will do.
    components = (vectors.T @ from_center) / np.where(spread > 0, spread, 1)
    x, y = ((vector - vectors.mean(axis=0)) @ components + center).tolist()
    return x, y
