"""The ground of a map: how densely posts lie where, and in which places some of them prevail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]
Rows = NDArray[np.intp]
Grid = NDArray[np.float64]

FEWEST_BINS, MOST_BINS = 16, 96  # to a side: more for more posts
BINS_A_POST = 0.7  # times the root of the number of posts
BLUR = 1.5  # bins
PREVAILING = 0.35  # share of the posts around
EDGE = 0.25  # of the density at its peak: where a piece ends
SMALLEST_PIECE = 0.3  # of all, that stands for them too
FAR = 0.12  # of the map's width: pieces that are nearer than that are one
FEWEST_POSTS = 10  # of a piece


class Ground:
    """A map as a grid of densities.

    Parameters
    ----------
    coordinates : ndarray of shape (n_posts, 2), float32
        At least one.
    """

    def __init__(self, coordinates: FloatMatrix) -> None:
        self._coordinates = coordinates
        self._n_bins = int(np.clip(BINS_A_POST * len(coordinates) ** 0.5, FEWEST_BINS, MOST_BINS))
        self._width = max(float(np.ptp(coordinates, axis=0).max()), float(np.finfo(np.float32).tiny))
        bins = (coordinates - coordinates.min(axis=0)) / self._width * self._n_bins
        self._bins = np.minimum(bins.astype(np.intp), self._n_bins - 1)
        self._density = self._density_of(np.arange(len(coordinates)))

    def places_of(self, rows: Rows) -> list[int]:
        """Return for each large piece that some posts fall into the row of the post where most of them are.

        Pieces in which others prevail are left out, and so are those near to a larger one.
        """
        places: list[int] = []
        for place in self._peaks(rows):
            gaps = np.linalg.norm(self._coordinates[places] - self._coordinates[place], axis=1)
            if (gaps > FAR * self._width).all():
                places.append(place)
        return places

    def _peaks(self, rows: Rows) -> Iterator[int]:
        """Find where each piece is densest for its share of all that is there, the largest piece first."""
        density = self._density_of(rows)
        share = np.divide(density, self._density, out=np.zeros_like(density), where=self._density > 0)
        for members in self._pieces(rows, density):
            peak = members[self._at(density * share, members).argmax()]
            if self._at(share, peak) >= PREVAILING:
                yield int(peak)

    def _pieces(self, rows: Rows, density: Grid) -> Iterator[Rows]:
        """Find the rows of the largest of the connected parts where they are dense, and of others that are large."""
        from scipy.ndimage import label

        numbered, _ = label(density > EDGE * density.max(), np.ones((3, 3)))
        piece_of = self._at(numbered, rows)
        sizes = np.bincount(piece_of)[1:]  # 0 is between the pieces
        for rank, piece in enumerate(np.argsort(-sizes, kind="stable")):
            if sizes[piece] >= max(FEWEST_POSTS, SMALLEST_PIECE * len(rows) if rank else 0):
                yield rows[piece_of == piece + 1]

    def _density_of(self, rows: Rows) -> Grid:
        from scipy.ndimage import gaussian_filter

        counts = np.zeros((self._n_bins, self._n_bins))
        np.add.at(counts, tuple(self._bins[rows].T), 1)
        return np.asarray(gaussian_filter(counts, BLUR, mode="constant"))

    def _at(self, grid: Any, rows: Rows | int) -> Any:
        return grid[tuple(self._bins[rows].T)]
