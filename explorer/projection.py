"""Projections: vectors onto a plane, by PCA, UMAP or t-SNE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.derived import Recipe, made_by
from explorer.frames import Tabular
from explorer.locating import pca_transform
from explorer.shares import Progress
from explorer.surroundings import DEFAULTS, Parameters, Surroundings
from explorer.tsne_layout import tsne
from explorer.umap_layout import umap
from ingest.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from pandas import DataFrame

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


# Whose constants maps depend on, and which libraries beside their own.
NAMES = ("components", "neighborhoods", "settling", "surroundings", "tsne_layout", "umap_layout")
MODULES = (__name__, *(f"explorer.{name}" for name in NAMES))
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
