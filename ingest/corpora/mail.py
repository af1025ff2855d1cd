"""Mail messages as texts: the headers that say something, an empty line, the body."""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from ingest.corpora.decoding import decode
from ingest.corpora.gathering import Unreadable
from ingest.corpora.markup import text_of_html

SPEAKING_HEADERS = ("From", "Subject", "Organization")
LONGEST_HEADER = 2_000  # characters; over 1 MB of one the standard library sits for hours, or runs out of memory


@dataclass(frozen=True, slots=True)
class Mail:
    """What is kept of a message; ``text`` is as 20 Newsgroups has it: headers, an empty line, the body."""

    message_id: str
    date: str
    subject: str
    text: str


class _ShortHeaders(policy.Compat32):
    """The policy that lets everything pass, but no header longer than can be read."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


def read_mail(raw: bytes, name: str) -> Mail | Unreadable:
    """Read a message; ``name`` is what the user would know it by, should there be nothing to read in it."""
    try:
        message = message_from_bytes(raw, policy=_ShortHeaders())
        body = _body(message)
    except Exception as error:  # the parser raises whatever it trips over, RecursionError among others
        return Unreadable(name, f"no mail that can be parsed ({type(error).__name__})")
    subject = _header(message, "Subject")
    if not subject and not body.strip():
        return Unreadable(name)
    message_id = _header(message, "Message-ID").strip("<> ")
    return Mail(message_id, _header(message, "Date"), subject, _text(message, body))


def _text(message: Message, body: str) -> str:
    headers = [(name, _header(message, name)) for name in SPEAKING_HEADERS]
    return "\n".join([*(f"{name}: {value}" for name, value in headers if value), "", body])


def _header(message: Message, name: str) -> str:
    """Return a header unfolded and decoded, empty where there is none.

    Every header is read as plain words, as a subject is: parsed as addresses, ``ann@rink.example (Ann)`` would lose
    its comment, and malformed ones raise.
    """
    raw = next((value for key, value in message.raw_items() if key.lower() == name.lower()), "")
    line = " ".join(decode(raw.encode("ascii", "surrogateescape")).split())
    if "=?" not in line:
        return line
    try:
        return " ".join(str(policy.default.header_factory("Subject", line)).split()) or line
    except Exception:  # as above
        return line


def _body(message: Message) -> str:
    """Return the body's plain parts, or where it has none its HTML parts as text; attachments are left out."""
    parts = [part for part in message.walk() if _is_body(part)]
    plain = [_content(part) for part in parts if part.get_content_subtype() != "html"]
    if any(text.strip() for text in plain):
        return "\n".join(plain)
    return "\n".join(text_of_html(_content(part)) for part in parts if part.get_content_subtype() == "html")


def _is_body(part: Message) -> bool:
    """Tell whether a part is to be read; a container with nothing inside lost its boundary, so its lines are text."""
    is_text = part.get_content_maintype() in ("text", "multipart") and not part.is_multipart()
    return is_text and part.get_content_disposition() != "attachment" and not part.get_filename()


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    charset = part.get_content_charset()
    return decode(payload if isinstance(payload, bytes) else b"", *([charset] if charset else []))
