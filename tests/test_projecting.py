"""Projecting: how far a map is, which maps were not there before, and how programs wait for theirs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Self

import numpy as np
import pytest

from explorer.app.projecting import N_IN_LINE, Projecting
from explorer.plan import Plan
from explorer.projection import Projection
from explorer.shares import Progress
from ingest.errors import UserError
from tests.processes import wait_until

PLAN = Plan("umap", 7)
FLAT = Projection([], np.zeros((0, 2), np.float32), "umap", 7)


def flat(plan: Plan, progress: Progress) -> Projection:
    progress(0.25)
    return FLAT


def test_whoever_waits_gets_the_map_and_is_told_how_far_it_is() -> None:
    following = Projecting(flat).follow(PLAN)

    assert next(following) == 0.25
    assert next(following, None) is None


def test_a_map_is_not_done_at_all_before_it_is_begun_and_when_it_is_over() -> None:
    projecting = Projecting(flat)
    assert projecting.done(PLAN) == 0
    assert projecting.wait_for(PLAN) is FLAT
    assert projecting.done(PLAN) == 0


def test_it_is_remembered_which_maps_were_computed_here() -> None:
    projecting = Projecting(flat)
    projecting.wait_for(PLAN)

    assert projecting.was_begun(PLAN)
    assert not projecting.was_begun(Plan("tsne"))


class Slow:
    """Computes a map until it is let go on, at the latest where its ``with`` block ends, and notes which were begun."""

    def __init__(self) -> None:
        self.begun: list[Plan] = []
        self.may_end = Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.may_end.set()

    def __call__(self, plan: Plan, progress: Progress) -> Projection:
        self.begun.append(plan)
        while not self.may_end.wait(0.01):
            progress(0.5)
        return FLAT


@pytest.fixture
def slow() -> Slow:
    return Slow()


def test_programs_have_their_maps_one_after_the_other_and_no_more_than_a_few_wait(slow: Slow) -> None:
    projecting, plans = Projecting(slow), [Plan("umap", seed) for seed in range(N_IN_LINE)]
    with ThreadPoolExecutor() as programs, slow:
        waiting = [programs.submit(projecting.wait_in_line, plan) for plan in plans]
        wait_until(lambda: projecting.n_in_line == N_IN_LINE and bool(slow.begun))
        with pytest.raises(UserError, match="computed one after the other: ask again later"):
            projecting.wait_in_line(Plan("umap", 99))
        assert len(slow.begun) == 1
        slow.may_end.set()

        assert [each.result(10) for each in waiting] == [FLAT] * N_IN_LINE
    assert sorted(plan.seed for plan in slow.begun) == list(range(N_IN_LINE))


def test_a_map_that_the_page_waits_for_is_joined_at_once_and_computed_once(slow: Slow) -> None:
    projecting, has_joined = Projecting(slow), Event()
    with ThreadPoolExecutor() as others, slow:
        page = others.submit(projecting.wait_for, PLAN)
        wait_until(lambda: bool(slow.begun))
        program = others.submit(projecting.wait_in_line, PLAN, has_joined.set)
        assert has_joined.wait(10)
        slow.may_end.set()

        assert (page.result(10), program.result(10)) == (FLAT, FLAT)
    assert slow.begun == [PLAN]


def test_a_program_that_leaves_cancels_the_map_that_nobody_else_waits_for(slow: Slow) -> None:
    def leave() -> None:
        raise BrokenPipeError

    projecting = Projecting(slow)
    with pytest.raises(BrokenPipeError):
        projecting.wait_in_line(PLAN, leave)

    wait_until(lambda: not projecting.is_going_on(PLAN))
    assert not slow.may_end.is_set()
