"""How many tokens a text is, estimated: each model has a tokenizer of its own, and none is asked."""

from __future__ import annotations

from collections.abc import Iterable

# About four characters of English are a token (https://ai.google.dev/gemini-api/docs/tokens). Bytes do as well
# for English, and better where each character is a token or more.
BYTES_PER_TOKEN = 4


def estimate_tokens(text: str) -> int:
    """Return a text's tokens, by its length in UTF-8."""
    return -(-size_of(text) // BYTES_PER_TOKEN)


def total_tokens(texts: Iterable[str]) -> int:
    return sum(map(estimate_tokens, texts))


def usd_of(n_tokens: int, usd_per_million_tokens: float | None) -> float | None:
    """Return what tokens cost; a price that is not known makes that None."""
    return None if usd_per_million_tokens is None else n_tokens * usd_per_million_tokens / 1e6


def size_of(text: str) -> int:
    """Return a text's length in bytes of UTF-8; lone surrogates count as they are."""
    return len(text.encode("utf-8", "surrogatepass"))
