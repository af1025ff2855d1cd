"""Paging: records are written and read some at a time, all of a collection in row order."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import ceil
from typing import Any, TypeVar

from ingest.store.place import Place

Page = TypeVar("Page")
# Chroma's own ``get``: what to include, and which records, by ``ids`` or by ``limit`` and ``offset``.
Get = Callable[..., Any]

# Until an index is written, with each page Chroma reads again all that came before: pages must not become many.
MOST_PAGES = 40
# Chroma takes 5,461 records at once.
LARGEST_PAGE = 5_000


def page_size(n_posts: int, least: int) -> int:
    """Return how many of some posts are written at once: a fortieth, but not less than the least nor over 5,000."""
    return min(max(least, ceil(n_posts / MOST_PAGES)), LARGEST_PAGE)


def pages(get: Get, include: Sequence[str], place: Place, size: int | None = None) -> Iterator[Any]:
    """Yield all records; nothing is counted, which would open the index, and that may be damaged."""
    most = place.quotas.records_read
    read, n_records = partial(get, *include), min(size or most, most)
    if place.is_shared:
        return _by_offset(read, n_records, place.quotas.reads_at_once)
    return _by_ids(read, get()["ids"], n_records)


def slices(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def in_turn(read: Callable[[int], Page], offsets: Iterable[int], n_at_once: int) -> Iterator[Page]:
    """Yield the page at each offset, as far as is asked for; up to ``n_at_once`` are read beyond that."""
    if n_at_once == 1:
        yield from map(read, offsets)
        return
    ahead = iter(offsets)
    with ThreadPoolExecutor(n_at_once) as threads:
        while some := list(itertools.islice(ahead, n_at_once)):
            yield from threads.map(read, some)


def _by_ids(read: Get, ids: Sequence[str], size: int) -> Iterator[Any]:
    """Ask by ids, since to skip rows takes longer the more there are."""
    for some in slices(ids, size):
        yield read(ids=some)


def _by_offset(read: Get, size: int, n_at_once: int) -> Iterator[Any]:
    """Ask until a page is empty: nobody reads all ids at once over a network with quotas."""
    for page in in_turn(lambda offset: read(limit=size, offset=offset), itertools.count(0, size), n_at_once):
        if not page["ids"]:
            return
        yield page
