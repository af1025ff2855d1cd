"""Place names: what the posts of each part of a map are about, for those who zoom in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.frames import Tabular
from explorer.ground import FEWEST_POSTS, Ground
from explorer.hierarchy import Hierarchy
from explorer.labeling import TermUse, telling_terms
from explorer.nesting import Nesting, nested_cells, nested_clusters
from explorer.words import make_stemmer

if TYPE_CHECKING:
    from pandas import DataFrame

FloatMatrix = NDArray[np.float32]
Labels = NDArray[np.int32]
Rows = NDArray[np.intp]
Terms = tuple[str, ...]
PlacesOf = Callable[[Rows], list[int]]  # the posts that stand for others on a map

N_TERMS = 2
N_CANDIDATES = 10
N_AROUND = 50


@dataclass(frozen=True, slots=True)
class PlaceNames(Tabular):
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

    def to_frame(self) -> DataFrame:
        """Return each name with its place and level."""
        from pandas import DataFrame

        places = dict(zip("xy", self.coordinates.T, strict=True))
        return DataFrame({"name": self.texts, **places, "level": self.levels})


def find_place_names(coordinates: FloatMatrix, terms: TermUse, hierarchy: Hierarchy | None = None) -> PlaceNames:
    """Name what lies together by two terms that tell what it is about, and its parts again.

    Clusters of a hierarchy are named where the map shows them; where it does not, as where subjects lie over one
    another in the plane of the first two components, or without a hierarchy, cells of the map are.

    Parameters
    ----------
    coordinates : ndarray of shape (n_posts, 2), float32
    terms : TermUse
    hierarchy : Hierarchy or None
        All of the same posts.
    """
    if not len(coordinates) or terms.uses is None:
        return PlaceNames([], np.empty((0, 2), np.float32), np.empty(0, np.int8))
    parts = _clusters_shown(coordinates, hierarchy) if hierarchy else None
    nesting, places_of = parts or (nested_cells(coordinates), partial(_middle, coordinates))
    coarse_names, fine_names = _names(nesting, terms)
    named = [
        *_placed(nesting.coarse, coarse_names, places_of, level=1),
        *_placed(nesting.fine, fine_names, places_of, level=2),
    ]
    rows, texts, levels = zip(*named, strict=True) if named else ((), (), ())
    return PlaceNames(list(texts), coordinates[list(rows)].reshape(-1, 2), np.array(levels, np.int8))


def _clusters_shown(coordinates: FloatMatrix, hierarchy: Hierarchy) -> tuple[Nesting, PlacesOf] | None:
    """Return clusters, and what finds their places, or None unless most have one on the map."""
    ground, nesting = Ground(coordinates), nested_clusters(hierarchy)
    n_clusters = int(nesting.coarse.max()) + 1
    n_shown = sum(bool(ground.places_of(np.flatnonzero(nesting.coarse == cluster))) for cluster in range(n_clusters))
    return (nesting, ground.places_of) if n_shown > n_clusters / 2 else None


def _middle(coordinates: FloatMatrix, rows: Rows) -> list[int]:
    """Return the row of the post nearest to the median, so that a cell's name stands on posts and not in a bay."""
    if len(rows) < FEWEST_POSTS:
        return []
    places = coordinates[rows]
    return [int(rows[np.linalg.norm(places - np.median(places, axis=0), axis=1).argmin()])]


def _names(nesting: Nesting, terms: TermUse) -> tuple[list[Terms], list[Terms]]:
    coarse = list(_apart(telling_terms(nesting.coarse, terms, N_CANDIDATES)))
    return coarse, list(_apart(_fine_candidates(nesting, coarse, terms)))


def _fine_candidates(nesting: Nesting, coarse_names: Sequence[Terms], terms: TermUse) -> Iterator[list[str]]:
    """Find for each fine part what tells it from all posts and also from the rest of its coarse part.

    The first alone would say again what the coarse name says; the second alone brings up chance words.
    """
    stem = make_stemmer().stemWord
    of_whole = telling_terms(nesting.fine, terms, N_AROUND)
    for part, coarse_name in enumerate(coarse_names):
        said = {stem(term) for term in coarse_name}
        members = np.flatnonzero(nesting.coarse == part)
        first = nesting.fine[members].min()
        inside = telling_terms(nesting.fine[members] - first, terms.of(members), N_CANDIDATES)
        for place, telling in enumerate(inside, first):
            both = [term for term in of_whole[place] if term in telling]
            yield sorted(both, key=lambda term: stem(term) in said)


def _apart(candidates: Iterable[Sequence[str]]) -> Iterator[Terms]:
    """Name each part by its first terms that no other part is named by; by none where all are taken."""
    taken: set[frozenset[str]] = set()
    for terms in candidates:
        different = _different(terms)
        names = combinations(different, N_TERMS) if len(different) > N_TERMS else [different]
        name = next((name for name in names if frozenset(name) not in taken), ())
        taken.add(frozenset(name))
        yield name


def _different(candidates: Iterable[str]) -> Terms:
    """Return the terms without those that are forms of one before."""
    stem = make_stemmer().stemWord
    by_stem: dict[str, str] = {}
    for term in candidates:
        by_stem.setdefault(stem(term), term)
    return tuple(by_stem.values())


def _placed(labels: Labels, names: Sequence[Terms], places_of: PlacesOf, level: int) -> Iterator[tuple[int, str, int]]:
    """Put the name of each part on the posts where it stands."""
    for part, name in enumerate(names):
        if name:
            yield from ((row, ", ".join(name), level) for row in places_of(np.flatnonzero(labels == part)))
