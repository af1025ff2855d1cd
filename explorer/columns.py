"""Columns: the posts' metadata field by field, to filter and to color by, and to take away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError
from ingest.posts import Post
from ingest.store.fields import Field, Metadata, describe, texts_of

MOST_GROUPS = 50  # values of a field that all have a color, or are listed to choose from
MOST_UNSHARED = 0.9  # different values for each post that has one: with more, colors would tell single posts apart
AS_THEY_ARE = ("number", "truth")  # kinds of values that a table holds as such
EQUALS = "="
FROM_POSTS = ("newsgroup", "subset", "truncated")  # what an ingest keeps beside subject and text


class Columns:
    """The metadata of rows of posts."""

    def __init__(self, records: Sequence[Metadata]) -> None:
        self._records = records
        self._texts = lru_cache(None)(self._texts_of)

    @classmethod
    def of_posts(cls, posts: Sequence[Post]) -> Self:
        """Take what an ingest keeps of posts for their metadata."""
        return cls([{name: getattr(post, name) for name in FROM_POSTS if getattr(post, name) != ""} for post in posts])

    @cached_property
    def fields(self) -> list[Field]:
        """The fields that are no library's own, by name."""
        return [field for field in describe(self._records) if not field.is_internal]

    @property
    def groupings(self) -> list[Field]:
        """The fields with few different values."""
        return [field for field in self.fields if 2 <= field.n_distinct <= MOST_GROUPS]

    @property
    def numbers(self) -> list[Field]:
        """The fields of numbers that are too many to be groups."""
        return [field for field in self.fields if field.kind == "number" and field.n_distinct > MOST_GROUPS]

    @cached_property
    def unshared(self) -> list[Field]:
        """The fields, other than of numbers, of which nearly every post has a value of its own."""
        many = [field for field in self.fields if field.n_distinct > MOST_GROUPS and field not in self.numbers]
        return [field for field in many if self._n_first(field.name) > MOST_UNSHARED * field.n_records]

    @property
    def colorable(self) -> list[Field]:
        """The fields that a map can be colored by."""
        return [field for field in self.fields if field.n_distinct >= 2 and field not in self.unshared]

    def names(self, field: str) -> list[str]:
        """Return the different values of a field as texts, numbers in their order."""
        return sorted({text for texts in self._texts(field) for text in texts}, key=_by_number)

    def codes(self, field: str) -> NDArray[np.int32]:
        """Return for each post the index in ``names`` of its value, of a list the first, of shape (n_posts,).

        -1 is a post without a value.
        """
        code = {name: index for index, name in enumerate(self.names(field))}
        return np.array([code[texts[0]] if texts else -1 for texts in self._texts(field)], np.int32)

    def values(self, field: str) -> NDArray[np.float32]:
        """Return the numbers of a field, of shape (n_posts,), NaN where there is none that is finite."""
        found = [metadata.get(field) for metadata in self._records]
        numbers = np.array([each if isinstance(each, int | float) else np.nan for each in found], np.float64)
        return np.where(np.isfinite(numbers), numbers, np.nan).astype(np.float32)

    def written(self, field: Field) -> NDArray[Any]:
        """Return a field as a table has it, of shape (n_posts,): numbers and truths as such, a list as one text.

        None is a post without a value.
        """
        if field.kind not in AS_THEY_ARE:
            return np.array([", ".join(texts) or None for texts in self._texts(field.name)], object)
        found = [metadata.get(field.name) for metadata in self._records]
        if any(isinstance(each, float) for each in found):  # which no table can hold beside the largest whole numbers
            found = [None if each is None else float(each) for each in found]
        return np.array(found, object)

    def said(self, row: int) -> list[str]:
        """Return the metadata of a post, field by field, as one reads it."""
        found = ((field.name, self._texts(field.name)[row]) for field in self.fields)
        return [f"{name}: {', '.join(texts)}" for name, texts in found if texts]

    def passing(self, where: Iterable[str]) -> NDArray[np.bool_]:
        """Tell which posts have one of the wanted values in each of the fields that are named."""
        wanted: dict[str, set[str]] = defaultdict(set)
        for text in where:
            field, value = self.split(text)
            wanted[field].add(value)
        mask = np.ones(len(self._records), np.bool_)
        for field, values in wanted.items():
            mask &= [_has(texts, values) for texts in self._texts(field)]
        return mask

    def split(self, text: str) -> tuple[str, str]:
        """Return the field and the value that a "FIELD=VALUE" names; a field's own name may have "=" in it."""
        names = [field.name for field in self.fields]
        for name in sorted(names, key=len, reverse=True):
            if text.startswith(f"{name}{EQUALS}"):
                return name, text.removeprefix(f"{name}{EQUALS}")
        known = ", ".join(names) or "none"
        raise UserError(f"No metadata is filtered by {text!r}: say FIELD=VALUE, with one of the fields {known}.")

    def _n_first(self, field: str) -> int:
        """Return how many different values posts are colored by: of a list, the first."""
        return len({texts[0] for texts in self._texts(field) if texts})

    def _texts_of(self, field: str) -> list[tuple[str, ...]]:
        return [texts_of(metadata.get(field)) for metadata in self._records]


def _has(texts: Collection[str], wanted: Collection[str]) -> bool:
    return any(text in wanted for text in texts or ("",))


def _by_number(text: str) -> tuple[float, str]:
    """Order numbers by their size, and texts behind them by their letters."""
    try:
        return float(text), text
    except ValueError:
        return float("inf"), text
