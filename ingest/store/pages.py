"""Paging: how many posts are written at once, so that very many take no longer each than few."""

from __future__ import annotations

from math import ceil

# Until an index is written, with each page Chroma reads again all that came before: pages must not become many.
MOST_PAGES = 40
# Chroma takes 5,461 records at once.
LARGEST_PAGE = 5_000


def page_size(n_posts: int, least: int) -> int:
    """Return how many of some posts make a page: a fortieth, but no fewer than the least and no more than 5,000."""
    return min(max(least, ceil(n_posts / MOST_PAGES)), LARGEST_PAGE)
