"""Nesting: posts cut into coarse parts and those into fine ones, by a hierarchy or on a map."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.hierarchy import Hierarchy
from explorer.numbering import largest_first

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]

MANY_POSTS = 100_000  # so many are cut by samples


@dataclass(frozen=True, slots=True)
class Nesting:
    """Two cuts, each fine part inside a coarse one.

    Attributes
    ----------
    coarse, fine : ndarray of shape (n_posts,), int32
        From 0 on, without gaps; the numbers of the fine parts go on from one coarse part to the next.
    """

    coarse: Labels
    fine: Labels


@dataclass(frozen=True, slots=True)
class _Grain:
    """How finely posts are cut."""

    posts_a_part: int
    most_parts: int

    def n_parts(self, n_posts: int, n_all: int) -> int:
        """Return how many parts are due to some posts for their share of all."""
        due = min(n_all / self.posts_a_part, self.most_parts)
        return max(round(due * n_posts / n_all), 1)


COARSE, FINE = _Grain(100, 60), _Grain(40, 240)


def nested_clusters(hierarchy: Hierarchy) -> Nesting:
    """Cut all posts by their meaning: twice through a hierarchy."""
    n_posts = len(hierarchy.leaves)
    coarse, fine = (hierarchy.cut(grain.n_parts(n_posts, n_posts)) for grain in (COARSE, FINE))
    _, numbered = np.unique(np.column_stack([coarse, fine]), axis=0, return_inverse=True)
    return Nesting(coarse, numbered.ravel().astype(np.int32))


def nested_cells(coordinates: FloatMatrix) -> Nesting:
    """Cut all posts by where they are on a map: into cells, and those into smaller ones."""
    n_posts = len(coordinates)
    coarse = _cut(coordinates, COARSE.n_parts(n_posts, n_posts))
    fine = np.empty_like(coarse)
    n_cells = 0
    for cell in range(coarse.max() + 1):
        members = coarse == cell
        labels = _cut(coordinates[members], FINE.n_parts(int(members.sum()), n_posts))
        fine[members] = labels + n_cells
        n_cells += labels.max() + 1
    return Nesting(coarse, fine)


def _cut(places: FloatMatrix, n_cells: int) -> Labels:
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    method = KMeans if len(places) <= MANY_POSTS else MiniBatchKMeans
    # It warns where fewer places differ than cells are due.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return largest_first(method(n_cells, random_state=0, n_init=1).fit(places).labels_)
