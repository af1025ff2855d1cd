"""Snippets: the few words of a text that stand for it in a list, and how much of a subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from explorer.own_words import own_words
from ingest.posts import Post

SUBJECT_CHARACTERS = 300
SNIPPET_CHARACTERS = 180
CHARACTERS_BEFORE = 60  # of a matched word, where a snippet begins in the middle


def snippet(text: str, subject: str = "", words: Sequence[str] = ()) -> str:
    """Return the beginning of what the author says, or what stands around a matched word, on one line."""
    said = " ".join(own_words(text, subject).split())
    start = _start(said, words)
    end = start + SNIPPET_CHARACTERS
    return ("…" if start else "") + said[start:end] + ("…" if end < len(said) else "")


def snippet_of(post: Post, words: Sequence[str] = ()) -> str:
    """Return what stands for a post's text."""
    return snippet(post.text, post.subject, words)


def _start(text: str, words: Sequence[str]) -> int:
    if not words:
        return 0
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text, re.IGNORECASE)
    if found is None or found.end() <= SNIPPET_CHARACTERS:
        return 0
    earliest = max(0, found.start() - CHARACTERS_BEFORE)
    return text.find(" ", earliest, found.start()) + 1 or earliest
