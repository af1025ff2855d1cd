"""The parts of a map: those that hold something of each point, and here those that stand among the points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.point_map.arrays import Coloring, Near, Points, Scale, Shown
from explorer.point_map.packing import NOTHING, TURNS, Props, as_integers


@dataclass(frozen=True, slots=True)
class Names:
    """Finer names that appear as one zooms in: level 1 from about twice, level 2 from about five times.

    Parameters
    ----------
    coordinates : ndarray of shape (n_names, 2), float32
    """

    texts: Sequence[str]
    coordinates: NDArray[np.float32]
    levels: Sequence[int]

    def __post_init__(self) -> None:
        if not len(self.texts) == len(self.coordinates) == len(self.levels):
            raise ValueError(
                f"{len(self.texts)} texts, {len(self.coordinates)} coordinates and {len(self.levels)} levels"
            )

    def props(self) -> Props:
        places = np.asarray(self.coordinates, dtype=np.float64).reshape(-1, 2).tolist()
        return {"names": {"texts": list(self.texts), "places": places, "levels": as_integers(self.levels)}}


@dataclass(frozen=True, slots=True)
class Marks:
    """The points that stand out, by index: hits in rank order, the selected one and its neighbors."""

    hits: Sequence[int] = ()
    selected: int | None = None
    neighbors: Sequence[int] = ()

    def props(self) -> Props:
        marks = {
            "hits": as_integers(self.hits),
            "selected": None if self.selected is None else int(self.selected),
            "neighbors": as_integers(self.neighbors),
            "turn": next(TURNS),
        }
        return {"marks": marks}


@dataclass(frozen=True, slots=True)
class Pin:
    """Where something that is no point lands, such as a typed question; ``Pin()`` takes it off."""

    x: float | None = None
    y: float | None = None
    text: str = ""

    def props(self) -> Props:
        if self.x is None or self.y is None:
            return {"pin": NOTHING}
        return {"pin": {"x": float(self.x), "y": float(self.y), "text": self.text}}


@dataclass(frozen=True, slots=True)
class Region:
    """The outline of what is selected, in coordinates; empty is none."""

    polygon: Sequence[Sequence[float]] = ()

    def props(self) -> Props:
        polygon = [[float(x), float(y)] for x, y in self.polygon]
        return {"region": {"polygon": polygon, "turn": next(TURNS)}}


@dataclass(frozen=True, slots=True)
class Message:
    """What stands on the map while it has no points, or in a corner while it has; empty is none.

    With ``done``, from 0 to 1, it has a bar that fills, and a button that cancels.
    """

    text: str = ""
    done: float | None = None

    def props(self) -> Props:
        return {"message": self.text, "progress": NOTHING if self.done is None else {"done": round(self.done, 2)}}


Part: TypeAlias = Points | Coloring | Scale | Names | Marks | Pin | Shown | Region | Near | Message

# What a map shows of a part that it is not given.
ABSENT: Props = {
    **dict.fromkeys(
        ("points", "coloring", "chosen", "names", "marks", "pin", "shown", "region", "near", "least"), NOTHING
    ),
    "message": "",
    "progress": NOTHING,
}


def props_of(parts: Sequence[Part]) -> Props:
    return {name: prop for part in parts for name, prop in part.props().items()}
