"""A post and a corpus: what every source gives and everything else works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Post:
    """One message; its ``text`` is raw as a source gives it, and cleaned once stored."""

    id: str
    newsgroup: str
    subset: str
    subject: str
    text: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Corpus:
    """Posts in their source's order, under the name they are stored by.

    ``unreadable`` has a line for each item left out, which names it and says why; ``n_duplicates`` counts
    the items left out because an earlier one has the same id and the same text. ``cleaning`` is how its posts are
    cleaned where an order does not say: somebody's own are left as they are.
    """

    name: str
    source: str
    posts: list[Post]
    unreadable: list[str] = field(default_factory=list)
    n_duplicates: int = 0
    cleaning: Literal["tutorial", "none"] = "none"
