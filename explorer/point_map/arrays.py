"""The parts that hold something of each point; each is a frozen dataclass that becomes the component's props."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.point_map.packing import (
    NOTHING,
    TURNS,
    Props,
    as_integers,
    bounds_of,
    in_smallest_integers,
    in_steps,
    packed,
)

NO_GROUP = -1  # the code of a point that has no color


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
    rest : what people read of points in no group
    """

    title: str
    codes: NDArray[np.int32]
    names: Sequence[str]
    colors: Sequence[str]
    chosen: Sequence[int] = ()
    rest: str = "none"

    def __post_init__(self) -> None:
        if len(self.names) != len(self.colors):
            raise ValueError(f"{len(self.names)} names and {len(self.colors)} colors")
        if self.codes.size and not NO_GROUP <= self.codes.min() <= self.codes.max() < len(self.names):
            raise ValueError(f"codes must lie between {NO_GROUP} and {len(self.names) - 1}, the index of the last name")

    def props(self) -> Props:
        coloring = {
            "title": self.title,
            "codes": packed(in_smallest_integers(self.codes, len(self.names))),
            "names": list(self.names),
            "colors": list(self.colors),
            "rest": self.rest,
        }
        return {"coloring": coloring, "chosen": {"codes": as_integers(self.chosen), "turn": next(TURNS)}}


@dataclass(frozen=True, slots=True)
class Scale:
    """A continuous coloring, such as the similarity to a question; it takes the place of a ``Coloring``.

    Parameters
    ----------
    values : ndarray of shape (n_points,), float32; NaN is no value
    ends : two names, optional
        Of 0 and of 1, between which the ramp then lies whatever the values are; the legend says them for numbers.
    """

    title: str
    values: NDArray[np.float32]
    ends: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        refuse_infinity(self.values)

    def props(self) -> Props:
        low, high = (np.zeros(()), np.ones(())) if self.ends else bounds_of(self.values)
        levels = np.where(np.isnan(self.values), 0, 1 + in_steps(self.values, low, high, 254)).astype(np.uint8)
        coloring = {
            "title": self.title,
            "levels": packed(levels),
            "low": float(low),
            "high": float(high),
            "ends": list(self.ends or ()),
        }
        return {"coloring": coloring, "chosen": {"codes": [], "turn": next(TURNS)}}


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
class Near:
    """How similar each point is, for a slider that shows those of ``least`` or more; ``Near()`` takes it off.

    Parameters
    ----------
    similarities : ndarray of shape (n_points,), float32, or None; NaN is near nothing
    """

    similarities: NDArray[np.float32] | None = None
    _: KW_ONLY
    least: float = -1.0

    def __post_init__(self) -> None:
        if self.similarities is not None:
            refuse_infinity(self.similarities)

    def props(self) -> Props:
        least = {"value": float(self.least), "turn": next(TURNS)}
        if self.similarities is None:
            return {"near": NOTHING, "least": least}
        low, high = bounds_of(self.similarities)
        steps = 1 + in_steps(self.similarities, low, high, 2**16 - 2)
        levels = np.where(np.isnan(self.similarities), 0, steps).astype(np.uint16)
        return {"near": {"levels": packed(levels), "low": float(low), "high": float(high)}, "least": least}


def refuse_infinity(values: NDArray[np.float32]) -> None:
    if np.isinf(values).any():
        raise ValueError("values hold infinity: what is no value is NaN")
