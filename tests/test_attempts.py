"""Attempts: how long who waits after wrong passwords, on a clock that passes as it is slept through."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from explorer.app.attempts import MOST_AT_ONCE, MOST_CLIENTS, SECONDS_KEPT, Attempts, TooManyAttemptsError
from tests.awaiting import awaited


class Time:
    """What is slept, and when it is."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def attempts(time: Time) -> Attempts:
    return Attempts(time.sleep, lambda: time.now)


async def guess(attempts: Attempts, client: str, n_times: int = 1) -> None:
    for _ in range(n_times):
        async with attempts.turn(client):
            attempts.note_wrong(client)


def test_each_wrong_one_adds_half_a_second_up_to_eight(attempts: Attempts, time: Time) -> None:
    awaited(guess(attempts, "1.2.3.4", 20))

    assert time.slept[:3] == [0.5, 1.0, 1.5]
    assert time.slept[-4:] == [8.0] * 4


def test_others_do_not_wait(attempts: Attempts) -> None:
    awaited(guess(attempts, "1.2.3.4", 3))

    assert attempts.seconds_to_wait("5.6.7.8") == 0


def test_it_is_forgotten_in_time(attempts: Attempts, time: Time) -> None:
    awaited(guess(attempts, "1.2.3.4", 3))
    time.now += SECONDS_KEPT

    assert attempts.seconds_to_wait("1.2.3.4") == 0


def test_no_more_than_so_many_wait_at_once() -> None:
    attempts = Attempts()

    async def crowd() -> list[object]:
        attempts.note_wrong("1.2.3.4")
        return await asyncio.gather(
            *(guess(attempts, "1.2.3.4") for _ in range(MOST_AT_ONCE + 5)), return_exceptions=True
        )

    found = awaited(crowd())

    assert [type(each) for each in found if each] == [TooManyAttemptsError] * 5


def test_those_who_guess_from_everywhere_are_not_all_remembered(attempts: Attempts) -> None:
    names = (f"client {number}" for number in count())
    for name, _ in zip(names, range(MOST_CLIENTS + 1), strict=False):
        attempts.note_wrong(name)

    assert attempts.seconds_to_wait("client 0") == 0
    assert attempts.seconds_to_wait(f"client {MOST_CLIENTS}") == 0.5
