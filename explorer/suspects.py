"""Suspects: posts that deserve a second look, for their newsgroup, a twin, or their loneliness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.measures import coded
from explorer.near_duplicates import NearDuplicates
from explorer.neighborhoods import Neighborhoods

MISLABELED, NEAR_DUPLICATE, OUTLIER = KINDS = ("mislabeled", "near-duplicate", "outlier")

# How many deviations from the median are far: the moderately conservative choice of Leys et al. (2013).
FAR = 2.5
NORMAL = 1.4826  # the median absolute deviation of normal values, times this, is their standard deviation
# Where nearly all posts are equally lonely, rounding alone would make outliers of the rest.
SMALLEST_DEVIATION = 1e-3


@dataclass(frozen=True, slots=True)
class Suspect:
    """A post to look at again.

    Attributes
    ----------
    row : int
    kind : str
        One of ``KINDS``.
    score : float
        Mislabeled: the share of its neighbors that are of ``newsgroup``. Near-duplicate: the similarity
        to ``other``. Outlier: the mean similarity to its neighbors.
    newsgroup : str
        Mislabeled: where most of its neighbors belong.
    other : int or None
        Near-duplicate: the row of its twin.
    """

    row: int
    kind: str
    score: float
    newsgroup: str = ""
    other: int | None = None


def find_suspects(
    neighborhoods: Neighborhoods, newsgroups: Sequence[str], near_duplicates: NearDuplicates
) -> list[Suspect]:
    """List the suspects of each kind, worst first; ``newsgroups`` follow the posts."""
    return [
        *_mislabeled(neighborhoods, newsgroups),
        *_with_twins(near_duplicates),
        *_outliers(neighborhoods),
    ]


def _mislabeled(neighborhoods: Neighborhoods, newsgroups: Sequence[str]) -> list[Suspect]:
    """Find the posts more than half of whose neighbors are of one other newsgroup.

    Each neighbor counts once: weighing by similarity names nearly the same posts, but a share of
    neighbors can be counted by whoever doubts it, and is the same where a model's similarities are narrow.
    Of equal shares, the post whose neighbors are nearer comes first. A post without a newsgroup is in no wrong one.
    """
    names, codes = coded(newsgroups)
    if len(names) < 2:
        return []
    others, shares = _majorities(codes[neighborhoods.rows])
    is_named = np.array(names) != ""
    found = np.flatnonzero((others != codes) & (shares > 0.5) & is_named[others] & is_named[codes])
    nearness = neighborhoods.similarities[found].mean(axis=1)
    worst_first = found[np.lexsort((found, -nearness, -shares[found]))]
    return [Suspect(int(row), MISLABELED, float(shares[row]), newsgroup=names[others[row]]) for row in worst_first]


def _majorities(codes: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the middle one of each row's sorted codes, which a majority must hold, and its share of the row."""
    if not codes.shape[1]:
        return np.full(len(codes), -1), np.zeros(len(codes))
    middle = np.sort(codes, axis=1)[:, codes.shape[1] // 2]
    return middle, (codes == middle[:, np.newaxis]).mean(axis=1)


def _with_twins(near_duplicates: NearDuplicates) -> list[Suspect]:
    found = zip(near_duplicates.pairs.tolist(), near_duplicates.similarities.tolist(), strict=True)
    return [Suspect(row, NEAR_DUPLICATE, similarity, other=other) for (row, other), similarity in found]


def _outliers(neighborhoods: Neighborhoods) -> list[Suspect]:
    """Find the posts whose neighbors are unusually far away.

    A distance from the median, unlike a share of all posts, names nobody where nobody stands apart.
    """
    if not neighborhoods.rows.size:
        return []
    nearness = neighborhoods.similarities.mean(axis=1)
    median = np.median(nearness)
    deviation = max(NORMAL * float(np.median(np.abs(nearness - median))), SMALLEST_DEVIATION)
    found = np.flatnonzero(nearness < median - FAR * deviation)
    return [Suspect(int(row), OUTLIER, float(nearness[row])) for row in found[np.argsort(nearness[found])]]
