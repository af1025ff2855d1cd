"""Selecting posts: by subset, by newsgroup, and a seeded sample of each newsgroup."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from ingest.corpora.decoding import listed
from ingest.errors import UserError
from ingest.posts import Post


@dataclass(frozen=True, slots=True)
class Selection:
    """Which posts of a corpus are wanted; the defaults take all."""

    subset: str = "all"
    newsgroups: tuple[str, ...] = ()
    per_newsgroup: int | None = None
    seed: int = 0


def match_posts(posts: Sequence[Post], selection: Selection) -> list[Post]:
    """Return the posts of the wanted subset and newsgroups, in their order."""
    wanted = match_newsgroups(sorted({post.newsgroup for post in posts}), selection.newsgroups)
    return [post for post in posts if post.newsgroup in wanted and selection.subset in ("all", post.subset)]


def match_newsgroups(known: Sequence[str], patterns: Sequence[str]) -> set[str]:
    """Return the newsgroups that match any of the shell-style patterns; no pattern matches all."""
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in known):
            raise UserError(f"No newsgroup matches {pattern!r}: there are {listed(known)}.")
    return {name for name in known if not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)}


def sample_posts(posts: Sequence[Post], selection: Selection) -> list[Post]:
    """Return up to ``per_newsgroup`` posts of each newsgroup, in their order.

    A newsgroup's sample depends on the seed and that newsgroup alone, whichever others are asked for.
    """
    if selection.per_newsgroup is None:
        return list(posts)
    rows = defaultdict(list)
    for row, post in enumerate(posts):
        rows[post.newsgroup].append(row)
    kept = {row for newsgroup in rows for row in _sample(rows[newsgroup], newsgroup, selection)}
    return [post for row, post in enumerate(posts) if row in kept]


def _sample(rows: list[int], newsgroup: str, selection: Selection) -> list[int]:
    size = min(len(rows), selection.per_newsgroup or 0)
    return random.Random(f"{selection.seed} {newsgroup}").sample(rows, size)
