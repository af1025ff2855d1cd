"""Bytes and strings from anywhere as text that every later step can take."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from contextlib import suppress

UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
N_LISTED = 30  # names in an error


def decode(raw: bytes, *declared: str) -> str:
    """Decode by what is declared where that works, else as UTF-8, else as Windows writes; lines end in a newline."""
    guesses = ["utf-16"] if raw.startswith(UTF_16_MARKS) else ["utf-8-sig", "cp1252"]
    for encoding in (*declared, *guesses):
        # An unknown encoding is a LookupError; bytes that do not fit one are a ValueError. Punycode is for names of
        # domains, and takes quadratic time over a text.
        with suppress(LookupError, ValueError):
            if codecs.lookup(encoding).name != "punycode":
                return _with_newlines(raw.decode(encoding))
    return _with_newlines(raw.decode("latin-1"))


def storable(text: str) -> str:
    """Replace lone surrogates, which are no characters: Chroma refuses them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def one_line(text: str) -> str:
    return " ".join(storable(text).split())


def printable(text: str) -> str:
    """Return one line without control characters, fit for an id and for a terminal."""
    line = one_line(text)
    if line.isprintable():
        return line
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in line)


def listed(names: Sequence[str]) -> str:
    """Return names as an error lists them: the first of very many, each cut short."""
    line = ", ".join(printable(name)[:40] for name in names[:N_LISTED])
    return f"{line}, ..." if len(names) > N_LISTED else line


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
