"""Posts as MiniLM is given them: the subject first, set apart, and the body without a mail's headers."""

from __future__ import annotations

import re

from ingest.headers import without_headers

# A control character, which the tokenizer leaves out.
TITLE_END = "\x1e"

# Answers have their question's subject.
REPLY_MARK = re.compile(r"^\s*(?:(?:re|fwd?)\s*(?:\[\d+\])?:\s*)+", re.IGNORECASE)


def titled(text: str, subject: str) -> str:
    """Return a post's text below its subject; without a subject it stays as it is."""
    title = REPLY_MARK.sub("", subject).replace(TITLE_END, " ").strip()
    return f"{title}\n{TITLE_END}{without_headers(text)}" if title else text.replace(TITLE_END, " ")


def title_of(text: str) -> str:
    """Return the title of a text that ``titled`` gave one, or nothing."""
    title, mark, _ = text.partition(TITLE_END)
    return title if mark else ""
