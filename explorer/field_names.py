"""Names of fields: what the coloring by a metadata field and its column of a table are called, unlike any other."""

from __future__ import annotations

FIELD = "field:"  # before the field's own name


def named(field: str) -> str:
    return f"{FIELD}{field}"


def field_of(name: str) -> str:
    """Return the field that a coloring or a column is of."""
    return name.removeprefix(FIELD)
