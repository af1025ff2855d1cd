"""Projecting: how far a map is, and which maps were not there before."""

from __future__ import annotations

import numpy as np

from explorer.app.projecting import Projecting
from explorer.plan import Plan
from explorer.projection import Progress, Projection

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
