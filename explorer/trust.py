"""Trust: how much of what a map shows of neighbors is true, over all and for each post."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from explorer.frames import Rows, Tabular
from explorer.neighborhoods import Neighborhoods

if TYPE_CHECKING:
    from pandas import DataFrame

FloatMatrix = NDArray[np.float32]

N_NEIGHBORS = 15
N_SAMPLED = 1_000
# A true neighbor counts in part up to so many times the rank that counts in full.
REACH = 10
# Equal vectors may differ in the last bits of their similarities, and so may equal places in their distances.
SIMILARITY_TOLERANCE = 1e-6
DISTANCE_TOLERANCE = 1e-6
BLOCK = 250  # posts, each compared with all


@dataclass(frozen=True, slots=True)
class Trust(Tabular):
    """How far a map can be trusted, measured on a sample of its posts against all posts.

    Attributes
    ----------
    trustworthiness : float
        One where the neighbors on a map are all true, and less the farther from it they truly are
        (Venna and Kaski 2001), as scikit-learn defines it for cosine distances; at random it is about a half.
    neighbors_kept : float
        The share of the nearest neighbors that are among the nearest on the map.
    n_neighbors : int
    n_sampled : int
    """

    trustworthiness: float
    neighbors_kept: float
    n_neighbors: int
    n_sampled: int

    def to_frame(self) -> DataFrame:
        """Return the figures as a table of one row."""
        return Rows([self]).to_frame()

    def sentence(self, title: str) -> str:
        """Say it of a map with a title."""
        return (
            f"{title} keeps {self.neighbors_kept:.0%} of each post's {self.n_neighbors} nearest neighbors near; "
            f"trustworthiness {self.trustworthiness:.2f} ({self.n_sampled:,} posts sampled)"
        )

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what ``write`` wrote; what has been changed to something else is an error."""
        found = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            trustworthiness=float(found["trustworthiness"]),
            neighbors_kept=float(found["neighbors_kept"]),
            n_neighbors=int(found["n_neighbors"]),
            n_sampled=int(found["n_sampled"]),
        )

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")


def trust(vectors: FloatMatrix, coordinates: FloatMatrix, seed: int = 0, n_sampled: int = N_SAMPLED) -> Trust:
    """Measure how far a map can be trusted.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length; at least 4 posts
    coordinates : ndarray of shape (n_posts, 2), float32
    """
    n_posts = len(vectors)
    n_neighbors = min(N_NEIGHBORS, (n_posts - 1) // 2)  # of more, a rank could not be a bad one
    sampled = np.random.default_rng(seed).permutation(n_posts)[:n_sampled]
    on_map = _nearest_on_map(coordinates, sampled, n_neighbors)
    parts = range(0, len(sampled), BLOCK)
    ranks = np.concatenate([_true_ranks(vectors, sampled[at : at + BLOCK], on_map[at : at + BLOCK]) for at in parts])
    worst = len(sampled) * n_neighbors * (2 * n_posts - 3 * n_neighbors - 1) / 2
    return Trust(
        trustworthiness=float(1 - (ranks - n_neighbors).clip(0).sum() / worst),
        neighbors_kept=float((ranks <= n_neighbors).mean()),
        n_neighbors=n_neighbors,
        n_sampled=len(sampled),
    )


def misplacement(coordinates: FloatMatrix, neighborhoods: Neighborhoods) -> NDArray[np.float32]:
    """Tell how badly each post is placed: 0 with all its true neighbors nearest on the map, 1 with none of them near.

    Of its ``n`` true neighbors, one among the ``n`` nearest on the map counts in full, and one farther down
    counts less with the logarithm of its rank, to nothing from rank ``10 n`` on.

    Parameters
    ----------
    coordinates : ndarray of shape (n_posts, 2), float32
    neighborhoods : Neighborhoods
        Of the vectors that the map was made of; at least one neighbor each.

    Returns
    -------
    ndarray of shape (n_posts,), float32
    """
    n_neighbors = neighborhoods.rows.shape[1]
    ranks = _map_ranks(coordinates.astype(np.float64), neighborhoods.rows, REACH * n_neighbors)
    farness = np.log(ranks.clip(n_neighbors) / n_neighbors) / np.log(REACH)
    badness: NDArray[np.float32] = farness.clip(0, 1).mean(axis=1, dtype=np.float32)
    return badness


def _nearest_on_map(coordinates: FloatMatrix, posts: NDArray[np.intp], n_neighbors: int) -> NDArray[np.intp]:
    """Return the posts nearest to some on the map, without themselves, of shape (n, n_neighbors)."""
    from scipy.spatial import KDTree

    _, found = KDTree(coordinates).query(coordinates[posts], n_neighbors + 1, workers=-1)
    others: NDArray[np.bool_] = found != posts[:, np.newaxis]
    others[others.all(axis=1), -1] = False  # among posts in one place the post itself may be missing
    nearest: NDArray[np.intp] = found[others].reshape(len(posts), n_neighbors)
    return nearest


def _true_ranks(vectors: FloatMatrix, posts: NDArray[np.intp], others: NDArray[np.intp]) -> NDArray[np.intp]:
    """Rank each post's others by their similarity to it among all posts: 1 for the most similar, the best of equals."""
    similarities = vectors[posts] @ vectors.T
    similarities[np.arange(len(posts)), posts] = -np.inf
    least = np.take_along_axis(similarities, others, axis=1) + np.float32(SIMILARITY_TOLERANCE)
    return 1 + np.stack([_n_above(*each) for each in zip(similarities, least, strict=True)])


def _n_above(values: NDArray[np.float32], bounds: NDArray[np.float32]) -> NDArray[np.intp]:
    """Count the values above each bound; few are above the lowest, and only those are sorted."""
    above = np.sort(values[values > bounds.min()])
    return len(above) - np.searchsorted(above, bounds, side="right")


def _map_ranks(places: NDArray[np.float64], others: NDArray[np.int32], last: int) -> NDArray[np.intp]:
    """Rank each post's others by their distance on the map: 1 for the nearest, the best of equals, no rank above last.

    Parameters
    ----------
    places : ndarray of shape (n_posts, 2)
    others : ndarray of shape (n_posts, n_others)
    """
    from scipy.spatial import KDTree

    nearest, _ = KDTree(places).query(places, min(last, len(places)), workers=-1)  # the post itself comes first
    ranks = np.empty(others.shape, np.intp)
    for column, other in enumerate(others.T):
        bounds = np.linalg.norm(places - places[other], axis=1) * (1 - DISTANCE_TOLERANCE)
        ranks[:, column] = (nearest < bounds[:, np.newaxis]).sum(axis=1)
    return ranks
