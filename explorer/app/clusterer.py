"""A clusterer: which clustering is meant, as a view, a filter and an address name it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from explorer.default_k import DEFAULT_K

KMEANS = "kmeans"
CLUSTERING = "CLUSTERING"
MOST_DIGITS = 10  # of any number that means something here


def number_of(text: str) -> int | None:
    """Read a number of an address; of whatever else, or of very many digits, there is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None


@dataclass(frozen=True, slots=True)
class Clusterer:
    """A way to cluster posts, which always gives the same clusters.

    Attributes
    ----------
    k : int
        The number of clusters of KMeans; 0 of the methods by density, which find out.
    of : str
        The posts that are clustered, as an address says their scope; all where it is empty.
    """

    k: int = DEFAULT_K
    method: str = KMEANS
    task_type: str = CLUSTERING
    of: str = ""

    def __str__(self) -> str:
        how = str(self.k) if self.method == KMEANS else self.method
        vectors = "" if self.task_type == CLUSTERING else f".{self.task_type}"
        return f"{how}{vectors}@{self.of}" if self.of else f"{how}{vectors}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what ``str`` wrote; anything else is a ValueError, or a method that there is not."""
        named, _, of = text.partition("@")
        how, _, task_type = named.partition(".")
        if not how:
            raise ValueError(f"no clusterer is called {text!r}")
        k, method = (int(how), KMEANS) if how.isdecimal() else (0, how)
        return cls(k, method, task_type or CLUSTERING, of)
