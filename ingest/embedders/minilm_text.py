"""Posts as MiniLM is given them: the subject first, set apart, and the body without a mail's headers."""

from __future__ import annotations

import re

# A control character, which the tokenizer leaves out.
TITLE_END = "\x1e"

# Answers have their question's subject.
REPLY_MARK = re.compile(r"^\s*(?:(?:re|fwd?)\s*(?:\[\d+\])?:\s*)+", re.IGNORECASE)
# What only mail has before its first empty line; the tutorials' cleaning takes the names of the sender and the subject.
MAIL_HEADER = re.compile(
    r"^(?:subject|organization|lines|distribution|reply-to|nntp-posting-host|message-id):", re.IGNORECASE | re.MULTILINE
)
# A header of any name, or what a header before it goes on with.
HEADER_LINE = re.compile(r"[A-Za-z][\w-]*:|[ \t]")


def titled(text: str, subject: str) -> str:
    """Return a post's text below its subject; without a subject it stays as it is."""
    title = REPLY_MARK.sub("", subject).replace(TITLE_END, " ").strip()
    return f"{title}\n{TITLE_END}{_without_headers(text)}" if title else text.replace(TITLE_END, " ")


def title_of(text: str) -> str:
    """Return the title of a text that ``titled`` gave one, or nothing."""
    title, mark, _ = text.partition(TITLE_END)
    return title if mark else ""


def _without_headers(text: str) -> str:
    headers, blank_line, body = text.partition("\n\n")
    return body if blank_line and _are_headers(headers) else text


def _are_headers(paragraph: str) -> bool:
    """Tell a mail's headers, of which cleaning may have spoilt some, from a paragraph with a line like one."""
    n_known = len(set(MAIL_HEADER.findall(paragraph)))
    others = paragraph.split("\n")[1:]
    return n_known > 1 or (n_known == 1 and all(map(HEADER_LINE.match, others)))
