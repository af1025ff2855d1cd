"""A post and a corpus: what every source gives and everything else works on."""

from __future__ import annotations

from dataclasses import dataclass


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
    """Posts in their source's order, under the name they are stored by."""

    name: str
    source: str
    posts: list[Post]
