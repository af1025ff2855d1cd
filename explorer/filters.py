"""Filters on posts, and rows of posts that they sift without a database."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from explorer.columns import Columns
from explorer.words import searched_text
from ingest.posts import Post

MOST_MASKS = 64


@dataclass(frozen=True, slots=True)
class Filters:
    """Which posts may be found; an empty field lets all through.

    ``where`` has a "FIELD=VALUE" for each metadata value that may be, or with nothing behind "=" that may be missing;
    of several for one field, any will do.
    ``contains`` is a phrase, in capitals or not, on one line or broken over two. ``among`` names posts by their ids:
    all where it is None, and none where it is empty.
    """

    newsgroups: tuple[str, ...] = ()
    subset: str = ""
    contains: str = ""
    min_similarity: float = -1.0
    among: frozenset[str] | None = None
    where: tuple[str, ...] = ()

    @property
    def has_least(self) -> bool:
        """Whether a least similarity is asked for."""
        return self.min_similarity > -1


NO_FILTERS = Filters()


def folded(text: str) -> str:
    """Return a text without capitals, and with a single space wherever there is space."""
    return " ".join(text.casefold().split())


class PostRows:
    """Posts in rows, found by their ids, and sifted by filters that are remembered for a while."""

    def __init__(self, posts: list[Post], columns: Columns | None = None) -> None:
        self.posts = posts
        self.columns = columns or Columns.of_posts(posts)
        self._masks = lru_cache(MOST_MASKS)(self._sift)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Each post's row by its id."""
        return {post.id: row for row, post in enumerate(self.posts)}

    def rows_of(self, post_ids: Collection[str]) -> NDArray[np.intp]:
        """Return the rows of those of the posts that are here."""
        return np.array([self.row_of[post_id] for post_id in post_ids if post_id in self.row_of], np.intp)

    def in_order_of(self, other: PostRows, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return values of these rows in the order of others, NaN for a post that is not here."""
        if other is self:
            return values
        rows = np.array([self.row_of.get(post.id, -1) for post in other.posts], np.intp)
        return np.where(rows >= 0, values[rows], np.float32(np.nan))

    def passing(self, filters: Filters) -> NDArray[np.bool_]:
        """Tell which posts the filters let through, whatever their similarity.

        Returns
        -------
        ndarray of shape (n_posts,), bool, read-only
        """
        return self._masks(replace(filters, min_similarity=-1.0))

    def _sift(self, filters: Filters) -> NDArray[np.bool_]:
        mask = np.ones(len(self.posts), bool)
        if filters.newsgroups:
            mask &= self._newsgroups.among(filters.newsgroups)
        if filters.subset:
            mask &= self._subsets.among((filters.subset,))
        if filters.among is not None:
            mask &= self._named(filters.among)
        if filters.contains:
            mask &= self._folded.containing(folded(filters.contains))
        if filters.where:
            mask &= self.columns.passing(filters.where)
        mask.flags.writeable = False
        return mask

    def _named(self, post_ids: Collection[str]) -> NDArray[np.bool_]:
        mask = np.zeros(len(self.posts), bool)
        mask[self.rows_of(post_ids)] = True
        return mask

    @cached_property
    def _newsgroups(self) -> _Labels:
        return _Labels([post.newsgroup for post in self.posts])

    @cached_property
    def _subsets(self) -> _Labels:
        return _Labels([post.subset for post in self.posts])

    @cached_property
    def _folded(self) -> _FoldedTexts:
        return _FoldedTexts([folded(searched_text(post)) for post in self.posts])


class _FoldedTexts:
    """Folded texts, one a line: one long text is searched in a third of the time that many take."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._lines = "\n".join(texts)
        self._starts = list(accumulate((len(text) + 1 for text in texts), initial=0))

    def containing(self, phrase: str) -> NDArray[np.bool_]:
        """Tell which texts a folded phrase is in."""
        mask = np.zeros(len(self._starts) - 1, bool)
        found = self._lines.find(phrase)
        while found >= 0:
            row = bisect_right(self._starts, found) - 1
            mask[row] = True
            found = self._lines.find(phrase, self._starts[row + 1])
        return mask


class _Labels:
    """A label for each row, kept as a code so that rows are compared all at once."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._code = {label: code for code, label in enumerate(dict.fromkeys(labels))}
        self._codes = np.array([self._code[label] for label in labels], np.intp)

    def among(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        is_wanted = np.array([label in wanted for label in self._code], bool)
        return is_wanted[self._codes]
