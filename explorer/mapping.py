"""Mapping: a corpus's projections, how far each can be trusted, and what its parts are called."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.maps import SavedProjections
from explorer.opened import Opened
from explorer.place_names import PlaceNames
from explorer.plan import Plan, as_plan
from explorer.projection import Projection
from explorer.shares import Progress
from explorer.surroundings import DEFAULTS, Parameters
from explorer.trust import Trust
from ingest.embedders import TaskType


class Mapping(Opened):
    """Maps a corpus's posts."""

    def project(
        self,
        method: str | Plan = "umap",
        *,
        seed: int = 0,
        parameters: Parameters = DEFAULTS,
        progress: Progress | None = None,
    ) -> Projection:
        """Project the CLUSTERING vectors onto a plane; a projection seen before is read from disk.

        A ``Plan`` names method, seed and parameters in one. ``progress`` is told how much is done, from 0 to 1;
        what it raises ends the projection.
        """
        return self._holdings.maps.project(as_plan(method, seed, parameters), progress)

    def has_projection(self, method: str | Plan, *, seed: int = 0, parameters: Parameters = DEFAULTS) -> bool:
        """Tell whether ``project`` would answer at once."""
        return self._is_mapped and self._holdings.maps.has(as_plan(method, seed, parameters))

    def projections(self) -> SavedProjections:
        """Return the projections of these posts that were computed before, whoever asked for them."""
        return self._holdings.maps.saved() if self._is_mapped else SavedProjections()

    def trust(self, projection: Projection) -> Trust:
        """Measure on a sample how far a projection can be trusted."""
        return self._holdings.maps.trust(projection)

    def misplacement(self, projection: Projection) -> NDArray[np.float32]:
        """Tell how badly each post is placed, from 0 to 1, of shape (n_posts,)."""
        return self._holdings.maps.misplacement(projection)

    def place_names(self, method: str | Plan = "umap") -> PlaceNames:
        """Return names for the parts of a map, in two levels of detail."""
        return self._holdings.analysis.place_names(as_plan(method, 0, DEFAULTS), self.project(method).coordinates)

    @property
    def _is_mapped(self) -> bool:
        return TaskType.CLUSTERING in self._holdings.manifests
