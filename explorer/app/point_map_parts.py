"""The parts that a map of points shows: each is a frozen dataclass that becomes the component's props."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from itertools import count
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from explorer.app.point_map_packing import bounds_of, in_smallest_integers, in_steps, packed

Props: TypeAlias = dict[str, Any]

# Gradio tells the browser of a prop only where it differs from the last one sent; but the browser goes
# ahead of the answer (a pressed legend entry, a drawn lasso), so an answer that says "no" must differ too.
TURNS = count()

# Gradio leaves None out of an update, so what is taken off is False.
NOTHING = False


@dataclass(frozen=True, slots=True)
class Points:
    """Where the points are; maps of one ``key`` and length hold the same rows, so that points move, not jump.

    Parameters
    ----------
    coordinates : ndarray of shape (n_points, 2), float32, finite
    """

    coordinates: NDArray[np.float32]
    key: str = ""

    def __post_init__(self) -> None:
        if self.coordinates.ndim != 2 or self.coordinates.shape[1] != 2:
            raise ValueError(f"coordinates have shape {self.coordinates.shape}; points need (n_points, 2)")
        if not np.isfinite(self.coordinates).all():
            raise ValueError("coordinates hold NaN or infinity: project the posts again")

    def props(self) -> Props:
        low, high = bounds_of(self.coordinates)
        steps = in_steps(self.coordinates, low, high, 2**16 - 1).astype(np.uint16)
        points = {"key": self.key, "low": low.tolist(), "high": high.tolist(), "coordinates": packed(steps)}
        return {"points": points if len(self.coordinates) else NOTHING}


@dataclass(frozen=True, slots=True)
class Coloring:
    """The group of each point, each group's name and color, and the groups pressed in the legend.

    Parameters
    ----------
    codes : ndarray of shape (n_points,), integers, indices into ``names``; -1 is no group
    """

    title: str
    codes: NDArray[np.int32]
    names: Sequence[str]
    colors: Sequence[str]
    chosen: Sequence[int] = ()

    def __post_init__(self) -> None:
        if len(self.names) != len(self.colors):
            raise ValueError(f"{len(self.names)} names and {len(self.colors)} colors")
        if self.codes.size and not -1 <= self.codes.min() <= self.codes.max() < len(self.names):
            raise ValueError(f"codes must lie between -1 and {len(self.names) - 1}, the index of the last name")

    def props(self) -> Props:
        coloring = {
            "title": self.title,
            "codes": packed(in_smallest_integers(self.codes, len(self.names))),
            "names": list(self.names),
            "colors": list(self.colors),
        }
        return {"coloring": coloring, "chosen": {"codes": as_integers(self.chosen), "turn": next(TURNS)}}


@dataclass(frozen=True, slots=True)
class Scale:
    """A continuous coloring, such as the similarity to a question; it takes the place of a ``Coloring``.

    Parameters
    ----------
    values : ndarray of shape (n_points,), float32; NaN is no value
    """

    title: str
    values: NDArray[np.float32]

    def props(self) -> Props:
        low, high = bounds_of(self.values)
        levels = np.where(np.isnan(self.values), 0, 1 + in_steps(self.values, low, high, 254)).astype(np.uint8)
        coloring = {"title": self.title, "levels": packed(levels), "low": float(low), "high": float(high)}
        return {"coloring": coloring, "chosen": {"codes": [], "turn": next(TURNS)}}


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
class Shown:
    """Which points pass the filters; the others are faint and cannot be hovered. ``None`` shows all.

    Parameters
    ----------
    mask : ndarray of shape (n_points,), bool, or None
    """

    mask: NDArray[np.bool_] | None = None

    def props(self) -> Props:
        if self.mask is None:
            return {"shown": NOTHING}
        bits = packed(np.packbits(self.mask, bitorder="little"))
        return {"shown": {"bits": bits, "count": len(self.mask)}}


@dataclass(frozen=True, slots=True)
class Region:
    """The outline of what is selected, in coordinates; empty is none."""

    polygon: Sequence[Sequence[float]] = ()

    def props(self) -> Props:
        polygon = [[float(x), float(y)] for x, y in self.polygon]
        return {"region": {"polygon": polygon, "turn": next(TURNS)}}


@dataclass(frozen=True, slots=True)
class Near:
    """How similar each point is, for a slider that shows those of ``least`` or more; ``Near()`` takes it off.

    Parameters
    ----------
    similarities : ndarray of shape (n_points,), float32, or None; NaN is near nothing
    """

    similarities: NDArray[np.float32] | None = None
    _: KW_ONLY
    least: float = -1.0

    def props(self) -> Props:
        least = {"value": float(self.least), "turn": next(TURNS)}
        if self.similarities is None:
            return {"near": NOTHING, "least": least}
        low, high = bounds_of(self.similarities)
        steps = 1 + in_steps(self.similarities, low, high, 2**16 - 2)
        levels = np.where(np.isnan(self.similarities), 0, steps).astype(np.uint16)
        return {"near": {"levels": packed(levels), "low": float(low), "high": float(high)}, "least": least}


@dataclass(frozen=True, slots=True)
class Message:
    """What stands on the map while it has no points, or in a corner while it has; empty is none."""

    text: str = ""

    def props(self) -> Props:
        return {"message": self.text}


Part: TypeAlias = Points | Coloring | Scale | Names | Marks | Pin | Shown | Region | Near | Message

# What a map shows of a part that it is not given.
ABSENT: Props = {
    **dict.fromkeys(
        ("points", "coloring", "chosen", "names", "marks", "pin", "shown", "region", "near", "least"), NOTHING
    ),
    "message": "",
}


def props_of(parts: Sequence[Part]) -> Props:
    return {name: prop for part in parts for name, prop in part.props().items()}


def as_integers(indices: Sequence[int]) -> list[int]:
    return [int(index) for index in indices]
