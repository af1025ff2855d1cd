"""Clustering: stored vectors into groups, by one of several methods."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer import density
from explorer.default_k import default_k
from explorer.derived import Recipe, made_by
from explorer.frames import Tabular
from explorer.lloyd import settled
from explorer.noise import NOISE
from explorer.numbering import largest_first, numbered_like
from explorer.space import Space
from ingest.errors import UnknownNameError, UserError

if TYPE_CHECKING:
    from pandas import DataFrame

Labels = NDArray[np.int32]

KMEANS = "kmeans"
CANONICAL_SEED = 0  # of the hierarchy that gives clusters their numbers
MOST_STEPS = 100  # on components, where a step costs little
MOST_POLISHING_STEPS = 8  # on the vectors themselves
# Those whose constants labels depend on.
NAMES = ("components", "crowds", "density", "hierarchy", "lloyd", "neighborhoods")
MODULES = (__name__, *(f"explorer.{name}" for name in NAMES))
BESIDE = ("pynndescent",)  # a library that finds the neighbors of very many posts
# Posts that make a crowd.
MIN_SAMPLES = 10
# Of 400 posts one cluster, or of so few posts at least.
POSTS_A_CLUSTER, FEWEST_IN_A_CLUSTER = 400, 5


@dataclass(frozen=True)
class Clustering(Tabular):
    """A cluster for each post.

    Attributes
    ----------
    post_ids : list of str
    labels : ndarray of shape (n_posts,), int32
        From 0 on, and -1 for noise. Of KMeans, a cluster has the number of the one that is most like it in the
        corpus's hierarchy; of the other methods, of the one that is most like it in what the default options give,
        where cluster 0 is the largest. Of some posts, a cluster that is one of those of all has its number.
    n_clusters : int
        Fewer than were asked for where there are fewer different posts.
    inertia : float or None
        Sum of squared distances of the posts to their cluster's mean; none of methods by density.
    seed : int
    method : str
    task_type : str
        What the vectors were made for.
    is_smoothed : bool
        Whether it is one of vectors that were drawn to their neighbors'.
    """

    post_ids: list[str]
    labels: Labels
    n_clusters: int
    inertia: float | None
    seed: int
    method: str = KMEANS
    task_type: str = "CLUSTERING"
    is_smoothed: bool = False

    @property
    def n_noise(self) -> int:
        """How many posts are noise, in no cluster."""
        return int(np.count_nonzero(self.labels == NOISE))

    def to_frame(self) -> DataFrame:
        """Return each post's id and cluster."""
        from pandas import DataFrame

        return DataFrame({"id": self.post_ids, "cluster": self.labels})

    def __repr__(self) -> str:
        return f"<{self.n_clusters} clusters of {len(self.post_ids):,} posts: {self.method}, seed {self.seed}>"


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen of a clustering; a method looks at what concerns it.

    Attributes
    ----------
    n_clusters : int or None
        Of KMeans; by default 20, or as many as there are posts.
    min_cluster_size : int or None
        Of HDBSCAN: posts that make a cluster; by default one in 400 posts, and at least 5.
    min_samples : int
        Of HDBSCAN and DBSCAN: posts that make a crowd.
    eps : float or None
        Of DBSCAN: how far a crowd reaches, as a distance between points of the unit sphere; by default as far
        as leaves a quarter of all posts in crowds.
    smooth : bool or None
        Whether each vector is drawn to its nearest neighbors' first; by default where the model is known to gain by
        it, the offline one.
    """

    n_clusters: int | None = None
    min_cluster_size: int | None = None
    min_samples: int = MIN_SAMPLES
    eps: float | None = None
    smooth: bool | None = None

    def __post_init__(self) -> None:
        if self.min_cluster_size is not None and self.min_cluster_size < 2:
            raise UserError(f"The least size of a cluster must be 2 or more, not {self.min_cluster_size}.")
        if self.min_samples < 1:
            raise UserError(f"The number of posts that make a crowd must be 1 or more, not {self.min_samples}.")
        if self.eps is not None and not 0 < self.eps <= 2:
            raise UserError(f"eps must be above 0 and at most 2, the sphere's width, not {self.eps:g}.")

    def n_clusters_of(self, n_posts: int) -> int:
        """Return the number of clusters that KMeans makes of so many posts; one that cannot be is refused."""
        if self.n_clusters is None:
            return default_k(n_posts)
        require_n_clusters(self.n_clusters, n_posts)
        return self.n_clusters


@dataclass(frozen=True, slots=True)
class Method:
    """A clustering's name for people, the library that computes it, the options it looks at, and the function."""

    title: str
    library: str
    chosen: tuple[str, ...]
    find: Callable[[Space, Options, int], Labels]

    def chosen_of(self, options: Options) -> dict[str, int | float | None]:
        """Return the options that it looks at."""
        return {name: value for name, value in asdict(options).items() if name in self.chosen}

    def recipe(self, options: Options, seed: int) -> Recipe:
        """Return what the labels depend on besides the vectors."""
        chosen = self.chosen_of(options)
        return {**chosen, "method": self.title, "seed": seed, **made_by(*MODULES, libraries=[self.library, *BESIDE])}


def kmeans(space: Space, options: Options, seed: int) -> Labels:
    """Cluster with KMeans that begins with a cut through the hierarchy.

    It settles on the principal components, which costs little, and then, unless those are smoothed, on the vectors
    themselves.
    """
    n_clusters = options.n_clusters_of(len(space.vectors))
    space = space.with_hierarchies()
    labels = settled(space.components, _start(space, n_clusters, seed), MOST_STEPS)
    if not space.is_smoothed:
        labels = settled(space.vectors, labels, MOST_POLISHING_STEPS)
    return numbered_like(labels, space.hierarchy_of(CANONICAL_SEED).cut(n_clusters))


def hdbscan(space: Space, options: Options, seed: int) -> Labels:
    """Cluster with HDBSCAN; nothing is left to chance.

    Of the 18,846 posts of 20 Newsgroups, embedded offline, it makes 22 clusters and leaves 47 % out as noise; the
    clusters' V-measure against the newsgroups is 0.72.
    """
    size = options.min_cluster_size or max(len(space.components) // POSTS_A_CLUSTER, FEWEST_IN_A_CLUSTER)
    return largest_first(density.hdbscan(space.components, size, options.min_samples))


def dbscan(space: Space, options: Options, seed: int) -> Labels:
    """Cluster with DBSCAN; nothing is left to chance.

    Of the same posts it makes 153 clusters of V-measure 0.75, the largest with 5 % of all, and leaves 62 % out.
    """
    return largest_first(density.dbscan(space.components, options.eps, options.min_samples))


METHODS: dict[str, Method] = {
    KMEANS: Method("KMeans", "scikit-learn", ("n_clusters",), kmeans),
    "hdbscan": Method("HDBSCAN", "scikit-learn", ("min_cluster_size", "min_samples"), hdbscan),
    "dbscan": Method("DBSCAN", "scikit-learn", ("eps", "min_samples"), dbscan),
}


def require_method(name: str) -> Method:
    if name not in METHODS:
        raise UnknownNameError("clustering", name, list(METHODS))
    return METHODS[name]


def require_n_clusters(n_clusters: int, n_posts: int) -> None:
    if not 1 <= n_clusters <= n_posts:
        raise UserError(f"k must be from 1 to {n_posts:,}, the number of posts, not {n_clusters:,}.")


def _start(space: Space, n_clusters: int, seed: int) -> Labels:
    """Return a cut through the hierarchy of the seed, or a plain KMeans where its leaves are too few."""
    hierarchy = space.hierarchy_of(seed)
    if n_clusters <= len(hierarchy.parents):
        return hierarchy.cut(n_clusters)
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    # It warns where there are fewer different posts than clusters, which the answer shows.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        labels = KMeans(n_clusters, random_state=seed, n_init=1).fit(space.components).labels_
    return np.unique(labels, return_inverse=True)[1].astype(np.int32)
