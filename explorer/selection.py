"""Selections explained: what a lasso or a cluster holds, and what sets it apart from the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.frames import Rows, Tabular
from explorer.labeling import TermUse, telling_terms
from explorer.measures import coded
from explorer.near_duplicates import NearDuplicates
from explorer.typical import nearest_to_mean

if TYPE_CHECKING:
    from pandas import DataFrame

N_MEMBERS = 5
N_TERMS = 10


@dataclass(frozen=True, slots=True)
class Whole:
    """The corpus that selections are taken from; everything follows its posts.

    Attributes
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    """

    vectors: NDArray[np.float32]
    newsgroups: Sequence[str]
    terms: TermUse
    near_duplicates: NearDuplicates


@dataclass(frozen=True, slots=True)
class NewsgroupShare:
    """How much of a selection a newsgroup makes up, and how much of the whole corpus."""

    newsgroup: str
    n_posts: int
    share: float
    share_of_all: float


@dataclass(frozen=True, slots=True)
class Member:
    """A selected post, and its cosine similarity to the selection's mean."""

    row: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Explanation(Tabular):
    """A selection in figures and words.

    Attributes
    ----------
    share : float
        Of all posts.
    mix : tuple of NewsgroupShare
        The newsgroups in it, the largest first.
    terms : tuple of str
        Those that set it apart, the most telling first.
    typical, unusual : tuple of Member
        Nearest to the mean first, farthest first; no post is in both.
    near_duplicates : NearDuplicates
        Pairs that are both in it.
    """

    n_posts: int
    share: float
    mix: tuple[NewsgroupShare, ...]
    terms: tuple[str, ...]
    typical: tuple[Member, ...]
    unusual: tuple[Member, ...]
    near_duplicates: NearDuplicates

    def to_frame(self) -> DataFrame:
        """Return the mix of newsgroups."""
        return Rows(self.mix, NewsgroupShare).to_frame()


def explain(rows: NDArray[np.intp], whole: Whole) -> Explanation:
    """Explain the selection of the posts at ``rows``, of shape (n_selected,); it may be empty, or everything."""
    rows = np.unique(rows)
    typical, unusual = _extremes(rows, whole.vectors)
    return Explanation(
        n_posts=len(rows),
        share=len(rows) / max(len(whole.newsgroups), 1),
        mix=_mix(rows, whole.newsgroups),
        terms=_terms(rows, whole.terms, len(whole.newsgroups)),
        typical=typical,
        unusual=unusual,
        near_duplicates=whole.near_duplicates.within(rows),
    )


def _mix(rows: NDArray[np.intp], newsgroups: Sequence[str]) -> tuple[NewsgroupShare, ...]:
    names, codes = coded(newsgroups)
    of_all = np.bincount(codes, minlength=len(names))
    selected = np.bincount(codes[rows], minlength=len(names))
    largest_first = np.argsort(-selected, kind="stable")[: np.count_nonzero(selected)]
    return tuple(
        NewsgroupShare(
            names[code], int(selected[code]), float(selected[code] / len(rows)), float(of_all[code] / len(codes))
        )
        for code in largest_first
    )


def _terms(rows: NDArray[np.intp], terms: TermUse, n_posts: int) -> tuple[str, ...]:
    if not len(rows):
        return ()
    labels = np.ones(n_posts, np.int32)
    labels[rows] = 0
    return telling_terms(labels, terms, N_TERMS)[0]


def _extremes(rows: NDArray[np.intp], vectors: NDArray[np.float32]) -> tuple[tuple[Member, ...], tuple[Member, ...]]:
    """Return the most typical and the most unusual posts; of a few posts, each half is one or the other."""
    if not len(rows):
        return (), ()
    nearest_first, similarities = nearest_to_mean(vectors[rows])
    n_typical = min(N_MEMBERS, -(-len(rows) // 2))
    ends = nearest_first[:n_typical], nearest_first[n_typical:][: -N_MEMBERS - 1 : -1]
    typical, unusual = (tuple(Member(int(rows[place]), float(similarities[place])) for place in end) for end in ends)
    return typical, unusual
