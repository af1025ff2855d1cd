"""Projecting: maps that are being computed, each once, for all who wait for it, until the last of them cancels."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from explorer.app.followed import Followed
from explorer.plan import Plan
from explorer.projection import Progress, Projection

REST_SHARE, MOST_REST_SECONDS = 0.1, 0.05
N_REMEMBERED = 64  # of the maps that were begun

Project = Callable[[Plan, Progress], Projection]


class Projecting(Followed[Plan, float, Projection]):
    """Computes projections beside whoever waits, who can so be told how far they are, and turn to something else."""

    def __init__(self, project: Project) -> None:
        super().__init__("The map", self._compute, goes_on=True)
        self._project = project
        self._computed: deque[Plan] = deque(maxlen=N_REMEMBERED)

    def done(self, plan: Plan) -> float:
        """Return how much of a projection is done, from 0 to 1."""
        return self.news(plan) or 0.0

    def was_begun(self, plan: Plan) -> bool:
        """Tell whether a projection was not there when this began: of two answers the later may have found it."""
        return plan in self._computed

    def _compute(self, plan: Plan, tell: Progress) -> Projection:
        self._computed.append(plan)
        return self._project(plan, rested(tell))


def rested(tell: Progress) -> Progress:
    """Return what tells and then rests: compiled projections let no other thread run while they work."""
    told = time.monotonic()

    def rest_too(done: float) -> None:
        nonlocal told
        tell(done)
        time.sleep(min(REST_SHARE * (time.monotonic() - told), MOST_REST_SECONDS))
        told = time.monotonic()

    return rest_too
