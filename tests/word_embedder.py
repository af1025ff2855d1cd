"""An embedder whose vectors a reader can work out: it counts the words of a small vocabulary."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType

BATCH = 4
VOCABULARY = ("orbit", "rocket", "goal", "puck", "cipher", "key")


class WordEmbedder:
    """Has an axis for each word of the vocabulary and one, always a little, for everything else."""

    name = "words"
    model = "word-counts"
    dimensions = len(VOCABULARY) + 1
    n_at_once = 1
    preparation = ""
    usd_per_million_tokens = 0.0

    def __init__(self, *, has_task_types: bool = False) -> None:
        self.has_task_types = has_task_types
        self.embedded: list[list[str]] = []

    @property
    def texts(self) -> list[str]:
        """Every text that was embedded."""
        return [text for batch in self.embedded for text in batch]

    seconds_to_answer = 5.0

    def require_ready(self) -> None:
        """Need nothing."""

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        return text

    def batches(self, texts: Sequence[str]) -> list[list[str]]:
        return [list(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        self.embedded.append(list(texts))
        counts = np.array([[*(text.lower().split().count(word) for word in VOCABULARY), 0.1] for text in texts])
        unit: NDArray[np.float32] = (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)
        return unit

    def stop(self) -> None:
        """Have nothing that waits."""

    def n_shortened(self, texts: Sequence[str]) -> int:
        return sum(len(text) > 1_000 for text in texts)
