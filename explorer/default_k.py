"""How many clusters KMeans makes where nobody says."""

from __future__ import annotations

DEFAULT_K = 20


def default_k(n_posts: int) -> int:
    """Return the number of clusters of so many posts: a corpus, or what filters let through, may have few."""
    return min(DEFAULT_K, n_posts)
