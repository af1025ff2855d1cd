"""Sides: ways to cluster a corpus that are set side by side, and groups of posts that addresses can name."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.app.clusterer import KMEANS, Clusterer, number_of
from explorer.clustering import METHODS
from explorer.noise import NOISE_NAME


@dataclass(frozen=True, slots=True)
class Side:
    """A way to cluster a corpus; ``key`` is that of the screen whose vectors are clustered."""

    key: str
    method: str = KMEANS
    k: int = 0

    def __str__(self) -> str:
        return f"{self.method}:{self.k}:{self.key}"

    @property
    def clusterer(self) -> Clusterer:
        return Clusterer(self.k if self.method == KMEANS else 0, self.method)

    @property
    def counted(self) -> str:
        """What says in a few words how many clusters there are, or what decides that."""
        return f"{self.k}" if self.method == KMEANS else METHODS[self.method].title

    @classmethod
    def read(cls, text: str) -> Side | None:
        """Read what ``str`` wrote; of whatever else there is none."""
        method, _, rest = text.partition(":")
        k, _, key = rest.partition(":")
        number = number_of(k)
        return None if method not in METHODS or number is None else cls(key, method, number)


@dataclass(frozen=True, slots=True)
class Group:
    """One cluster of a side."""

    cluster: int
    side: Side

    def __str__(self) -> str:
        return f"{self.cluster}:{self.side}"

    @property
    def title(self) -> str:
        model = self.side.key.partition(".")[2]
        named = NOISE_NAME if self.cluster < 0 else f"cluster {self.cluster}"
        return f"{named} of {self.side.counted}, {model}"

    @classmethod
    def read(cls, text: str) -> Group | None:
        """Read what ``str`` wrote; of whatever else there is none."""
        cluster, _, rest = text.partition(":")
        side = Side.read(rest)
        number = number_of(cluster.removeprefix("-"))
        sign = -1 if cluster.startswith("-") else 1
        return None if side is None or number is None else cls(sign * number, side)


@dataclass(frozen=True, slots=True)
class Facing:
    """What a view sets side by side: how its own k clusters are made, and the other side.

    Without a key that is of another model, or of the same where there is no other; without a k of as many clusters.
    """

    method: str = KMEANS
    other: Side = Side("")

    def __str__(self) -> str:
        return f"{self.method}:{self.other}"

    @classmethod
    def read(cls, text: str) -> Facing:
        """Read what ``str`` wrote; whatever else is as at first."""
        method, _, rest = text.partition(":")
        other = Side.read(rest)
        return cls(method, other) if other and method in METHODS else cls()
