"""Drafts: collections that are made from scratch beside the old ones, which serve meanwhile, and how they are named."""

from __future__ import annotations

DRAFT = ".draft"


def draft_of(name: str) -> str:
    """Return the name of a collection's draft."""
    return f"{name}{DRAFT}"


def is_draft(name: str) -> bool:
    return name.endswith(DRAFT)
