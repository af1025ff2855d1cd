"""Frames: posts that somebody has as rows in memory, such as those of a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ingest.corpora.columns import Columns, find_columns
from ingest.corpora.gathering import gather
from ingest.corpora.tables import posts_of_rows
from ingest.posts import Corpus

SOURCE = "your table"


def read_rows(name: str, columns: Sequence[str], rows: Iterable[Mapping[Any, Any]], wanted: Columns) -> Corpus:
    """Make a corpus of rows, each with its values by column; columns that are not named are found by theirs."""
    chosen = find_columns(Path(SOURCE.capitalize()), columns, wanted, option="{role}=")
    return gather(name, SOURCE, posts_of_rows(chosen, rows))
