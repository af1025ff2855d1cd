"""Metadata fields: what kinds of values records have, how many different ones, and which field is taken as a label."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# A record's metadata as Chroma returns it; values are texts, numbers, truths, or lists of those.
Metadata = Mapping[str, Any]

KINDS: dict[type, str] = {str: "text", bool: "truth", int: "number", float: "number", list: "list"}
MIXED = "mixed"

# What a field must be to be taken for a label unasked: few short texts, most of which return, on most records.
MOST_LABELS = 50
LONGEST_LABEL = 60
LEAST_RECORDS_PER_LABEL = 2
LEAST_SHARE = 0.5
# Names that say so come first, in this order.
LABEL_NAMES = ("newsgroup", "label", "category", "class", "topic", "tag", "group", "type", "section", "genre")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: the kind of its values, how many different ones there are, and how many records have one."""

    name: str
    kind: str
    n_distinct: int
    n_records: int
    longest: int  # characters of a value

    @property
    def is_internal(self) -> bool:
        """Whether it is a library's own, such as LlamaIndex's copy of the whole node in ``_node_content``."""
        return self.name.startswith("_")


def texts_of(value: object) -> tuple[str, ...]:
    """Return a value as one says it to filter by it, a list's items one by one; nothing for a missing one."""
    if value is None:
        return ()
    if isinstance(value, list | tuple):
        return tuple(text for item in value for text in texts_of(item))
    return (str(value).lower() if isinstance(value, bool) else str(value),)


def describe(records: Iterable[Metadata]) -> list[Field]:
    """Describe the fields of records, by name."""
    kinds: dict[str, set[str]] = defaultdict(set)
    values: dict[str, set[str]] = defaultdict(set)
    n_records: dict[str, int] = defaultdict(int)
    for metadata in records:
        for name, value in metadata.items():
            if value is not None:
                kinds[name].add(KINDS.get(type(value), MIXED))
                values[name].update(texts_of(value))
                n_records[name] += 1
    return [_field(name, kinds[name], values[name], n_records[name]) for name in sorted(kinds)]


def label_of(fields: Sequence[Field], n_records: int) -> str:
    """Return the name of the field that looks most like a label, or nothing where none does.

    Of those that qualify, one whose name says so comes first, then one that more records have, then one with more
    different values.
    """
    fit = [field for field in fields if _may_label(field, n_records)]
    best = min(fit, key=_preference, default=None)
    return best.name if best else ""


def _field(name: str, kinds: set[str], values: set[str], n_records: int) -> Field:
    kind = next(iter(kinds)) if len(kinds) == 1 else MIXED
    return Field(name, kind, len(values), n_records, max(map(len, values), default=0))


def _may_label(field: Field, n_records: int) -> bool:
    is_short = field.kind == "text" and 0 < field.longest <= LONGEST_LABEL and not field.is_internal
    is_few = 2 <= field.n_distinct <= min(MOST_LABELS, field.n_records // LEAST_RECORDS_PER_LABEL)
    return is_short and is_few and field.n_records >= LEAST_SHARE * n_records


def _preference(field: Field) -> tuple[int, int, int, str]:
    name = field.name.lower()
    rank = LABEL_NAMES.index(name) if name in LABEL_NAMES else len(LABEL_NAMES)
    return rank, -field.n_records, -field.n_distinct, field.name
