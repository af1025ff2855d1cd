"""Embedders that count words and fail: that refuse texts, that break down, that are interrupted."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedders.faults import RefusedError
from ingest.errors import UserError
from tests.word_embedder import WordEmbedder


class RefusingEmbedder(WordEmbedder):
    """Refuses every batch with one of some words, and counts the batches that it was sent."""

    def __init__(self, *words: str, has_task_types: bool = False) -> None:
        super().__init__(has_task_types=has_task_types)
        self.n_requests = 0
        self._words = set(words)

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        self.n_requests += 1
        if any(self._words.intersection(text.split()) for text in texts):
            raise RefusedError("not this one")
        return super().embed(texts, task_type)


class FailingEmbedder(WordEmbedder):
    """Embeds some batches and none after them."""

    def __init__(self, n_batches: int, *, has_task_types: bool = False) -> None:
        super().__init__(has_task_types=has_task_types)
        self._n_batches = n_batches

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if len(self.embedded) == self._n_batches:
            raise UserError("The quota of the day is used up: go on tomorrow.")
        return super().embed(texts, task_type)


class InterruptedEmbedder(WordEmbedder):
    """Sees its process interrupted, as by Ctrl-C, while its second batch is on its way, and ends that when told to."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped = threading.Event()

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if len(self.embedded) == 1:
            os.kill(os.getpid(), signal.SIGINT)
            self._stopped.wait(timeout=10)
        return super().embed(texts, task_type)

    def stop(self) -> None:
        self._stopped.set()
