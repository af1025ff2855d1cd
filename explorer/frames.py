"""Frames: answers as pandas tables, and as a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from ingest.posts import Post

if TYPE_CHECKING:
    from pandas import DataFrame

MOST_SHOWN = 20  # rows in a notebook; the table itself has all
LONGEST_CELL = 100  # characters of a text there

Row = TypeVar("Row")


class Tabular:
    """An answer that ``to_frame`` turns into a table; a notebook shows that."""

    __slots__ = ()

    def to_frame(self) -> DataFrame:
        """Return the answer as a table."""
        raise NotImplementedError

    def _repr_html_(self) -> str:
        """Return the table as markup, in which pandas escapes whatever posts hold, and no dollar begins a formula."""
        from pandas import option_context

        with option_context(
            *("display.html.use_mathjax", False),
            *("display.max_rows", MOST_SHOWN),
            *("display.max_colwidth", LONGEST_CELL),
        ):
            return str(self.to_frame()._repr_html_())  # type: ignore[operator]


class Rows(list[Row], Tabular):
    """A list of dataclasses, and a table of their fields; ``kind`` says which those are where the list is empty."""

    def __init__(self, rows: Iterable[Row] = (), kind: type[Row] | None = None) -> None:
        super().__init__(rows)
        self._kind: Any = kind or (type(self[0]) if self else None)

    def to_frame(self) -> DataFrame:
        """Return a table with a row for each; a post among the fields becomes columns of its own."""
        from pandas import DataFrame

        paths = [path for field in fields(self._kind) for path in _paths_of(field.name)] if self._kind else []
        return DataFrame({path.rpartition(".")[2]: list(map(attrgetter(path), self)) for path in paths})

    def __repr__(self) -> str:
        return repr(self.to_frame()) if self else "no rows"


def _paths_of(field: str) -> list[str]:
    """Return what a field's columns are called, as seen from the row."""
    return [f"post.{part.name}" for part in fields(Post) if part.name != "truncated"] if field == "post" else [field]
