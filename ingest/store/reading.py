"""Reading in turn: pages in their order, of which several may be on their way at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Page = TypeVar("Page")


def in_turn(read: Callable[[int], Page], offsets: Iterable[int], n_at_once: int) -> Iterator[Page]:
    """Yield the page at each offset, as far as is asked for; up to ``n_at_once`` are read beyond that."""
    if n_at_once == 1:
        yield from map(read, offsets)
        return
    ahead = iter(offsets)
    with ThreadPoolExecutor(n_at_once) as threads:
        while some := list(islice(ahead, n_at_once)):
            yield from threads.map(read, some)
