"""Own words: what the author of a post says, without a mail's headers and what is quoted."""

from __future__ import annotations

from ingest.cleaning import TUTORIAL_STEPS, clean, strip_quotes
from ingest.headers import without_headers


def own_words(text: str, subject: str = "") -> str:
    """Return a text without headers, a first line that repeats its subject, and quotes; or the text, if that is all."""
    words = strip_quotes(_without_subject(without_headers(text), subject))
    return words if words.strip() else text


def _without_subject(text: str, subject: str) -> str:
    """Leave out a line of its own that ends with the subject, as cleaning leaves it of the headers From and Subject."""
    first, blank_line, body = text.partition("\n\n")
    repeated = " ".join(clean(subject, TUTORIAL_STEPS).split())
    is_subject = repeated and "\n" not in first.strip() and " ".join(first.split()).endswith(repeated)
    return body if blank_line and is_subject else text
