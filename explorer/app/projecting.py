"""Projecting: maps that are being computed, each once, for all who wait for it, until the last of them cancels."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import nullcontext

from explorer.app.followed import Followed
from explorer.app.line import Beat, Line
from explorer.plan import Plan
from explorer.projection import Projection
from explorer.shares import Progress

REST_SHARE, MOST_REST_SECONDS = 0.1, 0.05
N_REMEMBERED = 64  # of the maps that were begun
N_IN_LINE = 4  # programs that wait for maps of their own
IN_VAIN = (
    f"{N_IN_LINE} maps of this corpus are asked for already, and are computed one after the other: ask again later."
)

Project = Callable[[Plan, Progress], Projection]


class Projecting(Followed[Plan, float, Projection]):
    """Computes projections beside whoever waits, who can so be told how far they are, and turn to something else."""

    def __init__(self, project: Project) -> None:
        super().__init__("The map", self._compute, goes_on=True)
        self._project = project
        self._line = Line(N_IN_LINE, IN_VAIN)
        self._computed: deque[Plan] = deque(maxlen=N_REMEMBERED)

    def done(self, plan: Plan) -> float:
        """Return how much of a projection is done, from 0 to 1."""
        return self.news(plan) or 0.0

    def wait_in_line(self, plan: Plan, beat: Beat = lambda: None) -> Projection:
        """Wait for a map as a program does, which could ask for any number: for one after the other of them.

        What is computed already is joined at once. What ``beat`` raises cancels.

        Raises
        ------
        UserError
            Where too many wait.
        """
        with nullcontext() if self.is_going_on(plan) else self._line.turn(beat):
            try:
                return self.wait_for(plan, beat)
            except BaseException:
                self.cancel(plan)
                raise

    @property
    def n_in_line(self) -> int:
        """How many programs wait for maps of their own, or have theirs computed."""
        return self._line.n_taken

    def was_begun(self, plan: Plan) -> bool:
        """Tell whether a projection was not there when this began: of two answers the later may have found it."""
        return plan in self._computed

    def _compute(self, plan: Plan, tell: Progress) -> Projection:
        self._computed.append(plan)
        return self._project(plan, rested(tell))


def rested(tell: Progress) -> Progress:
    """Return what tells and then rests: a projection takes all cores, and pages need some of their time."""
    told = time.monotonic()

    def rest_too(done: float) -> None:
        nonlocal told
        tell(done)
        time.sleep(min(REST_SHARE * (time.monotonic() - told), MOST_REST_SECONDS))
        told = time.monotonic()

    return rest_too
