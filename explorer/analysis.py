"""Analysis: what is worked out of a snapshot's posts and vectors, each once, and kept where it takes long."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer import labeling
from explorer.clustering import CANONICAL_SEED
from explorer.clusterings import Clusterings
from explorer.derived import DerivedResults, Format
from explorer.frames import Rows
from explorer.labeling import TermUse, find_terms
from explorer.near_duplicates import NearDuplicates, find_near_duplicates
from explorer.place_names import PlaceNames, find_place_names
from explorer.plan import Plan
from explorer.selection import Explanation, Whole, explain
from explorer.snapshot import Snapshot
from explorer.suspects import Suspect, find_suspects

TERMS = Format(".npz", TermUse.read, TermUse.write)


class Analysis:
    """Looks at all posts of a snapshot, where a search looks for a few."""

    def __init__(self, snapshot: Snapshot, derived: DerivedResults) -> None:
        self._snapshot = snapshot
        self._derived = derived
        self._place_names: dict[Plan, PlaceNames] = {}

    @cached_property
    def terms(self) -> TermUse:
        """Which posts use which terms."""
        posts = self._snapshot.collection.manifest.fingerprint  # whatever their vectors
        recipe = {"fingerprint": posts, **labeling.recipe()}
        return self._derived.load_or_make("terms", recipe, lambda: find_terms(self._snapshot.rows.posts), TERMS)

    @cached_property
    def near_duplicates(self) -> NearDuplicates:
        """The pairs of posts that say the same."""
        return find_near_duplicates(self._snapshot.neighborhoods, self.terms)

    @cached_property
    def suspects(self) -> Rows[Suspect]:
        """The posts that deserve a second look, worst first within each kind."""
        return Rows(find_suspects(self._snapshot.neighborhoods, self._newsgroups, self.near_duplicates), Suspect)

    @property
    def is_ready(self) -> bool:
        """Whether ``explain`` and ``suspects`` would answer at once."""
        return "near_duplicates" in vars(self)

    def explain(self, rows: NDArray[np.intp]) -> Explanation:
        return explain(rows, self._whole)

    def place_names(self, plan: Plan, coordinates: NDArray[np.float32]) -> PlaceNames:
        """Return names for parts of a map, the same for the same plan."""
        if plan not in self._place_names:
            hierarchy = Clusterings(self._snapshot, self._derived).hierarchy(CANONICAL_SEED)
            self._place_names[plan] = find_place_names(coordinates, self.terms, hierarchy)
        return self._place_names[plan]

    @cached_property
    def _whole(self) -> Whole:
        return Whole(self._snapshot.vectors, self._newsgroups, self.terms, self.near_duplicates)

    @property
    def _newsgroups(self) -> list[str]:
        return [post.newsgroup for post in self._snapshot.rows.posts]
