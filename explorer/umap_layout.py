"""UMAP: the graph of each post's nearest, laid out on a plane."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.neighborhoods import find_neighborhoods
from explorer.settling import curve_of, settle
from explorer.shares import Progress, in_two
from explorer.surroundings import DEFAULTS, Parameters, Surroundings

FloatMatrix = NDArray[np.float32]

# Two fifths of umap-learn's epochs, with six times as many negative samples, give maps that are truer.
N_EPOCHS, N_EPOCHS_OF_FEW = 80, 200
FEW = 10_000  # up to which umap-learn takes more epochs too
BREADTH = 10  # of the start


def umap(
    surroundings: Surroundings, parameters: Parameters = DEFAULTS, seed: int = 0, progress: Progress | None = None
) -> FloatMatrix:
    """Lay out the graph of the nearest by principal components, from the first two on."""
    from umap.umap_ import find_ab_params

    start = _spread(surroundings.start(seed))
    n_epochs = N_EPOCHS_OF_FEW if len(start) <= FEW else N_EPOCHS
    curve = curve_of(*find_ab_params(1.0, parameters.min_dist))
    finding, laying_out = in_two(progress, 0.1)
    graph = _fuzzy_graph(surroundings, parameters, finding)
    with closing(settle(graph, start, curve, n_epochs, seed)) as epochs:
        for n_done in range(1, n_epochs + 1):
            places = next(epochs)
            laying_out(n_done / n_epochs)
    return places


def _spread(plane: NDArray[np.float64]) -> FloatMatrix:
    """Stretch both dimensions to the same breadth, as umap-learn does."""
    least, most = plane.min(axis=0), plane.max(axis=0)
    return np.asarray(BREADTH * (plane - least) / (most - least), np.float32)


def _fuzzy_graph(surroundings: Surroundings, parameters: Parameters, progress: Progress) -> Any:
    """Weigh each post's nearest, itself among them as UMAP has it; nothing here is drawn at random."""
    from umap.umap_ import fuzzy_simplicial_set

    n_posts = len(surroundings.vectors)
    n_neighbors = min(parameters.n_neighbors, n_posts)
    nearest = find_neighborhoods(surroundings.directions, n_neighbors - 1, progress)
    rows = np.column_stack([np.arange(n_posts, dtype=np.int32), nearest.rows])
    distances = np.column_stack([np.zeros(n_posts, np.float32), 1 - nearest.similarities])
    graph, _, _ = fuzzy_simplicial_set(
        surroundings.vectors, n_neighbors, None, "cosine", knn_indices=rows, knn_dists=distances
    )
    return graph
