"""Names on a drawn map: those of its groups, each where it is densest, then those of its places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.lines import on_one_line
from explorer.place_names import PlaceNames
from explorer.point_map.arrays import Coloring
from ingest.console import visible

if TYPE_CHECKING:
    from explorer.picture import Picture

MOST_LETTERS = 34
GROUP_SIZE, PLACE_SIZE = 10.5, 8.5  # of the letters
CELLS = 48  # across the map, for the densest place of a group


@dataclass(frozen=True, slots=True)
class Name:
    """A text, the place of its middle, and the size of its letters."""

    text: str
    place: tuple[float, float]
    size: float


def names_of(picture: Picture, n_groups: int) -> Iterator[Name]:
    """Yield what may be written on a picture, the most important first: of its groups, the first so many have names."""
    if isinstance(picture.paint, Coloring):
        yield from _names_of_groups(picture.paint, picture.coordinates, n_groups)
    yield from _names_of_places(picture.names)


def _names_of_groups(coloring: Coloring, coordinates: NDArray[np.float32], n_groups: int) -> Iterator[Name]:
    sizes = np.bincount(coloring.codes[coloring.codes >= 0], minlength=len(coloring.names))[:n_groups]
    for code in np.argsort(-sizes, kind="stable"):
        if sizes[code]:
            place = _densest(coordinates, coloring.codes == code)
            yield Name(_cut(coloring.names[code]), place, GROUP_SIZE)


def _names_of_places(names: PlaceNames) -> Iterator[Name]:
    for text, (x, y), level in zip(names.texts, names.coordinates.tolist(), names.levels.tolist(), strict=True):
        if level == 1:
            yield Name(_cut(text), (x, y), PLACE_SIZE)


def _densest(coordinates: NDArray[np.float32], chosen: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the mean of a group's points about its densest cell: it may have parts far from each other."""
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    cells = np.minimum((coordinates[chosen] - low) / np.where(high > low, high - low, 1) * CELLS, CELLS - 1)
    cells = cells.astype(int)
    counts = np.zeros((CELLS + 2, CELLS + 2), int)
    for across in range(3):
        for up in range(3):
            np.add.at(counts, (cells[:, 0] + across, cells[:, 1] + up), 1)
    peak = np.array(np.unravel_index(counts.argmax(), counts.shape)) - 1
    x, y = coordinates[chosen][(np.abs(cells - peak) <= 1).all(axis=1)].mean(axis=0).tolist()
    return x, y


def _cut(text: str) -> str:
    return on_one_line(visible(text), MOST_LETTERS)
