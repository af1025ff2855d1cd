"""Projecting: once for all who wait, told how far it is, until the last of them cancels."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from explorer.app.projecting import CanceledError, Projecting
from explorer.plan import Plan
from explorer.projection import Progress
from ingest.errors import UserError

PLAN = Plan("umap", 7)
SECONDS = 10.0


class Projection:
    """Goes on to the next quarter when it is let."""

    def __init__(self) -> None:
        self.n_begun = 0
        self.may_go_on = Event()
        self.has_ended = Event()
        self.ended_with: BaseException | None = None

    def __call__(self, plan: Plan, progress: Progress) -> None:
        self.n_begun += 1
        self.has_ended.clear()
        try:
            progress(0.25)
            assert self.may_go_on.wait(SECONDS)
            progress(1.0)
        except BaseException as error:
            self.ended_with = error
            raise
        finally:
            self.has_ended.set()


@pytest.fixture
def projection() -> Projection:
    return Projection()


@pytest.fixture
def projecting(projection: Projection) -> Projecting:
    return Projecting(projection)


def begun(projecting: Projecting) -> Iterator[float]:
    """Follow until a quarter is done."""
    following = projecting.follow(PLAN)
    assert next(done for done in following if done) == 0.25
    return following


def test_whoever_waits_is_told_how_far_it_is(projecting: Projecting, projection: Projection) -> None:
    following = begun(projecting)
    assert projecting.done(PLAN) == 0.25

    projection.may_go_on.set()
    assert all(done <= 1 for done in following)


def test_it_is_computed_once_for_all_who_wait(projecting: Projecting, projection: Projection) -> None:
    first, second = begun(projecting), begun(projecting)
    projection.may_go_on.set()
    for following in (first, second):
        list(following)

    assert projection.n_begun == 1


def test_another_is_not_waited_for(projecting: Projecting, projection: Projection) -> None:
    first = begun(projecting)
    other = projecting.follow(Plan("tsne"))

    assert next(done for done in other if done) == 0.25
    assert projection.n_begun == 2
    projection.may_go_on.set()
    list(first)


def test_one_that_is_canceled_ends_at_what_it_tells_next(projecting: Projecting, projection: Projection) -> None:
    following = begun(projecting)
    projecting.cancel(PLAN)
    following.close()  # type: ignore[attr-defined]
    projection.may_go_on.set()

    assert projection.has_ended.wait(SECONDS)
    assert isinstance(projection.ended_with, CanceledError)
    assert projecting.done(PLAN) == 0


def test_one_that_is_canceled_goes_on_for_whoever_else_waits(projecting: Projecting, projection: Projection) -> None:
    first, second = begun(projecting), begun(projecting)
    projecting.cancel(PLAN)
    first.close()  # type: ignore[attr-defined]
    projection.may_go_on.set()

    list(second)
    assert projection.ended_with is None


def test_one_that_was_left_without_a_word_goes_on(projecting: Projecting, projection: Projection) -> None:
    begun(projecting).close()  # type: ignore[attr-defined]
    projection.may_go_on.set()

    assert projection.has_ended.wait(SECONDS)
    assert projection.ended_with is None


def test_what_was_canceled_begins_anew_for_whoever_asks_again(projecting: Projecting, projection: Projection) -> None:
    following = begun(projecting)
    projecting.cancel(PLAN)
    following.close()  # type: ignore[attr-defined]
    projection.may_go_on.set()
    assert projection.has_ended.wait(SECONDS)

    list(projecting.follow(PLAN))
    assert projection.n_begun == 2


def test_what_goes_wrong_is_told_to_whoever_waits() -> None:
    def refuse(plan: Plan, progress: Progress) -> None:
        raise UserError("No.")

    with pytest.raises(UserError, match=r"^No\.$"):
        list(Projecting(refuse).follow(PLAN))
