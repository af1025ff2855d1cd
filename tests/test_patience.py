"""Patience: it counts from the first failure, or the last success, and not what is excused."""

from __future__ import annotations

import time

import pytest

from ingest.embedders.faults import PassingError, UnusableError
from ingest.embedders.patience import MOST_UNUSABLE, PATIENCE_AT_FIRST, Failures, Patience
from tests.sending import Clock

BUSY = PassingError("The API is busy.")


@pytest.fixture
def patience(clock: Clock) -> Patience:
    """Patience for a hundred seconds."""
    patience = Patience(100)
    patience.answered()
    return patience


@pytest.fixture
def failures(clock: Clock) -> Failures:
    """The failures of a batch that has just failed for the first time."""
    failures = Failures()
    failures.note(BUSY)
    return failures


def test_it_lasts_until_the_next_try_would_be_too_late(patience: Patience, failures: Failures, clock: Clock) -> None:
    clock.naps.append(90)

    assert not patience.is_over(failures, upcoming_wait=9)
    assert patience.is_over(failures, upcoming_wait=11)


def test_a_later_failure_does_not_renew_it(patience: Patience, failures: Failures, clock: Clock) -> None:
    clock.naps.append(101)
    failures.note(BUSY)

    assert patience.is_over(failures, upcoming_wait=0)


def test_a_success_of_any_batch_does(patience: Patience, failures: Failures, clock: Clock) -> None:
    clock.naps.append(1_000)
    patience.succeeded()
    clock.naps.append(90)

    assert not patience.is_over(failures, upcoming_wait=9)
    assert patience.is_over(failures, upcoming_wait=11)


def test_an_old_success_does_not_shorten_it(patience: Patience, clock: Clock) -> None:
    patience.succeeded()
    clock.naps.append(1_000)
    failures = Failures()
    failures.note(BUSY)

    assert not patience.is_over(failures, upcoming_wait=99)


class TestExcuse:
    def test_what_is_excused_does_not_count(self, patience: Patience, failures: Failures, clock: Clock) -> None:
        clock.naps.append(40)
        began = time.monotonic()
        clock.naps.append(1_000)
        patience.excuse(failures, began)
        clock.naps.append(50)

        assert not patience.is_over(failures, upcoming_wait=9)
        assert patience.is_over(failures, upcoming_wait=11)

    def test_nor_does_it_after_a_success(self, patience: Patience, failures: Failures, clock: Clock) -> None:
        clock.naps.append(40)
        patience.succeeded()
        began = time.monotonic()
        clock.naps.append(1_000)
        patience.excuse(failures, began)

        assert not patience.is_over(failures, upcoming_wait=99)
        assert patience.is_over(failures, upcoming_wait=101)

    def test_nor_where_a_success_falls_into_it(self, patience: Patience, failures: Failures, clock: Clock) -> None:
        began = time.monotonic()
        clock.naps.append(500)
        patience.succeeded()
        clock.naps.append(500)
        patience.excuse(failures, began)

        assert not patience.is_over(failures, upcoming_wait=99)
        assert patience.is_over(failures, upcoming_wait=101)

    def test_before_the_first_failure_there_is_nothing_to_excuse(self, patience: Patience, clock: Clock) -> None:
        failures = Failures()
        patience.excuse(failures, time.monotonic())
        clock.naps.append(1_000)
        failures.note(BUSY)

        assert not patience.is_over(failures, upcoming_wait=99)


@pytest.mark.parametrize(("seconds", "at_first"), [(300, PATIENCE_AT_FIRST), (5, 5)])
def test_where_nothing_has_answered_it_is_short_and_no_longer_than_asked_for(
    failures: Failures, seconds: float, at_first: float
) -> None:
    assert not Patience(seconds).is_over(failures, upcoming_wait=at_first - 1)
    assert Patience(seconds).is_over(failures, upcoming_wait=at_first + 1)


def test_it_does_not_outlast_so_many_answers_that_cannot_be_used(patience: Patience) -> None:
    failures = Failures()
    verdicts = []
    for _ in range(MOST_UNUSABLE):
        failures.note(UnusableError("There is no embedding."))
        verdicts.append(patience.is_over(failures, upcoming_wait=0))

    assert verdicts == [*[False] * (MOST_UNUSABLE - 1), True]
