"""Projections: vectors onto a plane, by PCA, UMAP or t-SNE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by
from explorer.frames import Tabular
from explorer.locating import pca_transform
from explorer.neighborhoods import find_neighborhoods
from explorer.surroundings import DEFAULTS, NOISE, Parameters, Progress, Surroundings
from ingest.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["DEFAULTS", "METHODS", "Method", "Parameters", "Progress", "Projection", "Surroundings", "require_method"]

FloatMatrix = NDArray[np.float32]

FEWEST_POSTS = 4


@dataclass(frozen=True)
class Projection(Tabular):
    """A place on the map for each post.

    Attributes
    ----------
    post_ids : list of str
    coordinates : ndarray of shape (n_posts, 2), float32
    method : str
    seed : int
    parameters : Parameters
    """

    post_ids: list[str]
    coordinates: FloatMatrix
    method: str
    seed: int
    parameters: Parameters = DEFAULTS

    def to_frame(self) -> DataFrame:
        """Return each post's id and place."""
        from pandas import DataFrame

        return DataFrame({"id": self.post_ids, **dict(zip("xy", self.coordinates.T, strict=True))})

    def __repr__(self) -> str:
        return f"<map of {len(self.post_ids):,} posts: {self.method}, seed {self.seed}>"


# UMAP: repelling four times as many posts per attraction as umap-learn does by default, in two fifths of the rounds,
# makes more neighbors on the map true: more than neighbors found in principal components, in a ninth of the time, lose.
N_REPELLED = 20
N_EPOCHS, N_EPOCHS_OF_FEW = 80, 200
FEW = 10_000  # up to which umap-learn takes more epochs too
# t-SNE: two fifths of openTSNE's iterations, after which the neighbors are as true as scikit-learn's after a thousand.
N_EXAGGERATED, N_PLAIN = 100, 200
N_ITERATIONS_BETWEEN = 10  # reports
FEWEST_TO_SHARE = 2_000  # threads that share fewer posts wait for each other longer than they work

# Whose constants maps depend on, and which libraries beside their own.
MODULES = (__name__, *(f"explorer.{name}" for name in ("components", "neighborhoods", "surroundings")))
BESIDE = ("scikit-learn", "pynndescent")

Project = Callable[[Surroundings, Parameters, int, Progress | None], FloatMatrix]


@dataclass(frozen=True, slots=True)
class Method:
    """A projection's name for people, the library that computes it, the function, and the parameters it takes.

    ``place`` puts a vector on a map that was made of others, where the projection has a way of its own.
    """

    title: str
    library: str
    project: Project
    place: Callable[[FloatMatrix, FloatMatrix, NDArray[np.float32]], tuple[float, float]] | None = None
    takes: tuple[str, ...] = ()

    def recipe(self, parameters: Parameters = DEFAULTS) -> Recipe:
        """Return what a map depends on besides vectors and seed."""
        turned = {name: getattr(parameters, name) for name in self.takes}
        return {**turned, **made_by(*MODULES, libraries=[self.library, *BESIDE])}


def pca(
    surroundings: Surroundings, parameters: Parameters = DEFAULTS, seed: int = 0, progress: Progress | None = None
) -> FloatMatrix:
    """Return the first two principal components."""
    return np.ascontiguousarray(surroundings.find_components()[:, :2])


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
    nearest = surroundings.neighborhoods(n_neighbors)
    affinities = Uniform(
        k_neighbors=n_neighbors,
        knn_index=PrecomputedNeighbors(nearest.rows.astype(np.int64), np.ones(nearest.rows.shape)),
    )
    n_jobs = -1 if n_posts >= FEWEST_TO_SHARE else 1
    layout: Any = TSNEEmbedding(surroundings.start(seed) * NOISE, affinities, n_jobs=n_jobs, random_state=seed)

    def tell(done: int) -> None:
        if progress:
            progress(done / (N_EXAGGERATED + N_PLAIN))

    every = {"inplace": True, "callbacks_every_iters": N_ITERATIONS_BETWEEN}
    layout.optimize(N_EXAGGERATED, exaggeration=12, momentum=0.5, callbacks=lambda done, *_: tell(done), **every)
    layout.optimize(N_PLAIN, momentum=0.8, callbacks=lambda done, *_: tell(N_EXAGGERATED + done), **every)
    return np.asarray(layout, np.float32)


METHODS: dict[str, Method] = {
    "umap": Method("UMAP", "umap-learn", umap, takes=("n_neighbors", "min_dist")),
    "tsne": Method("t-SNE", "openTSNE", tsne, takes=("perplexity",)),
    "pca": Method("PCA", "scikit-learn", pca, pca_transform),
}


def require_method(name: str, n_posts: int) -> Method:
    if name not in METHODS:
        raise UnknownNameError("projection", name, list(METHODS))
    if n_posts < FEWEST_POSTS:
        raise UserError(f"A map needs at least {FEWEST_POSTS} posts, and there are {n_posts}: ingest more.")
    return METHODS[name]
