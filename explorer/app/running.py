"""Running: work in a thread of its own, which tells how far it is and ends early where nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event
from typing import TypeVar

T = TypeVar("T")
Tell = Callable[[int], None]


class CanceledError(Exception):
    """Nobody waits for the work any more."""


def running(work: Callable[[Tell], T]) -> Generator[int, None, T]:
    """Yield how much is done so far whenever it is more, and return what the work returns; closing it cancels it."""
    told: SimpleQueue[int | None] = SimpleQueue()
    is_left = Event()

    def tell(n_more: int) -> None:
        if is_left.is_set():
            raise CanceledError
        told.put(n_more)

    n_done = 0
    with ThreadPoolExecutor(1, thread_name_prefix="run") as pool:
        future = pool.submit(work, tell)
        future.add_done_callback(lambda _: told.put(None))
        try:
            for n_more in iter(told.get, None):
                n_done += n_more
                yield n_done
        finally:
            is_left.set()
    return future.result()
