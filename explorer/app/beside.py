"""Beside a screen: its corpus as other models embedded it, clusterings of both, and questions asked in two ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.app.followed import Followed
from explorer.app.grouping import Grouping
from explorer.app.sides import Facing, Group, Side
from explorer.comparing import Comparison, SideBySide
from explorer.query_trial import QueryBill, QueryComparison

if TYPE_CHECKING:
    from explorer.app.screen import Screen


class Beside:
    """What is computed of a corpus to be compared, once, whoever asks; ``screens`` are of all models, by their keys."""

    def __init__(self, screen: Screen) -> None:
        self.screens = {screen.key: screen}
        self._screen = screen
        self._task_types: dict[int, list[Comparison]] = {}
        self._compared: dict[tuple[Side, Side], SideBySide] = {}
        self._query_comparison: QueryComparison | None = None
        self.asking: Followed[None, int, QueryComparison] = Followed("The comparison", self._ask)

    def meet(self, screens: dict[str, Screen]) -> None:
        """Compare with these from now on; what was compared with others is forgotten."""
        if screens != self.screens:
            self.screens = screens
            self._compared.clear()

    def pair(self, facing: Facing, k: int) -> tuple[Side, Side]:
        """Return the two clusterings that a view with k clusters sets side by side."""
        one, other = Side(self._screen.key, facing.method, k), facing.other
        others = [key for key in self.screens if key != self._screen.key]
        fallback = others[0] if others else self._screen.key
        key = other.key if other.key in self.screens else fallback
        wanted = other.k or (k if key != one.key else max(k // 2, 1))
        return one, Side(key, other.method, min(wanted, self.screens[key].most_clusters))

    def described(self, side: Side) -> Grouping:
        """Return a clustering of any of the models, with a description of each cluster."""
        return self.screens[side.key].described(side.clusterer)

    def members(self, group: Group) -> NDArray[np.bool_]:
        """Return which posts of the screen are in a group, of shape (n_posts,)."""
        clustering = self.described(group.side).clustering
        rows = np.flatnonzero(clustering.labels == group.cluster)
        index = self._screen.index
        mask = np.zeros(self._screen.n_posts, np.bool_)
        mask[[index[clustering.post_ids[row]] for row in rows if clustering.post_ids[row] in index]] = True
        return mask

    def is_compared(self, one: Side, other: Side) -> bool:
        """Tell whether ``compared`` would answer at once."""
        return (one, other) in self._compared

    def compared(self, one: Side, other: Side) -> SideBySide:
        """Return two clusterings side by side."""
        if (one, other) not in self._compared:
            found = self._screen.explorer.compare(self.described(one).clustering, self.described(other).clustering)
            self._compared[one, other] = found
        return self._compared[one, other]

    def has_task_types(self, k: int) -> bool:
        """Tell whether ``task_types`` would answer at once."""
        return k in self._task_types

    def task_types(self, k: int) -> list[Comparison]:
        """Return the stored task types side by side."""
        if k not in self._task_types:
            self._task_types[k] = self._screen.explorer.compare_task_types(k)
        return self._task_types[k]

    @property
    def bill(self) -> QueryBill:
        """What asking the questions would embed now."""
        return self._screen.explorer.bill_for_queries()

    @property
    def is_asked(self) -> bool:
        return self._query_comparison is not None

    def ask_queries(self) -> QueryComparison:
        """Return how questions embedded in two ways compare; who follows ``asking`` is told how many are embedded."""
        return self._query_comparison or self.asking.wait_for(None)

    def _ask(self, _: None, tell: Callable[[int], None]) -> QueryComparison:
        n_done = 0

        def embedded(n_more: int) -> None:
            nonlocal n_done
            n_done += n_more
            tell(n_done)

        if self._query_comparison is None:  # it may have come since it was asked for
            self._query_comparison = self._screen.explorer.compare_queries(progress=embedded)
        return self._query_comparison

    @cached_property
    def title(self) -> str:
        """What the model is called among the others of its corpus."""
        manifest = self._screen.explorer.manifest
        return f"{manifest.model}, {manifest.dimensions} dimensions"


def introduce(screens: Mapping[str, Screen]) -> None:
    """Make the screens of one corpus known to each other; a collection that was made elsewhere stands alone."""
    ours = {key: screen for key, screen in screens.items() if not screen.explorer.is_foreign}
    for screen in ours.values():
        corpus = screen.explorer.manifest.corpus
        same = {key: other for key, other in ours.items() if other.explorer.manifest.corpus == corpus}
        screen.beside.meet({screen.key: screen, **same})
