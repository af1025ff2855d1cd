"""Projections: vectors onto a plane, by PCA, UMAP or t-SNE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.locating import pca_transform
from ingest.errors import UnknownNameError, UserError

# UMAP and t-SNE on this many principal components take a third of the time and are as trustworthy.
N_COMPONENTS = 50
N_NEIGHBORS = 15
PERPLEXITY = 30.0

FloatMatrix = NDArray[np.float32]


@dataclass(frozen=True)
class Projection:
    """A place on the map for each post.

    Attributes
    ----------
    post_ids : list of str
    coordinates : ndarray of shape (n_posts, 2), float32
    method : str
    seed : int
    """

    post_ids: list[str]
    coordinates: FloatMatrix
    method: str
    seed: int


@dataclass(frozen=True, slots=True)
class Method:
    """A projection's name for people, the library that computes it, and the function.

    ``place`` puts a vector on a map that was made of others, where the projection has a way of its own.
    """

    title: str
    library: str
    project: Callable[[FloatMatrix, int], FloatMatrix]
    place: Callable[[FloatMatrix, FloatMatrix, NDArray[np.float32]], tuple[float, float]] | None = None

    @property
    def library_version(self) -> str:
        return f"{self.library} {version(self.library)}"


def pca(vectors: FloatMatrix, seed: int) -> FloatMatrix:
    return _principal_components(vectors, 2, seed)


def umap(vectors: FloatMatrix, seed: int) -> FloatMatrix:
    from umap import UMAP

    components = _principal_components(vectors, N_COMPONENTS, seed)
    n_neighbors = min(N_NEIGHBORS, len(vectors) - 1)
    # Of few posts some have only opposites for neighbors, whom UMAP would leave without a place.
    reducer = UMAP(
        n_neighbors=n_neighbors,
        metric="cosine",
        disconnection_distance=np.inf,
        random_state=seed,
        n_jobs=1,
    )
    return np.asarray(reducer.fit_transform(components), np.float32)


def tsne(vectors: FloatMatrix, seed: int) -> FloatMatrix:
    from sklearn.manifold import TSNE

    components = _principal_components(vectors, N_COMPONENTS, seed)
    perplexity = min(PERPLEXITY, (len(vectors) - 1) / 3)
    # The start from principal components divides by their spread, which equal vectors do not have.
    start = "pca" if np.ptp(components[:, 0]) > 0 else "random"
    reducer = TSNE(perplexity=perplexity, random_state=seed, n_jobs=-1, init=start)
    return np.asarray(reducer.fit_transform(components), np.float32)


METHODS: dict[str, Method] = {
    "umap": Method("UMAP", "umap-learn", umap),
    "tsne": Method("t-SNE", "scikit-learn", tsne),
    "pca": Method("PCA", "scikit-learn", pca, pca_transform),
}

FEWEST_POSTS = 4


def require_method(name: str, n_posts: int) -> Method:
    if name not in METHODS:
        raise UnknownNameError("projection", name, list(METHODS))
    if n_posts < FEWEST_POSTS:
        raise UserError(f"A map needs at least {FEWEST_POSTS} posts, and there are {n_posts}: ingest more.")
    return METHODS[name]


def _principal_components(vectors: FloatMatrix, n_components: int, seed: int) -> FloatMatrix:
    from sklearn.decomposition import PCA

    reducer: Any = PCA(min(n_components, *vectors.shape), random_state=seed)
    return np.asarray(reducer.fit_transform(vectors), np.float32)
