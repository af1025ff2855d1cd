"""Surroundings: what projections begin with, and the parameters that they take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from explorer.components import principal_components
from explorer.neighborhoods import N_NEIGHBORS, Neighborhoods, find_neighborhoods
from explorer.shares import Progress, untold
from ingest.errors import UserError

FloatMatrix = NDArray[np.float32]

RANGES = {"n_neighbors": (2, 200), "min_dist": (0.0, 1.0), "perplexity": (2, 200)}
JITTER = 1e-4  # keeps equal posts apart at the start, in spreads of the map
SMALLEST = 1e-4  # a length or a spread below this is what rounding left of nothing


@dataclass(frozen=True, slots=True)
class Parameters:
    """What can be turned at the projections; each takes some of these.

    Attributes
    ----------
    n_neighbors : int
        Of UMAP: how many nearest posts, the post itself among them, should stay near; more show the whole better.
    min_dist : float
        Of UMAP: how near to each other points may lie.
    perplexity : float
        Of t-SNE: about twice as many as the nearest posts that should stay near.
    """

    n_neighbors: int = 15
    min_dist: float = 0.1
    perplexity: float = 30.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value, (least, most) = getattr(self, field.name), RANGES[field.name]
            if not least <= value <= most:  # nor is NaN
                raise UserError(f"{field.name} must be from {least} to {most}, not {value}.")


DEFAULTS = Parameters()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What projections begin with: vectors, and what is worked out of them if a projection asks for it.

    Attributes
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    find_components : callable
        Returns the principal components, an ndarray of shape (n_posts, n_components), float32.
    find_nearest : callable
        Returns the neighborhoods of 15 posts; takes what is told how much of them is found.
    """

    vectors: FloatMatrix
    find_components: Callable[[], FloatMatrix]
    find_nearest: Callable[[Progress], Neighborhoods]

    @classmethod
    def of(cls, vectors: FloatMatrix) -> Self:
        return cls(
            vectors,
            partial(principal_components, vectors),
            lambda progress: find_neighborhoods(vectors, progress=progress),
        )

    @property
    def directions(self) -> FloatMatrix:
        """The components at unit length, except of posts that lie at the center."""
        components = self.find_components()
        lengths = np.linalg.norm(components, axis=1, keepdims=True)
        directions: FloatMatrix = np.divide(
            components, lengths, out=np.zeros_like(components), where=lengths > SMALLEST
        )
        return directions

    def neighborhoods(self, n_neighbors: int, progress: Progress = untold) -> Neighborhoods:
        """Return the nearest posts of every post; more than 15 are found anew."""
        if n_neighbors > N_NEIGHBORS:
            return find_neighborhoods(self.vectors, n_neighbors, progress)
        found = self.find_nearest(progress)
        return Neighborhoods(found.rows[:, :n_neighbors], found.similarities[:, :n_neighbors])

    def start(self, seed: int) -> NDArray[np.float64]:
        """Return the plane of the first two components, of unit spread, with no two posts in one place."""
        plane = self.find_components()[:, :2].astype(np.float64)
        spread = plane[:, 0].std()
        apart = np.random.default_rng(seed).normal(scale=JITTER, size=plane.shape)
        start: NDArray[np.float64] = plane / (spread if spread > SMALLEST else 1) + apart
        return start
