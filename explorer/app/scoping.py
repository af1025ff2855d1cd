"""Scoping: which posts of a screen pass what narrows a view down; found once, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.app.addresses import query_of_scope, scope_of
from explorer.app.clusterer import Clusterer
from explorer.app.grouping import Groupings
from explorer.app.predicted import Predicted
from explorer.app.scope import EVERYTHING, Region, Scope
from explorer.app.sides import Group
from explorer.app.view import LEAST, View
from explorer.filters import NO_FILTERS, Filters
from explorer.regions import inside
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer.app.screen import Screen

N_REMEMBERED = 64  # scopes, of all visitors together
UNSUSPECTED = "none"  # beside the kinds of suspects: whoever is of no kind

Mask = NDArray[np.bool_]


class Scoping:
    """Knows the filters, regions, clusters and suspects of one screen."""

    def __init__(self, screen: Screen, groupings: Groupings) -> None:
        self._screen = screen
        self._groupings = groupings
        self._remembered = lru_cache(N_REMEMBERED)(self._found)

    def inside(self, scope: Scope) -> Mask:
        """Return which posts pass every filter of a scope, of shape (n_posts,)."""
        return self._remembered(scope)

    def filters(self, view: View) -> Filters:
        """Return what a search is narrowed by."""
        scope = view.scope
        among = self._among(scope)
        return Filters(scope.newsgroups, scope.subset, scope.contains, view.least, among, scope.where)

    def filters_of(self, by: Clusterer) -> Filters:
        """Return what lets through the posts that are clustered."""
        return Filters(among=frozenset(self.ids(self.inside(scope_of(by.of))))) if by.of else NO_FILTERS

    def ids(self, mask: Mask) -> list[str]:
        """Return the ids of the posts of a mask."""
        return [self._screen.explorer.post_ids[row] for row in np.flatnonzero(mask)]

    def _among(self, scope: Scope) -> frozenset[str] | None:
        """Return the posts that pass those filters which the store knows nothing of."""
        ours = replace(scope, newsgroups=(), subset="", contains="", where=())
        return None if ours == EVERYTHING else frozenset(self.ids(self.inside(ours)))

    def _found(self, scope: Scope) -> Mask:
        mask = self._screen.explorer.matching(
            Filters(scope.newsgroups, scope.subset, scope.contains, where=scope.where)
        )
        if scope.clusters:
            mask = mask & np.isin(self._groupings.labels(scope.clusters.by), scope.clusters.numbers)
        if scope.suspects:
            mask = mask & self._suspected(scope.suspects)
        if scope.predicted:
            mask = mask & self._taken_for(scope.predicted)
        for group in filter(None, map(Group.read, scope.groups)):
            mask = mask & self._screen.beside.members(group)
        return mask & self._in_region(scope.region) if scope.region else mask

    def _in_region(self, region: Region) -> Mask:
        """Return which posts are in a part of a map, which is waited for where it is not there yet."""
        is_there = self._screen.explorer.has_projection(region.plan)
        found = (
            self._screen.explorer.project(region.plan) if is_there else self._screen.projecting.wait_for(region.plan)
        )
        return inside(found.coordinates, region.corners)

    def _taken_for(self, predicted: Predicted) -> Mask:
        mask, index = np.zeros(self._screen.n_posts, np.bool_), self._screen.index
        taken = self._screen.trainings.taken_for(predicted)
        mask[[index[post_id] for post_id in taken if post_id in index]] = True
        return mask

    def _suspected(self, kinds: Sequence[str]) -> Mask:
        mask, others = np.zeros(self._screen.n_posts, np.bool_), np.ones(self._screen.n_posts, np.bool_)
        for suspect in self._screen.explorer.suspects:
            rows = [suspect.row, suspect.row if suspect.other is None else suspect.other]
            mask[rows] |= suspect.kind in kinds
            others[rows] = False
        return mask | others if UNSUSPECTED in kinds else mask


def shown_by(view: View) -> str:
    """Return which posts the view's filters let through, as an address says it."""
    if view.least > LEAST:
        raise UserError(
            "How near posts are to a question is not what they can be clustered by: take that chip off, or lasso them."
        )
    return query_of_scope(view.scope)
