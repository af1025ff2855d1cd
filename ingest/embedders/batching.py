"""Batching: texts in groups of what an embedder takes at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.embedders.tokens import estimate_tokens

# Posts are written in their order as soon as they are embedded, so texts move by no more than this.
WINDOW = 500


@dataclass(frozen=True, slots=True)
class BatchCapacity:
    """The most that a batch may hold; a text that alone is more makes a batch of its own.

    Bytes are those of JSON, which writes a quote with two and what is not ASCII with up to twelve.
    """

    n_texts: int
    n_bytes: int
    n_tokens: int


def batch_in_order(texts: Sequence[str], largest: BatchCapacity) -> Iterator[list[str]]:
    """Group texts in their order."""
    batch: list[str] = []
    n_bytes = n_tokens = 0
    for text in texts:
        size, tokens = len(json.dumps(text)), estimate_tokens(text)
        is_full = len(batch) == largest.n_texts
        if batch and (is_full or n_bytes + size > largest.n_bytes or n_tokens + tokens > largest.n_tokens):
            yield batch
            batch, n_bytes, n_tokens = [], 0, 0
        batch.append(text)
        n_bytes += size
        n_tokens += tokens
    if batch:
        yield batch


def batch_by_length(texts: Sequence[str], n_texts: int) -> Iterator[list[str]]:
    """Group texts of like length, which wastes least on padding, though none far from its place."""
    for start in range(0, len(texts), WINDOW):
        by_length = sorted(texts[start : start + WINDOW], key=len)
        yield from (by_length[first : first + n_texts] for first in range(0, len(by_length), n_texts))
