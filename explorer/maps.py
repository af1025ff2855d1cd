"""Maps: the projections of a snapshot, each computed once and kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.derived import DerivedResults, Recipe
from explorer.projection import Parameters, Progress, Projection, Surroundings, require_method
from explorer.snapshot import Snapshot
from explorer.trust import Trust, misplacement, trust


class Maps:
    """Projects a snapshot's vectors, and tells how far the outcome can be trusted."""

    def __init__(self, snapshot: Snapshot, derived: DerivedResults) -> None:
        self._snapshot = snapshot
        self._derived = derived

    def project(self, method: str, seed: int, parameters: Parameters, progress: Progress | None) -> Projection:
        snapshot, posts = self._snapshot, self._snapshot.rows.posts
        chosen = require_method(method, len(posts))
        around = Surroundings(snapshot.vectors, lambda: snapshot.components, lambda: snapshot.neighborhoods)
        coordinates = self._derived.load_or_compute(
            f"projection-{method}",
            self._recipe(method, seed, parameters),
            lambda: chosen.project(around, parameters, seed, progress),
        )
        return Projection([post.id for post in posts], np.asarray(coordinates, np.float32), method, seed)

    def has(self, method: str, seed: int, parameters: Parameters) -> bool:
        """Tell whether ``project`` would answer at once."""
        return self._derived.load(f"projection-{method}", self._recipe(method, seed, parameters)) is not None

    def trust(self, projection: Projection) -> Trust:
        return trust(self._snapshot.vectors, projection.coordinates)

    def misplacement(self, projection: Projection) -> NDArray[np.float32]:
        return misplacement(projection.coordinates, self._snapshot.neighborhoods)

    def _recipe(self, method: str, seed: int, parameters: Parameters) -> Recipe:
        chosen = require_method(method, len(self._snapshot.rows.posts))
        return {**self._snapshot.address, "method": method, "seed": seed, **chosen.recipe(parameters)}
