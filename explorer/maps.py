"""Maps: the projections of a snapshot, each computed once and kept, with how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.derived import DerivedResults, Format, Recipe, made_by
from explorer.frames import Rows
from explorer.plan import Plan
from explorer.projection import FEWEST_POSTS, METHODS, Projection, require_method
from explorer.shares import Progress
from explorer.snapshot import Snapshot
from explorer.surroundings import Parameters, Surroundings
from explorer.trust import N_SAMPLED, Trust, misplacement, trust
from ingest.errors import UserError

if TYPE_CHECKING:
    from pandas import DataFrame

TRUST = Format(".json", Trust.read, Trust.write)
NOTED = "map"  # the kind of the recipes of maps
SAMPLING_SEED = 0
FIGURES = ("trustworthiness", "neighbors_kept")  # of a trust


@dataclass(frozen=True, slots=True)
class SavedProjection:
    """A projection that is there at once; its ``trust`` is None where nobody has asked for it yet."""

    plan: Plan
    trust: Trust | None

    def as_row(self) -> dict[str, Any]:
        """Return what it was made by, with those parameters that it takes, and its trust where that is known."""
        made_by = {"method": self.plan.method, "seed": self.plan.seed, **self.plan.taken}
        return made_by | ({figure: getattr(self.trust, figure) for figure in FIGURES} if self.trust else {})


class SavedProjections(Rows[SavedProjection]):
    """Projections that are there at once, and a table of what each was made by and how far it can be trusted."""

    def to_frame(self) -> DataFrame:
        """Return a table with a row for each; what does not apply to a projection, or is not known, is missing."""
        from pandas import DataFrame

        turned = [parameter.name for parameter in fields(Parameters)]
        return DataFrame([saved.as_row() for saved in self], columns=["method", "seed", *turned, *FIGURES])


class Maps:
    """Projects a snapshot's vectors, and tells how far the outcome can be trusted."""

    def __init__(self, snapshot: Snapshot, derived: DerivedResults) -> None:
        self._snapshot = snapshot
        self._derived = derived

    def project(self, plan: Plan, progress: Progress | None) -> Projection:
        snapshot, posts = self._snapshot, self._snapshot.rows.posts
        chosen = require_method(plan.method, len(posts))
        around = Surroundings(snapshot.vectors, lambda: snapshot.components, snapshot.find_neighborhoods)
        recipe = self._recipe(plan)
        coordinates = self._derived.load_or_compute(
            f"projection-{plan.method}",
            recipe,
            lambda: chosen.project(around, plan.parameters, plan.seed, progress),
        )
        self._derived.note(NOTED, recipe)
        ids = [post.id for post in posts]
        return Projection(ids, np.asarray(coordinates, np.float32), plan.method, plan.seed, plan.parameters)

    def has(self, plan: Plan) -> bool:
        """Tell whether ``project`` would answer at once."""
        return self._derived.load(f"projection-{plan.method}", self._recipe(plan)) is not None

    def saved(self) -> SavedProjections:
        """Return the projections that are there, those of a method side by side."""
        if len(self._snapshot.rows.posts) < FEWEST_POSTS:
            return SavedProjections()
        noted = [plan for plan in map(self._plan_of, self._derived.noted(NOTED)) if plan]
        plans = filter(self.has, {plan.plain for plan in (*noted, *map(Plan, METHODS))})
        ordered = sorted(plans, key=lambda plan: (list(METHODS).index(plan.method), *plan.taken.values(), plan.seed))
        return SavedProjections(SavedProjection(plan, self._known_trust(plan)) for plan in ordered)

    def trust(self, projection: Projection) -> Trust:
        """Return how far a map can be trusted, measured once and kept."""
        plan = Plan(projection.method, projection.seed, projection.parameters)
        return self._derived.load_or_make(
            "trust",
            self._trust_recipe(plan),
            lambda: trust(self._snapshot.vectors, projection.coordinates, SAMPLING_SEED, N_SAMPLED),
            TRUST,
        )

    def misplacement(self, projection: Projection) -> NDArray[np.float32]:
        return misplacement(projection.coordinates, self._snapshot.neighborhoods)

    def _known_trust(self, plan: Plan) -> Trust | None:
        return self._derived.find("trust", self._trust_recipe(plan), TRUST)

    def _recipe(self, plan: Plan) -> Recipe:
        chosen = require_method(plan.method, len(self._snapshot.rows.posts))
        return {
            **self._snapshot.address,
            "method": plan.method,
            "seed": plan.seed,
            **chosen.recipe(plan.parameters),
        }

    def _trust_recipe(self, plan: Plan) -> Recipe:
        return {**self._recipe(plan), **made_by("explorer.trust"), "sampling_seed": SAMPLING_SEED}

    def _plan_of(self, recipe: Recipe) -> Plan | None:
        """Return the plan of a map of this snapshot, which a recipe of another or of another version is not."""
        try:
            plan = Plan.of(recipe)
            return plan if self._recipe(plan) == recipe else None
        except (KeyError, TypeError, ValueError, OverflowError, UserError):
            return None
