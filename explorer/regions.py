"""Regions: which points of a map lie inside a polygon drawn around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError

FEWEST_CORNERS = 3


def inside(coordinates: NDArray[np.float32], polygon: Sequence[tuple[float, float]]) -> NDArray[np.bool_]:
    """Tell which points lie inside a polygon or on its border.

    Of a line that crosses itself, whatever it goes around is inside: both loops of an eight, and what is
    circled twice. A polygon without an area has nothing inside.

    Parameters
    ----------
    coordinates : ndarray of shape (n_points, 2)
    polygon : sequence of (x, y)
        Its corners in order; the last is joined to the first.

    Returns
    -------
    ndarray of shape (n_points,), bool

    Raises
    ------
    UserError
        Where a corner is not a finite number.
    """
    if not np.isfinite(np.asarray(polygon, np.float64)).all():
        raise UserError("A region has a corner that is no finite number: draw it anew.")
    if len(polygon) < FEWEST_CORNERS:
        return np.zeros(len(coordinates), np.bool_)
    import shapely

    area = shapely.make_valid(shapely.Polygon(polygon), method="structure", keep_collapsed=False)
    shapely.prepare(area)
    found: NDArray[np.bool_] = shapely.intersects_xy(area, coordinates[:, 0], coordinates[:, 1])
    return found
