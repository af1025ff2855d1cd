"""Guessing: which columns of a table hold texts, labels, ids and subjects, by their names and by what is in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from ingest.corpora.columns import Columns, find_columns
from ingest.corpora.tables import columns_of_parquet, head_of_csv, head_of_jsonl
from ingest.errors import UserError

MOST_LABELS = 50
LONGEST_LABEL = 60  # characters
POSTS_OF_A_LABEL = 2  # on average, at least

Head = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Offer:
    """The columns of a table, and what each role is probably played by."""

    names: list[str]
    guess: Columns


def offer_of(path: Path) -> Offer | None:
    """Return what to choose from, None where a file is no table or has no columns."""
    names, texts, head = _looked_into(path)
    if not texts:
        return None
    try:
        guess = find_columns(path, names, Columns())
    except UserError:  # none is called like a text
        guess = find_columns(path, names, Columns(text=max(texts, key=lambda name: _likeness_to_texts(head, name))))
    return Offer(names, guess if guess.label else replace(guess, label=_label_in(head, names, guess)))


def _looked_into(path: Path) -> tuple[list[str], list[str], Head]:
    """Return a table's columns, those of them that may hold texts, and its first rows where these are read."""
    ending = path.suffix.lower()
    if ending == ".parquet":
        columns = columns_of_parquet(path)
        return list(columns), [name for name, is_text in columns.items() if is_text], []
    readers = {".csv": head_of_csv, ".tsv": head_of_csv, ".jsonl": head_of_jsonl, ".ndjson": head_of_jsonl}
    head = readers[ending](path) if ending in readers else []
    names = [name for name in dict.fromkeys(name for row in head for name in row) if name]
    return names, names, head


def _label_in(head: Head, names: Sequence[str], guess: Columns) -> str | None:
    """Return the column that sorts posts into the fewest groups of some size, if any does."""
    taken = (guess.text, guess.id, guess.subject, guess.subset)
    groups = {name: {str(row.get(name) or "") for row in head} for name in names if name not in taken}
    most = min(MOST_LABELS, len(head) // POSTS_OF_A_LABEL)
    fit = [
        name
        for name, labels in groups.items()
        if 2 <= len(labels) <= most and max(map(len, labels)) <= LONGEST_LABEL and "" not in labels
    ]
    return min(fit, key=lambda name: len(groups[name]), default=None)


def _likeness_to_texts(head: Head, name: str) -> float:
    """Return how long a column's values are, and how different: labels may be longer than short texts."""
    texts = [row[name] for row in head if isinstance(row.get(name), str)]
    return fmean(map(len, texts)) * len(set(texts)) / len(texts) if texts else 0.0
