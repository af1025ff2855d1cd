"""One thread for linear algebra while anybody asks for it, and parts that are done on all cores."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Barrier, get_ident
from time import sleep

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from explorer import threads
from explorer.threads import on_all_cores, one_thread

TWO = 2


def n_threads() -> set[int]:
    np.ones((2, 2), np.float32) @ np.ones((2, 2), np.float32)
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def _two_threads() -> object:
    """Let linear algebra have two threads, on however many cores this runs."""
    with threadpool_limits(TWO, "blas"):
        yield


def test_there_is_one_thread_meanwhile_and_as_many_as_before_afterwards() -> None:
    with one_thread():
        assert n_threads() == {1}

    assert n_threads() == {TWO}


def test_there_is_one_thread_until_the_last_of_those_who_overlap_has_ended() -> None:
    first, second = ExitStack(), ExitStack()
    first.enter_context(one_thread())
    second.enter_context(one_thread())

    first.close()
    assert n_threads() == {1}
    second.close()
    assert n_threads() == {TWO}


def test_an_error_gives_the_threads_back() -> None:
    with pytest.raises(KeyboardInterrupt), one_thread():
        raise KeyboardInterrupt

    assert n_threads() == {TWO}


def test_parts_are_done_on_all_cores_each_with_one_thread() -> None:
    together = Barrier(2, timeout=30)
    found: list[set[int]] = []

    def do(part: int) -> None:
        together.wait()
        found.append(n_threads())

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(threads, "n_cores", lambda: 2)
        on_all_cores(do, range(2))

    assert found == [{1}, {1}]


def test_what_a_part_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        on_all_cores(lambda part: 1 / part, [1, 0, 2])


@pytest.mark.parametrize("n_parts", [1, 4])
def test_progress_is_told_after_each_part_in_the_thread_that_waits(n_parts: int) -> None:
    told: list[float] = []
    tellers: set[int] = set()

    def tell(done: float) -> None:
        told.append(done)
        tellers.add(get_ident())

    on_all_cores(lambda part: part, range(n_parts), tell)

    assert told == [part / n_parts for part in range(n_parts + 1)]
    assert tellers == {get_ident()}


def test_after_what_progress_raises_no_other_part_is_begun() -> None:
    begun: list[int] = []

    def do(part: int) -> None:
        begun.append(part)
        sleep(0.005)

    def cancel(done: float) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        on_all_cores(do, range(200), cancel)

    assert len(begun) < 200
