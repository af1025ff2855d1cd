"""Near-duplicates: pairs of neighbors whose authors used the same words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.labeling import TermUse
from explorer.neighborhoods import Neighborhoods

Rows = NDArray[np.int32]

# Of the neighbors in 20 Newsgroups that share 0.7 of their terms and are no less alike than most neighbors,
# nearly all are reposts, new editions and letters sent twice; below 0.6 replies in one thread begin.
LEAST_SHARED = 0.7
# Fewer terms than this say too little: then the vectors must all but agree.
FEW_TERMS = 5
LEAST_SIMILARITY = 0.99
BLOCK = 100_000  # pairs whose terms are compared at once


@dataclass(frozen=True, slots=True)
class NearDuplicates:
    """Pairs of posts that say the same, each pair once, the most similar first.

    Attributes
    ----------
    pairs : ndarray of shape (n_pairs, 2), int32
        Rows, the smaller one first.
    similarities : ndarray of shape (n_pairs,), float32
    """

    pairs: Rows
    similarities: NDArray[np.float32]

    def within(self, rows: NDArray[np.intp]) -> NearDuplicates:
        """Return the pairs both of whose posts are among the rows."""
        inside = np.isin(self.pairs, rows).all(axis=1)
        return NearDuplicates(self.pairs[inside], self.similarities[inside])


def find_near_duplicates(neighborhoods: Neighborhoods, terms: TermUse) -> NearDuplicates:
    """Find the neighbors that share most of their own terms: subjects and bodies, without quotes.

    Similarity alone cannot tell: how near is near differs from model to model, and a short reply that
    quotes a whole post is as near to it as a repost. So similarity only has to be that of an ordinary
    neighbor, the median over the corpus, which leaves out posts that share nothing but a signature.
    """
    ordinary = float(np.median(neighborhoods.similarities)) if neighborhoods.similarities.size else 0.0
    pairs, similarities = _pairs(neighborhoods, min(ordinary, LEAST_SIMILARITY))
    n_shared, n_terms = _overlap(pairs, terms)
    alike = (n_shared >= LEAST_SHARED * n_terms) & (similarities >= ordinary)
    chosen = np.where(n_terms < FEW_TERMS, similarities >= LEAST_SIMILARITY, alike)
    pairs, similarities = pairs[chosen], similarities[chosen]
    best_first = np.argsort(-similarities, kind="stable")
    return NearDuplicates(pairs[best_first], similarities[best_first])


def _pairs(neighborhoods: Neighborhoods, least: float) -> tuple[Rows, NDArray[np.float32]]:
    """Return each pair of neighbors that are so similar once, whether one names the other or both do."""
    posts, ranks = np.nonzero(neighborhoods.similarities >= least)
    both = np.sort(np.column_stack((posts, neighborhoods.rows[posts, ranks])), axis=1).astype(np.int32)
    _, first = np.unique(both[:, 0].astype(np.int64) * len(neighborhoods.rows) + both[:, 1], return_index=True)
    return both[first], neighborhoods.similarities[posts, ranks][first]


def _overlap(pairs: Rows, terms: TermUse) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how many terms the posts of each pair share, and how many they have together."""
    if terms.uses is None:
        return np.zeros(len(pairs)), np.zeros(len(pairs))
    n_used = np.asarray(terms.uses.sum(axis=1), np.float64).ravel()
    blocks = [pairs[start : start + BLOCK] for start in range(0, len(pairs), BLOCK)]
    shared = [terms.uses[block[:, 0]].multiply(terms.uses[block[:, 1]]).sum(axis=1) for block in blocks]
    n_shared = np.concatenate([np.zeros(0), *(np.asarray(block, np.float64).ravel() for block in shared)])
    return n_shared, n_used[pairs].sum(axis=1) - n_shared
