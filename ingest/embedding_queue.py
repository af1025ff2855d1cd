"""Embedding: texts sent in batches, several at once, each kept in the cache before anything else is done with it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import compress
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import Embedder, TaskType
from ingest.embedders.faults import RefusedError, StoppedError
from ingest.embedders.patience import MOST_UNUSABLE
from ingest.embedders.tokens import total_tokens, usd_of
from ingest.embedding_cache import EmbeddingCache, Key, Space
from ingest.errors import UserError
from ingest.progress import Advance, Progress

# A wait that is longer is shown.
SECONDS_UNTOLD = 0.5
# A text that no API refuses, unless it would refuse any.
HARMLESS = "hello"


@dataclass(frozen=True, slots=True)
class Spent:
    """What was sent and embedded so far; tokens are estimated, and so is their price, None where that is not known."""

    n_texts: int
    n_tokens: int
    usd: float | None


class EmbeddingQueue:
    """Embeds the texts added to it while its ``with`` block runs, which may wait for any of them.

    Vectors go to the cache, and so does the API's word on each text that it does not take.
    """

    def __init__(self, embedder: Embedder, cache: EmbeddingCache, progress: Progress) -> None:
        self._embedder = embedder
        self._cache = cache
        self._progress = progress
        self._pool = ThreadPoolExecutor(embedder.n_at_once, thread_name_prefix="embed")
        self._futures: dict[Key, Future[None]] = {}
        self._lock = threading.Lock()
        self._is_stopped = False
        self._fault: Exception | None = None
        self._n_texts = self._n_tokens = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, fault: type[BaseException] | None, *_: object) -> None:
        self.stop()

    @property
    def spent(self) -> Spent:
        return Spent(self._n_texts, self._n_tokens, usd_of(self._n_tokens, self._embedder.usd_per_million_tokens))

    def add(self, space: Space, task_type: TaskType, texts: Sequence[str], advance: Advance) -> None:
        """Embed texts, all of which the cache lacks, as soon as there is a thread for them."""
        if texts:
            self._embedder.require_ready()
        for batch in self._embedder.batches(texts):
            future = self._pool.submit(self._embed, space, task_type, batch, advance)
            self._futures.update({(space, text): future for text in batch})

    def wait_for(self, space: Space, texts: Sequence[str]) -> None:
        """Wait until each of the texts is in the cache or refused; raise what kept one from either."""
        keys = ((space, text) for text in texts)
        for future in {self._futures[key] for key in keys if key in self._futures}:
            try:
                future.result()
            except Exception as error:
                raise self._fault or error from None

    def stop(self) -> None:
        """Send nothing more, but let arrive what is on its way, since it is paid for."""
        self._is_stopped = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._embedder.stop()
        sent = [future for future in set(self._futures.values()) if not future.cancelled()]
        if wait(sent, SECONDS_UNTOLD).not_done:
            with self._progress.stage("wait for answers"):
                wait(sent, self._embedder.seconds_to_answer)

    def _embed(self, space: Space, task_type: TaskType, texts: list[str], advance: Advance) -> None:
        """Embed a batch; after the first that fails, or whose ``advance`` raises, no other is sent."""
        try:
            self._embed_what_is_accepted(space, task_type, texts)
            advance(len(texts), _bill(self.spent))
        except Exception as fault:
            self._fault = self._fault or fault
            self._is_stopped = True
            self._embedder.stop()
            raise

    def _embed_what_is_accepted(self, space: Space, task_type: TaskType, texts: list[str]) -> None:
        try:
            self._embed_and_keep(space, task_type, texts)
        except RefusedError as refusal:
            self._require_harmless_accepted(task_type)
            self._embed_apart(space, task_type, texts, refusal)

    def _embed_and_keep(self, space: Space, task_type: TaskType, texts: list[str]) -> None:
        """Embed texts; those that the model makes no usable embedding of are tried again, then taken for refused."""
        for _ in range(MOST_UNUSABLE):
            vectors = self._send(texts, task_type)
            is_usable = np.atleast_1d(np.isfinite(vectors).all(axis=1))
            self._cache.put(space, list(compress(texts, is_usable)), vectors[is_usable])
            self._count(texts, int(is_usable.sum()))
            texts = list(compress(texts, ~is_usable))
            if not texts:
                return
        self._require_harmless_accepted(task_type)
        for text in texts:
            self._cache.refuse(space, text, f"{self._embedder.model} makes no usable embedding of it")

    def _count(self, sent: Sequence[str], n_embedded: int) -> None:
        with self._lock:
            self._n_texts += n_embedded
            self._n_tokens += total_tokens(sent)

    def _embed_apart(self, space: Space, task_type: TaskType, texts: list[str], refusal: RefusedError) -> None:
        """Find the texts that a refusal is for by halving, and embed the others."""
        if len(texts) == 1:
            self._cache.refuse(space, texts[0], str(refusal))
            return
        middle = len(texts) // 2
        for half in (texts[:middle], texts[middle:]):
            try:
                self._embed_and_keep(space, task_type, half)
            except RefusedError as error:
                self._embed_apart(space, task_type, half, error)

    def _require_harmless_accepted(self, task_type: TaskType) -> None:
        """Raise where it is not for the texts that there are no embeddings."""
        vectors = self._send([self._embedder.as_sent(HARMLESS, task_type)], task_type)
        if not np.isfinite(vectors).all():
            raise UserError(f"{self._embedder.model} makes no usable embeddings: choose another with --model.")

    def _send(self, texts: list[str], task_type: TaskType) -> NDArray[np.float32]:
        if self._is_stopped:
            raise self._fault or StoppedError()
        return self._embedder.embed(texts, task_type)


def _bill(spent: Spent) -> str:
    if not spent.usd:
        return ""
    return f"{spent.n_tokens / 1e6:.2f}M tokens, {spent.usd:.2f} USD"
