"""Place names: what the posts of each part of a map are about, for those who zoom in."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.clustering import largest_first
from explorer.labeling import TermUse, telling_terms
from explorer.words import make_stemmer

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]
Terms = tuple[str, ...]

N_TERMS = 2
N_CANDIDATES = 10
N_AROUND = 50
FEWEST_POSTS = 10  # a place with fewer has no name
MANY_POSTS = 100_000  # so many are cut by samples


@dataclass(frozen=True, slots=True)
class PlaceNames:
    """Names of places on a map.

    Attributes
    ----------
    texts : list of str
    coordinates : ndarray of shape (n_names, 2), float32
        Each is a post's.
    levels : ndarray of shape (n_names,), int8
        1 for names of larger places, 2 for those of parts of them.
    """

    texts: list[str]
    coordinates: FloatMatrix
    levels: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class _Grain:
    """How finely a level cuts the map."""

    posts_a_cell: int
    most_cells: int

    def n_cells(self, n_posts: int, n_all: int) -> int:
        """Return how many cells are due to some posts for their share of the map."""
        due = min(n_all / self.posts_a_cell, self.most_cells)
        return max(round(due * n_posts / n_all), 1)


COARSE, FINE = _Grain(100, 60), _Grain(40, 240)


def find_place_names(coordinates: FloatMatrix, terms: TermUse) -> PlaceNames:
    """Cut a map into cells and those into smaller ones, and name each by two terms that tell what is there.

    Parameters
    ----------
    coordinates : ndarray of shape (n_posts, 2), float32
    terms : TermUse
        Of the same posts.
    """
    if not len(coordinates) or terms.uses is None:
        return PlaceNames([], np.empty((0, 2), np.float32), np.empty(0, np.int8))
    coarse = _cut(coordinates, COARSE.n_cells(len(coordinates), len(coordinates)))
    fine = _cut_again(coordinates, coarse)
    coarse_names = [_different(found) for found in telling_terms(coarse, terms, N_CANDIDATES)]
    named = [
        *_placed(coordinates, coarse, coarse_names, level=1),
        *_placed(coordinates, fine, list(_fine_names(coarse, fine, coarse_names, terms)), level=2),
    ]
    texts, places, levels = zip(*named, strict=True) if named else ((), (), ())
    return PlaceNames(list(texts), np.array(places, np.float32).reshape(-1, 2), np.array(levels, np.int8))


def _cut_again(coordinates: FloatMatrix, coarse: Labels) -> Labels:
    """Cut each cell into smaller ones, numbered on from one cell to the next."""
    fine = np.empty_like(coarse)
    n_cells = 0
    for cell in range(coarse.max() + 1):
        members = coarse == cell
        labels = _cut(coordinates[members], FINE.n_cells(int(members.sum()), len(coordinates)))
        fine[members] = labels + n_cells
        n_cells += labels.max() + 1
    return fine


def _cut(places: FloatMatrix, n_cells: int) -> Labels:
    from sklearn.cluster import KMeans, MiniBatchKMeans
    from sklearn.exceptions import ConvergenceWarning

    method = KMeans if len(places) <= MANY_POSTS else MiniBatchKMeans
    # It warns where fewer places differ than cells are due.
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return largest_first(method(n_cells, random_state=0, n_init=1).fit(places).labels_)


def _fine_names(coarse: Labels, fine: Labels, coarse_names: Sequence[Terms], terms: TermUse) -> Iterator[Terms]:
    """Name each fine cell by what tells it from the whole map and also from the rest of its coarse cell.

    The first alone would say again what the coarse name says; the second alone brings up chance words.
    """
    stem = make_stemmer().stemWord
    of_whole = telling_terms(fine, terms, N_AROUND)
    for cell, coarse_name in enumerate(coarse_names):
        said = {stem(term) for term in coarse_name}
        members = np.flatnonzero(coarse == cell)
        first = fine[members].min()
        inside = telling_terms(fine[members] - first, TermUse(terms.uses[members], terms.terms), N_CANDIDATES)
        for place, telling in enumerate(inside, first):
            both = [term for term in of_whole[place] if term in telling]
            yield _different(sorted(both, key=lambda term: stem(term) in said))


def _different(candidates: Iterable[str]) -> Terms:
    """Return the first terms that are not forms of one another."""
    stem = make_stemmer().stemWord
    by_stem: dict[str, str] = {}
    for term in candidates:
        by_stem.setdefault(stem(term), term)
    return tuple(by_stem.values())[:N_TERMS]


def _placed(
    coordinates: FloatMatrix, labels: Labels, names: Sequence[Terms], level: int
) -> Iterator[tuple[str, NDArray[np.float32], int]]:
    """Put the name of each cell where most of its posts are."""
    for cell, name in enumerate(names):
        places = coordinates[labels == cell]
        if name and len(places) >= FEWEST_POSTS:
            yield ", ".join(name), _middle(places), level


def _middle(places: FloatMatrix) -> NDArray[np.float32]:
    """Return the place nearest to the median, so that a name stands on posts and not in a bay."""
    distances = np.linalg.norm(places - np.median(places, axis=0), axis=1)
    middle: NDArray[np.float32] = places[distances.argmin()]
    return middle
