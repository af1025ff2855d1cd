"""t-SNE: each post's nearest attracted, and all others repelled, on a plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.shares import Progress, in_two
from explorer.surroundings import DEFAULTS, Parameters, Surroundings

FloatMatrix = NDArray[np.float32]

# Two fifths of openTSNE's iterations, after which the neighbors are as true as scikit-learn's after a thousand.
N_EXAGGERATED, N_PLAIN = 100, 200
N_ITERATIONS_BETWEEN = 10  # reports
SPREAD = 1e-4  # of the start, as openTSNE makes its own
FEWEST_TO_SHARE = 2_000  # threads that share fewer posts wait for each other longer than they work


def tsne(
    surroundings: Surroundings, parameters: Parameters = DEFAULTS, seed: int = 0, progress: Progress | None = None
) -> FloatMatrix:
    """Attract the nearest posts alike, and repel the others by interpolation (FIt-SNE), from principal components on.

    Alike attracted, half as many neighbors as the perplexity give much the same map as three times as many with
    Gaussian affinities (Böhm, Berens and Kobak 2022), and those the explorer has.
    """
    from openTSNE import TSNEEmbedding
    from openTSNE.affinity import Uniform
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    n_posts = len(surroundings.vectors)
    n_neighbors = min(max(1, round(parameters.perplexity / 2)), n_posts - 1)
    finding, laying_out = in_two(progress, 0.5)
    nearest = surroundings.neighborhoods(n_neighbors, finding)
    affinities = Uniform(
        k_neighbors=n_neighbors,
        knn_index=PrecomputedNeighbors(nearest.rows.astype(np.int64), np.ones(nearest.rows.shape)),
    )
    n_jobs = -1 if n_posts >= FEWEST_TO_SHARE else 1
    layout: Any = TSNEEmbedding(surroundings.start(seed) * SPREAD, affinities, n_jobs=n_jobs, random_state=seed)

    def tell(done: int) -> None:
        laying_out(done / (N_EXAGGERATED + N_PLAIN))

    every = {"inplace": True, "callbacks_every_iters": N_ITERATIONS_BETWEEN}
    layout.optimize(N_EXAGGERATED, exaggeration=12, momentum=0.5, callbacks=lambda done, *_: tell(done), **every)
    layout.optimize(N_PLAIN, momentum=0.8, callbacks=lambda done, *_: tell(N_EXAGGERATED + done), **every)
    return np.asarray(layout, np.float32)
