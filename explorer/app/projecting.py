"""Projecting: maps that are being computed, each once, for all who wait for it, until the last of them cancels."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Lock, Thread

from explorer.plan import Plan
from explorer.projection import Progress

SECONDS_BETWEEN_REPORTS = 0.25
REST_SHARE, MOST_REST_SECONDS = 0.1, 0.05

Project = Callable[[Plan, Progress], object]


class CanceledError(Exception):
    """Ends a projection that nobody waits for any more."""


class _Work:
    """One projection that is being computed."""

    def __init__(self) -> None:
        self.done = 0.0
        self.n_waiting = 0
        self.is_canceled = False
        self.outcome: Future[object] = Future()
        self._told = time.monotonic()

    def tell(self, done: float) -> None:
        """Note how much is done, and rest: compiled projections let no other thread run while they work."""
        self.done = done
        time.sleep(min(REST_SHARE * (time.monotonic() - self._told), MOST_REST_SECONDS))
        self._told = time.monotonic()


class Projecting:
    """Computes projections beside whoever waits, who can so be told how far they are, and turn to something else."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._lock = Lock()
        self._works: dict[Plan, _Work] = {}
        self._begun: set[Plan] = set()

    def done(self, plan: Plan) -> float:
        """Return how much of a projection is done, from 0 to 1."""
        work = self._works.get(plan)
        return work.done if work else 0.0

    def was_begun(self, plan: Plan) -> bool:
        """Tell whether a projection was not there when this began: of two answers the later may have found it."""
        return plan in self._begun

    def follow(self, plan: Plan) -> Iterator[float]:
        """Compute a projection, or wait for whoever does, and tell how much is done again and again.

        One that is canceled ends when the last who followed it has gone; otherwise it is computed to its end.
        """
        work = self._join(plan)
        try:
            while not _is_over(work):
                yield work.done
            work.outcome.result()
        finally:
            with self._lock:
                work.n_waiting -= 1

    def cancel(self, plan: Plan) -> None:
        """End a projection as soon as nobody waits for it."""
        with self._lock:
            if work := self._works.get(plan):
                work.is_canceled = True

    def _join(self, plan: Plan) -> _Work:
        with self._lock:
            work = self._works.get(plan)
            if work is None:
                work = self._works[plan] = _Work()
                self._begun.add(plan)
                Thread(target=self._compute, args=(plan, work), daemon=True).start()
            work.n_waiting += 1
            work.is_canceled = False
            return work

    def _compute(self, plan: Plan, work: _Work) -> None:
        def tell(done: float) -> None:
            work.tell(done)
            with self._lock:
                if work.is_canceled and not work.n_waiting:
                    self._works.pop(plan, None)  # whoever asks from now on begins anew
                    raise CanceledError

        try:
            work.outcome.set_result(self._project(plan, tell))
        except BaseException as error:
            work.outcome.set_exception(error)
        finally:
            with self._lock:
                if self._works.get(plan) is work:
                    del self._works[plan]


def _is_over(work: _Work) -> bool:
    """Wait a moment, and tell whether the projection is there, or has failed."""
    try:
        work.outcome.exception(SECONDS_BETWEEN_REPORTS)
    except TimeoutError:
        return False
    return True
