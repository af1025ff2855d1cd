"""Crowds: clusters by density of very many posts, found in the graph of each post's nearest instead of among all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.neighborhoods import N_NEIGHBORS, find_neighborhoods
from explorer.noise import NOISE

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]

FARTHEST = 2.0  # apart on the unit sphere
# A distance of 0 would be no link in a sparse matrix.
SMALLEST = 1e-6


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest other posts of each post, best first.

    Attributes
    ----------
    rows : ndarray of shape (n_posts, n_nearest), int32
    distances : ndarray of shape (n_posts, n_nearest), float32, above 0
    """

    rows: NDArray[np.int32]
    distances: FloatMatrix

    @classmethod
    def of(cls, points: FloatMatrix, min_samples: int) -> Nearest:
        """Find as many as a crowd of ``min_samples`` needs, and no fewer than 15, of points of the unit sphere."""
        found = find_neighborhoods(points, max(min_samples, N_NEIGHBORS))
        distances = np.sqrt((2 - 2 * found.similarities).clip(0))
        return cls(found.rows, distances.clip(SMALLEST).astype(np.float32))

    def reach(self, min_samples: int) -> NDArray[np.float32]:
        """Return how far each post has to reach for so many posts, itself included, of shape (n_posts,)."""
        return self.distances[:, min_samples - 2] if min_samples > 1 else np.zeros(len(self.rows), np.float32)

    def graph(self, chosen: NDArray[np.bool_] | None = None) -> Any:
        """Return the links that are chosen, of shape (n_posts, n_nearest), or all, as a sparse symmetric matrix."""
        from scipy.sparse import csr_matrix

        n_posts, n_nearest = self.rows.shape
        chosen = np.ones(self.rows.shape, bool) if chosen is None else chosen
        posts = np.repeat(np.arange(n_posts), n_nearest).reshape(self.rows.shape)
        links = csr_matrix((self.distances[chosen], (posts[chosen], self.rows[chosen])), (n_posts, n_posts))
        return links.maximum(links.T)


def hdbscan_of(nearest: Nearest, min_cluster_size: int, min_samples: int) -> Labels:
    """Return the clusters of HDBSCAN, which looks for those that last longest where posts are linked."""
    from sklearn.cluster import HDBSCAN

    # Here scikit-learn does not count a post itself among those of its crowd.
    found = HDBSCAN(
        min_cluster_size=min_cluster_size, min_samples=max(min_samples - 1, 1), metric="precomputed", copy=True
    )
    return np.asarray(found.fit(_in_one_piece(nearest.graph())).labels_, np.int32)


def dbscan_of(nearest: Nearest, eps: float, min_samples: int) -> Labels:
    """Return the clusters of DBSCAN: posts with a crowd that are linked, and posts that are near to one of those.

    They are numbered anyhow.
    """
    from scipy.sparse.csgraph import connected_components

    has_crowd = nearest.reach(min_samples) <= eps
    is_near = (nearest.distances <= eps) & has_crowd[nearest.rows]
    _, pieces = connected_components(nearest.graph(is_near & has_crowd[:, np.newaxis]), directed=False)
    labels = np.where(has_crowd, pieces, NOISE)
    edge = np.flatnonzero(~has_crowd & is_near.any(axis=1))
    first = is_near[edge].argmax(axis=1)
    labels[edge] = pieces[nearest.rows[edge, first]]
    return labels.astype(np.int32)


def _in_one_piece(graph: Any) -> Any:
    """Link pieces that are not linked, as far apart as can be, for HDBSCAN takes no others."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    n_pieces, pieces = connected_components(graph, directed=False)
    firsts = np.unique(pieces, return_index=True)[1]
    far = np.full(n_pieces - 1, FARTHEST, np.float32)
    links = csr_matrix((far, (firsts[:-1], firsts[1:])), graph.shape)
    return (graph + links + links.T).tocsr()
