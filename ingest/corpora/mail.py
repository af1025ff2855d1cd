"""Mail messages as texts: the headers that say something, an empty line, the body."""

from __future__ import annotations

from email.message import Message

SPEAKING_HEADERS = ("From", "Subject", "Organization")


def subject_of(message: Message) -> str:
    """Return the subject on one line, empty where there is none."""
    return " ".join(str(message["Subject"] or "").split())


def text_of(message: Message) -> str:
    """Return the message as 20 Newsgroups has it: headers, an empty line, the body."""
    headers = [f"{name}: {message[name]}" for name in SPEAKING_HEADERS if message[name]]
    return "\n".join([*headers, "", _body(message)])


def _body(message: Message) -> str:
    payload = message.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    return content.decode(message.get_content_charset("utf-8"), "replace")
