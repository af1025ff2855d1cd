"""The scope: which posts are looked at, by whatever narrows them down."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite

from explorer.app.clusterer import Clusterer
from explorer.app.predicted import Predicted
from explorer.plan import Plan

Corner = tuple[float, float]
NO_PLAN = Plan("")
DIGITS = 6  # of a number in an address
MOST_CORNERS = 200  # of a region: as many as a lasso draws; what crosses itself a lot takes long to fill


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a map: a polygon's corners in the coordinates of a projection."""

    plan: Plan = NO_PLAN
    corners: tuple[Corner, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.corners)

    def __str__(self) -> str:
        return f"{self.plan}:" + ";".join(f"{said(x)},{said(y)}" for x, y in self.corners)

    @classmethod
    def read(cls, text: str) -> Region:
        """Read what ``str`` wrote; whatever else is no region."""
        planned, _, corners = text.partition(":")
        plan = Plan.read(planned)
        try:
            found = tuple((float(x), float(y)) for x, y in (corner.split(",") for corner in corners.split(";")))
        except ValueError:
            return cls()
        is_finite = all(isfinite(value) for corner in found for value in corner)
        return cls(plan, found) if plan and is_finite else cls()


@dataclass(frozen=True, slots=True)
class Clusters:
    """Some clusters of a clustering; -1 is whoever is in none."""

    by: Clusterer = field(default_factory=Clusterer)
    numbers: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.numbers)

    def __str__(self) -> str:
        return f"{self.by}:" + ",".join(map(str, self.numbers))

    def without(self, number: str) -> Clusters:
        """Return all but one of the clusters; of the last there is nothing left."""
        others = tuple(each for each in self.numbers if str(each) != number)
        return Clusters(self.by, others) if others else Clusters()

    @classmethod
    def read(cls, text: str) -> Clusters:
        """Read what ``str`` wrote; whatever else is no cluster."""
        by, _, numbers = text.rpartition(":")
        try:
            return cls(Clusterer.read(by), tuple(int(number) for number in numbers.split(",")))
        except ValueError:
            return cls()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which posts are looked at: those that pass every filter that is set."""

    newsgroups: tuple[str, ...] = ()
    subset: str = ""
    contains: str = ""
    clusters: Clusters = field(default_factory=Clusters)
    suspects: tuple[str, ...] = ()
    region: Region = field(default_factory=Region)
    predicted: Predicted = field(default_factory=Predicted)
    where: tuple[str, ...] = ()  # metadata, each "FIELD=VALUE"
    groups: tuple[str, ...] = ()  # of clusterings that may be of other models: posts that are in all of them


EVERYTHING = Scope()


def said(number: float) -> str:
    """Return a number as addresses say it."""
    return f"{number:.{DIGITS}g}"


def sayable(number: float) -> float:
    """Return the nearest number that an address can say, so that a link opens just what was on the page."""
    return float(said(number))
