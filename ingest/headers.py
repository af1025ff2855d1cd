"""Headers of mails: told from a paragraph that looks like them, and left out."""

from __future__ import annotations

import re

# What only mail has before its first empty line; the tutorials' cleaning takes the names of the sender and the subject.
KNOWN = re.compile(
    r"^(?:from|subject|organization|lines|distribution|reply-to|nntp-posting-host|message-id):",
    re.IGNORECASE | re.MULTILINE,
)
# A header of any name, or what a header before it goes on with.
HEADER_LINE = re.compile(r"[A-Za-z][\w-]*:|[ \t]")


def without_headers(text: str) -> str:
    """Return a mail's body; a text that does not begin with headers is returned as it is."""
    headers, blank_line, body = text.partition("\n\n")
    return body if blank_line and _are_headers(headers) else text


def _are_headers(paragraph: str) -> bool:
    """Tell a mail's headers, of which cleaning may have spoilt some, from a paragraph with a line like one."""
    n_known = len(set(KNOWN.findall(paragraph)))
    others = paragraph.split("\n")[1:]
    return n_known > 1 or (n_known == 1 and all(map(HEADER_LINE.match, others)))
