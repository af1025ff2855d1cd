"""Filters on posts, and how Chroma is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Filters:
    """Which posts may be found; an empty field lets all through."""

    newsgroups: tuple[str, ...] = ()
    subset: str = ""
    contains: str = ""
    min_similarity: float = -1.0

    def as_query(self) -> dict[str, Any]:
        """Return Chroma's arguments, ``None`` where nothing is asked: it refuses empty ones.

        It knows no least similarity, which its caller sees to.
        """
        conditions: list[dict[str, Any]] = []
        if self.newsgroups:
            conditions.append({"newsgroup": {"$in": list(self.newsgroups)}})
        if self.subset:
            conditions.append({"subset": self.subset})
        where = {"$and": conditions} if len(conditions) > 1 else next(iter(conditions), None)
        return {"where": where, "where_document": {"$contains": self.contains} if self.contains else None}
