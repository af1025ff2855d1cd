"""Cutting: texts of so many bytes, for places that take no longer ones."""

from __future__ import annotations

from collections.abc import Iterator


def cut(text: str, n_bytes: int | None) -> str:
    """Return as much of a text as takes so many bytes, None for any number; no character is cut in two."""
    encoded = text.encode("utf-8", "surrogatepass")
    if n_bytes is None or len(encoded) <= n_bytes:
        return text
    end = n_bytes
    while _is_within_a_character(encoded[end]):
        end -= 1
    return encoded[:end].decode("utf-8", "surrogatepass")


def parts(text: str, n_bytes: int | None) -> Iterator[str]:
    """Yield a text in parts of so many bytes, at least one; together they are the text again."""
    while True:
        part = cut(text, n_bytes)
        yield part
        text = text[len(part) :]
        if not text:
            return


def _is_within_a_character(byte: int) -> bool:
    return byte & 0b1100_0000 == 0b1000_0000
