"""Batching: texts in groups of what a model takes at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.embedders.tokens import estimate_tokens

# The tokens of all posts together would take more than a gigabyte.
COUNTED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class BatchCapacity:
    """The most that a batch may hold; a text that alone is more makes a batch of its own.

    Bytes are those of JSON, which writes a quote with two and what is not ASCII with up to twelve. Where ``n_tokens``
    is None, any number will do.
    """

    n_texts: int
    n_bytes: int
    n_tokens: int | None = None

    def holds(self, n_texts: int, n_bytes: int, n_tokens: int) -> bool:
        fits_tokens = self.n_tokens is None or n_tokens <= self.n_tokens
        return n_texts <= self.n_texts and n_bytes <= self.n_bytes and fits_tokens


def batch_in_order(texts: Sequence[str], capacity: BatchCapacity) -> Iterator[list[str]]:
    """Group texts in their order."""
    batch: list[str] = []
    n_bytes = n_tokens = 0
    for text in texts:
        size, tokens = len(json.dumps(text)), estimate_tokens(text)
        if batch and not capacity.holds(len(batch) + 1, n_bytes + size, n_tokens + tokens):
            yield batch
            batch, n_bytes, n_tokens = [], 0, 0
        batch.append(text)
        n_bytes += size
        n_tokens += tokens
    if batch:
        yield batch


def batch_by_length(texts: Sequence[str], n_texts: int) -> Iterator[list[str]]:
    """Group texts of like length, which wastes least on padding."""
    return pages(sorted(texts, key=len), n_texts)


def pages(texts: Sequence[str], n_texts: int = COUNTED_AT_ONCE) -> Iterator[list[str]]:
    """Cut texts, in their order, into groups of a size; by default, of as many as have their tokens counted at once."""
    return (list(texts[start : start + n_texts]) for start in range(0, len(texts), n_texts))
