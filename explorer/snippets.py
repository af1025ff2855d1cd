"""Snippets: the few words of a text that stand for it in a list."""

from __future__ import annotations

import re
from collections.abc import Sequence

from explorer.own_words import own_words

SNIPPET_CHARACTERS = 180
CHARACTERS_BEFORE = 60  # of a matched word, where a snippet begins in the middle


def snippet(text: str, subject: str = "", words: Sequence[str] = ()) -> str:
    """Return the beginning of what the author says, or what stands around a matched word, on one line."""
    said = " ".join(own_words(text, subject).split())
    start = _start(said, words)
    end = start + SNIPPET_CHARACTERS
    return ("…" if start else "") + said[start:end] + ("…" if end < len(said) else "")


def _start(text: str, words: Sequence[str]) -> int:
    if not words:
        return 0
    found = re.search(rf"\b(?:{'|'.join(map(re.escape, words))})\b", text, re.IGNORECASE)
    if found is None or found.end() <= SNIPPET_CHARACTERS:
        return 0
    earliest = max(0, found.start() - CHARACTERS_BEFORE)
    return text.find(" ", earliest, found.start()) + 1 or earliest
