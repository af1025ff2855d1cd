"""Threads: one for each core where a computation has parts, one alone where its steps are too small to share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import TypeVar

from explorer.shares import Progress, untold

Part = TypeVar("Part")


def n_cores() -> int:
    """Return how many cores this process may use, in a container too."""
    from joblib import cpu_count

    return int(cpu_count())


class OneThread:
    """Keeps linear algebra to one thread while anybody asks for it.

    There is one number of threads for the whole process. Were each to put back what it found, the second of two who
    overlap would find the first's one thread, and leave that for good.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._n_asking = 0
        self._limit = ExitStack()

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """Keep to one thread within a ``with`` block.

        Of steps that take a millisecond, threads wait for one another more than they compute: on two busy cores,
        an epoch of a network on 10,183 posts of 384 dimensions took 1 s with one thread and 11 s with two.
        """
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        from threadpoolctl import threadpool_limits

        with self._lock:
            if not self._n_asking:
                self._limit.enter_context(threadpool_limits(1, "blas"))
            self._n_asking += 1

    def _leave(self) -> None:
        with self._lock:
            self._n_asking -= 1
            if not self._n_asking:
                self._limit.close()


one_thread = OneThread()


def on_all_cores(do: Callable[[Part], object], parts: Sequence[Part], progress: Progress = untold) -> None:
    """Do something with each part, one on each core, whose linear algebra keeps to it.

    ``progress`` is told in the thread that waits; after what it raises no other part is begun.
    """
    progress(0)
    if len(parts) < 2:
        for part in parts:
            do(part)
            progress(1)
        return
    with one_thread():
        threads = ThreadPoolExecutor(n_cores())
        try:
            for n_done, _ in enumerate(threads.map(do, parts), start=1):
                progress(n_done / len(parts))
        finally:
            threads.shutdown(cancel_futures=True)
