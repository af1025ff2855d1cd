"""Principal components: the directions in which vectors differ most, with which clusterings and maps begin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by

FloatMatrix = NDArray[np.float32]

# Clusterings on so few take a tenth of the time, and UMAP and t-SNE a third; both are as good.
N_COMPONENTS = 64
# Of the randomized PCA, which scikit-learn takes for vectors of over 1,000 dimensions; its seven take twice as long,
# and neighbors among the components are no truer.
N_POWER_ITERATIONS = 4


def recipe() -> Recipe:
    """Return what components depend on besides the vectors."""
    return made_by(__name__, libraries=["scikit-learn"])


def principal_components(vectors: FloatMatrix) -> FloatMatrix:
    """Return what the first principal components say of each vector, the one of the largest variance first.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32

    Returns
    -------
    ndarray of shape (n_posts, n_components), float32
        64 components, or as many as there are posts or dimensions.
    """
    from sklearn.decomposition import PCA

    if len(vectors) == 1:  # it differs from nothing
        return np.zeros((1, 1), np.float32)
    reducer: Any = PCA(min(N_COMPONENTS, *vectors.shape), iterated_power=N_POWER_ITERATIONS, random_state=0)
    return np.asarray(reducer.fit_transform(vectors), np.float32)
