"""UMAP: the graph of each post's nearest, laid out on a plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.neighborhoods import find_neighborhoods
from explorer.surroundings import DEFAULTS, Parameters, Progress, Surroundings

FloatMatrix = NDArray[np.float32]

# Repelling four times as many posts per attraction as umap-learn does by default, in two fifths of the rounds, makes
# more neighbors on the map true: more than neighbors found in principal components, in a ninth of the time, lose.
N_REPELLED = 20
N_EPOCHS, N_EPOCHS_OF_FEW = 80, 200
FEW = 10_000  # up to which umap-learn takes more epochs too


def umap(
    surroundings: Surroundings, parameters: Parameters = DEFAULTS, seed: int = 0, progress: Progress | None = None
) -> FloatMatrix:
    """Lay out the graph of the nearest by principal components, from the first two on."""
    from umap.umap_ import find_ab_params, simplicial_set_embedding

    a, b = find_ab_params(1.0, parameters.min_dist)
    coordinates, _ = simplicial_set_embedding(
        data=surroundings.vectors,
        graph=_fuzzy_graph(surroundings, parameters),
        n_components=2,
        initial_alpha=1.0,
        a=a,
        b=b,
        gamma=1.0,
        negative_sample_rate=N_REPELLED,
        n_epochs=N_EPOCHS_OF_FEW if len(surroundings.vectors) <= FEW else N_EPOCHS,
        init=surroundings.start(seed),
        random_state=np.random.RandomState(seed),
        metric="cosine",
        metric_kwds={},
        densmap=False,
        densmap_kwds={},
        output_dens=False,
        tqdm_kwds=_Bar(progress).options,
    )
    return np.asarray(coordinates, np.float32)


def _fuzzy_graph(surroundings: Surroundings, parameters: Parameters) -> Any:
    """Weigh each post's nearest, itself among them as UMAP has it; nothing here is drawn at random."""
    from umap.umap_ import fuzzy_simplicial_set

    n_posts = len(surroundings.vectors)
    n_neighbors = min(parameters.n_neighbors, n_posts)
    nearest = find_neighborhoods(surroundings.directions, n_neighbors - 1)
    rows = np.column_stack([np.arange(n_posts, dtype=np.int32), nearest.rows])
    distances = np.column_stack([np.zeros(n_posts, np.float32), 1 - nearest.similarities])
    graph, _, _ = fuzzy_simplicial_set(
        surroundings.vectors, n_neighbors, None, "cosine", knn_indices=rows, knn_dists=distances
    )
    return graph


class _Bar:
    """Stands in for the terminal where UMAP draws its bar, and tells how far it is.

    An error ends UMAP from there, and its bar, which clears itself and must not meet the error again.
    """

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._error: BaseException | None = None

    @property
    def options(self) -> dict[str, Any]:
        """What to hand to tqdm."""
        if not self._progress:
            return {"disable": True}
        shown = {"file": self, "bar_format": "{n} {total}", "mininterval": 0, "miniters": 1, "leave": False}
        return {**shown, "disable": False, "position": 0}  # of bars at once, the others would move the cursor

    def write(self, text: str) -> None:
        said = text.split()
        if len(said) != 2 or self._error or not self._progress:
            return
        done, total = said
        try:
            self._progress(int(done) / int(total))
        except BaseException as error:
            self._error = error
            _give_back_lock()
            raise

    def flush(self) -> None:
        pass


def _give_back_lock() -> None:
    """Let go of the lock of all bars, which tqdm holds while one writes, and keeps where that fails."""
    from tqdm.auto import tqdm

    tqdm.get_lock().release()
