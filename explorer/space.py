"""Space: what is clustered, posts as vectors and as components, with the hierarchies that KMeans begins with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer.components import principal_components
from explorer.hierarchy import Hierarchy, build_hierarchy
from explorer.neighborhoods import Neighborhoods
from explorer.smoothing import n_smoothing, smoothed

FloatMatrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Space:
    """Posts as vectors and as components, row by row.

    Attributes
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    components : ndarray of shape (n_posts, n_components), float32
    find_hierarchy : callable or None
        Returns the hierarchy of the same posts that a seed gives; without it, that is built.
    is_smoothed : bool
        Whether the components are smoothed, and clusterings are of them alone.
    """

    vectors: FloatMatrix
    components: FloatMatrix
    find_hierarchy: Callable[[int], Hierarchy] | None = None
    is_smoothed: bool = False

    @classmethod
    def of(cls, vectors: FloatMatrix) -> Space:
        """Return the space of vectors whose components are not known yet."""
        return cls(vectors, principal_components(vectors))

    def smoothed(self, neighborhoods: Neighborhoods) -> Space:
        """Return the space of the same posts, each drawn to its nearest neighbors."""
        n_neighbors = n_smoothing(len(self.components))
        if not n_neighbors:
            return self
        return Space(self.vectors, smoothed(self.components, neighborhoods, n_neighbors), is_smoothed=True)

    def with_hierarchies(self) -> Space:
        """Return the same space, whose hierarchies are built once."""
        return self if self.find_hierarchy else replace(self, find_hierarchy=cache(self.hierarchy_of))

    def hierarchy_of(self, seed: int) -> Hierarchy:
        """Return the hierarchy that a seed gives."""
        return self.find_hierarchy(seed) if self.find_hierarchy else build_hierarchy(self.components, seed)
