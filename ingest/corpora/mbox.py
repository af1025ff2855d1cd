"""Mail boxes: messages one after another in one file, each after a line that begins with "From "."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, dropwhile, pairwise
from pathlib import Path

from ingest.corpora.gathering import Found, Unreadable
from ingest.corpora.mail import read_mail
from ingest.errors import UserError

# "From ann@rink.example Tue Jan  4 20:17:00 1994": it has a time, or a year at its end.
SEPARATOR = re.compile(rb"From \S.*(\d:\d\d|\b\d{4}\s*$)")
HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From ")
ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(path: Path) -> Iterator[Found | Unreadable]:
    """Read a mail box, one message in memory at a time."""
    for number, raw in enumerate(split(path), 1):
        mail = read_mail(ESCAPED.sub(rb"\1", raw), f"message {number}")
        if isinstance(mail, Unreadable):
            yield mail
        else:
            yield Found("", mail.message_id or str(number), mail.text, mail.subject)


def split(path: Path) -> Iterator[bytes]:
    """Yield the messages of a mail box as they stand there.

    The standard library's ``mailbox`` begins a message at every line that begins with "From ", though it be a
    sentence; here it must also have a date, an empty line before it and a header after it.
    """
    message: list[bytes] = []
    with path.open("rb") as file:
        lines = dropwhile(_is_blank, file)
        for line, following in pairwise(chain(lines, [b""])):
            if not message and not line.startswith(b"From "):
                raise UserError(f'{path} is no mail box: it does not begin with "From ".')
            if message and _is_blank(message[-1]) and SEPARATOR.match(line) and HEADER.match(following):
                yield _whole(message)
                message = []
            message.append(line)
    if message:
        yield _whole(message)


def _whole(message: list[bytes]) -> bytes:
    """Join a message's lines; the empty line at its end belongs to the mail box."""
    return b"".join(message[:-1] if _is_blank(message[-1]) else message)


def _is_blank(line: bytes) -> bool:
    return not line.strip()
