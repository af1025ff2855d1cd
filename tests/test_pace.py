"""Pace: limits are kept to and used up, what fails in passing is tried again, and a pause is everybody's."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Timer
from typing import NamedTuple

import pytest

from ingest.embedders.faults import PassingError, RefusedError
from ingest.embedders.pace import LONGEST_WAIT, Limits, Pace, Sending
from ingest.embedders.patience import PATIENCE_AT_FIRST
from ingest.errors import UserError
from tests.sending import Clock, failing

# Between a send's permission and its moment a busy machine takes a while, which is much of so short a minute.
MINUTE, API_MINUTE = 0.6, 0.55


def lasting() -> str:
    raise PassingError("The API is down: try again later.")


class Sent(NamedTuple):
    """When something was sent, and how much."""

    moment: float
    n_texts: int
    n_tokens: int


def send_from_eight_threads(limits: Limits, n_batches: int) -> list[Sent]:
    """Send batches of five texts with a hundred tokens."""
    pace = Pace(Sending(limits, minute=MINUTE))
    with ThreadPoolExecutor(8) as pool:
        sent = pool.map(lambda _: pace.send(lambda: Sent(time.monotonic(), 5, 100), 5, 100), range(n_batches))
        return sorted(sent)


def minutes_of(sent: list[Sent]) -> list[list[Sent]]:
    """Return what was sent in each minute that begins with something sent."""
    return [[other for other in sent if 0 <= other.moment - first.moment < API_MINUTE] for first in sent]


class TestLimits:
    def test_no_minute_has_more_texts_than_are_allowed_whoever_sends(self) -> None:
        sent = send_from_eight_threads(Limits(texts_per_minute=100), n_batches=50)

        assert len(sent) == 50
        assert max(sum(one.n_texts for one in minute) for minute in minutes_of(sent)) == 100

    def test_nor_more_tokens(self) -> None:
        sent = send_from_eight_threads(Limits(tokens_per_minute=2_000), n_batches=50)

        assert len(sent) == 50
        assert max(sum(one.n_tokens for one in minute) for minute in minutes_of(sent)) == 2_000

    def test_both_limits_hold_together(self) -> None:
        sent = send_from_eight_threads(Limits(texts_per_minute=100, tokens_per_minute=400), n_batches=6)

        assert max(sum(one.n_tokens for one in minute) for minute in minutes_of(sent)) == 400

    def test_nine_tenths_of_what_is_allowed_is_sent_at_least(self) -> None:
        sent = send_from_eight_threads(Limits(texts_per_minute=20), n_batches=13)

        # Four batches at once, four after a minute, four after two, and the last after three.
        assert sent[-1].moment - sent[0].moment <= 3 * MINUTE / 0.9

    def test_what_is_heavier_than_a_limit_is_sent_all_the_same(self) -> None:
        assert Pace(Sending(Limits(2, 20))).send(lambda: "sent", n_texts=5, n_tokens=1_000) == "sent"

    def test_a_limit_below_the_unit_that_is_counted_lets_something_through(self) -> None:
        assert Pace(Sending(Limits(None, 1))).send(lambda: "sent", n_texts=1, n_tokens=1) == "sent"

    def test_each_try_counts(self, clock: Clock) -> None:
        pace = Pace(Sending(Limits(2), minute=0.2))
        start = time.perf_counter()

        pace.send(failing(2), 1, 1)

        assert time.perf_counter() - start >= 0.2


class TestTryingAgain:
    def test_waits_double_with_up_to_a_second_added_and_end_at_the_longest(self, clock: Clock) -> None:
        pace = Pace(Sending(patience=10_000))
        pace.answered()

        assert pace.send(failing(12), 1, 1) == "done"

        doubled = [0.5, 1, 2, 4, 8, 16, 32, *[LONGEST_WAIT] * 5]
        assert all(least <= nap <= min(least + 1, LONGEST_WAIT) for least, nap in zip(doubled, clock.naps, strict=True))

    def test_no_two_wait_the_same(self, clock: Clock) -> None:
        for _ in range(20):
            Pace(Sending()).send(failing(1), 1, 1)

        assert len(set(clock.naps)) == 20

    def test_what_the_api_asks_for_is_waited_and_at_most_a_second_more(self, clock: Clock) -> None:
        pace = Pace(Sending())
        pace.answered()

        pace.send(failing(3, seconds=17.5), 1, 1)

        assert len(clock.naps) == 3
        assert all(17.5 <= nap <= 18.5 for nap in clock.naps)

    def test_who_comes_later_waits_for_it_too(self, clock: Clock) -> None:
        later: list[float] = []

        def send_another(line: str) -> None:
            pace.send(lambda: later.extend(clock.naps), 1, 1)

        pace = Pace(Sending(tell=send_another))
        pace.answered()
        pace.send(failing(1, seconds=30), 1, 1)

        assert later == [pytest.approx(30, abs=0.5)]

    def test_who_was_waiting_for_a_limit_meanwhile_waits_for_it_too(self, clock: Clock) -> None:
        others: list[Future[list[float]]] = []

        def fail_once_another_waits() -> None:
            if not others:
                others.append(pool.submit(pace.send, lambda: list(clock.naps), 1, 1))
                Event().wait(0.1)
                raise PassingError("The API is busy.", 30)

        def let_it_go_first(line: str) -> None:
            others[0].result()

        pace = Pace(Sending(Limits(1), minute=0.3, tell=let_it_go_first))
        pace.answered()
        with ThreadPoolExecutor(1) as pool:
            pace.send(fail_once_another_waits, 1, 1)

        assert others[0].result() == [pytest.approx(30, abs=1)]

    def test_each_wait_is_told_in_one_line_with_its_reason(self, clock: Clock) -> None:
        lines: list[str] = []

        Pace(Sending(tell=lines.append)).send(failing(1, seconds=5), 1, 1)

        assert lines in ([f"The API is busy. Trying again in {seconds} s."] for seconds in (5, 6))

    def test_what_is_refused_is_not_tried_again(self, clock: Clock) -> None:
        def refused() -> None:
            raise RefusedError("No.")

        with pytest.raises(RefusedError):
            Pace(Sending()).send(refused, 1, 1)

        assert clock.naps == []


class TestPatience:
    def test_what_lasts_ends_in_its_own_line_once_patience_does(self, clock: Clock) -> None:
        pace = Pace(Sending(patience=300))
        pace.answered()

        with pytest.raises(UserError, match=r"^The API is down: try again later\.$"):
            pace.send(lasting, 1, 1)

        assert 300 - LONGEST_WAIT <= sum(clock.naps) <= 300

    def test_where_nothing_ever_answered_it_ends_early(self, clock: Clock) -> None:
        with pytest.raises(UserError, match="The API is down"):
            Pace(Sending(patience=300)).send(lasting, 1, 1)

        # The waits 0.5, 1, 2 and 4, each with up to a second more, fit; the next of 8 does not always.
        assert 7.5 <= sum(clock.naps) <= PATIENCE_AT_FIRST

    def test_nobody_waits_for_what_patience_does_not_reach(self, clock: Clock) -> None:
        pace = Pace(Sending(patience=20))
        pace.answered()

        with pytest.raises(PassingError):
            pace.send(failing(1, seconds=21), 1, 1)

        assert clock.naps == []

    def test_where_little_is_asked_for_it_ends_even_earlier(self, clock: Clock) -> None:
        with pytest.raises(PassingError):
            Pace(Sending(patience=5)).send(lasting, 1, 1)

        assert sum(clock.naps) <= 5

    def test_while_others_succeed_it_does_not_end(self, clock: Clock) -> None:
        pace = Pace(Sending(patience=3 * LONGEST_WAIT, tell=lambda line: pace.send(lambda: None, 1, 1)))
        pace.answered()

        assert pace.send(failing(12), 1, 1) == "done"
        assert sum(clock.naps) > 5 * LONGEST_WAIT

    def test_the_limits_are_not_waited_for_at_its_expense(self, clock: Clock) -> None:
        def let_time_pass(line: str) -> None:
            Timer(0.1, clock.naps.append, [1_000]).start()

        pace = Pace(Sending(Limits(texts_per_minute=1), minute=0.3, patience=100, tell=let_time_pass))
        pace.answered()

        assert pace.send(failing(2), 1, 1) == "done"
        assert sum(clock.naps) > 2_000
