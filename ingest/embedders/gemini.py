"""The Gemini embedder: batches sent at the pace that the API allows, and its answers checked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedders.batching import BatchCapacity, batch_in_order
from ingest.embedders.faults import UnusableError
from ingest.embedders.gemini_client import GeminiClient
from ingest.embedders.gemini_faults import EMBEDDING, answered_with
from ingest.embedders.gemini_models import (
    DEFAULT_DIMENSIONS,
    DEFAULT_MODEL,
    MODELS,
    UNKNOWN,
    as_sent,
    reads_task_in_text,
    require_dimensions,
    require_running,
)
from ingest.embedders.normalizing import unit_vectors
from ingest.embedders.pace import AS_ALLOWED, SHARE_OF_LIMIT, Pace, Sending
from ingest.embedders.tokens import estimate_tokens, total_tokens

TIMEOUT_MILLISECONDS = 30_000
MAX_TEXTS = 100
# To read this many of an answer's numbers takes some 10 MB, in each thread.
MAX_NUMBERS = MAX_TEXTS * 1_024
# The API takes 4 MiB; beside each text a request names model, task and dimensions.
MAX_BYTES = 4 * 2**20 - MAX_TEXTS * 512


class GeminiEmbedder:
    """Embeddings from the Gemini API; ``dimensions`` other than 3,072 are the first of them, scaled to unit length."""

    name = "gemini"
    n_at_once = 8
    preparation = ""
    seconds_to_answer = TIMEOUT_MILLISECONDS / 1_000
    has_task_types = True

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        dimensions: int = DEFAULT_DIMENSIONS,
        sending: Sending = AS_ALLOWED,
        api_key: str | None = None,
        base_url: str | None = None,
    ) -> None:
        self.model = require_running(model.removeprefix("models/"))
        self.dimensions = require_dimensions(dimensions)
        self.usd_per_million_tokens = MODELS.get(self.model, UNKNOWN).usd_per_million_tokens
        self._limits = sending.limits
        self._pace = Pace(sending)
        self._client = GeminiClient(
            self._pace.answered, timeout=TIMEOUT_MILLISECONDS, advice=EMBEDDING, api_key=api_key, base_url=base_url
        )

    def require_ready(self) -> None:
        self._client.require_ready()

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        return as_sent(text, self.model, task_type, subject)

    def batches(self, texts: Sequence[str]) -> list[list[str]]:
        return list(batch_in_order(texts, self._capacity()))

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        if len(texts) > MAX_TEXTS:
            raise ValueError(f"{len(texts)} texts in one batch: the Gemini API takes at most {MAX_TEXTS}")
        # The first connection imports the SDK, which takes longer than a limit's margin.
        return self._pace.send(
            lambda: self._embed_once(texts, task_type), len(texts), total_tokens(texts), prepare=self._client.connected
        )

    def stop(self) -> None:
        self._pace.stop()

    def n_shortened(self, texts: Sequence[str]) -> int:
        """Count the texts that the model reads the beginning of, by an estimate of their tokens."""
        max_tokens = MODELS.get(self.model, UNKNOWN).max_tokens
        return sum(estimate_tokens(text) > max_tokens for text in texts)

    def list_models(self) -> list[tuple[str, int | None]]:
        """Return the models that the key can embed with, each with the tokens that it reads."""
        client = self._client.connected()
        models = self._client.ask(self.model, lambda: list(client.models.list()))
        return [
            ((model.name or "").removeprefix("models/"), model.input_token_limit)
            for model in models
            if any("embed" in action.lower() for action in model.supported_actions or [])
        ]

    def _capacity(self) -> BatchCapacity:
        """Return the most to send at once: what the API takes, and little of what it takes in a minute."""
        texts, tokens = self._limits.texts_per_minute, self._limits.tokens_per_minute
        most = min(MAX_TEXTS, MAX_NUMBERS // self.dimensions)
        return BatchCapacity(
            n_texts=max(1, min(most, texts // SHARE_OF_LIMIT)) if texts else most,
            n_bytes=MAX_BYTES,
            n_tokens=tokens // SHARE_OF_LIMIT if tokens else None,
        )

    def _embed_once(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        rows = self._request(texts, task_type)
        _require_shape(rows, len(texts), self.dimensions)
        return unit_vectors(rows)

    def _request(self, texts: Sequence[str], task_type: TaskType) -> list[list[float]]:
        from google.genai import types

        # A list of strings would come back from gemini-embedding-2 as one vector of them all.
        contents: list[types.ContentUnion] = [types.Content(parts=[types.Part(text=text)]) for text in texts]
        config = types.EmbedContentConfig(
            task_type=None if reads_task_in_text(self.model) else task_type,
            output_dimensionality=self.dimensions,
        )
        client = self._client.connected()
        answer = self._client.ask(
            self.model, lambda: client.models.embed_content(model=self.model, contents=contents, config=config)
        )
        return [embedding.values or [] for embedding in answer.embeddings or []]


def _require_shape(rows: Sequence[Sequence[float]], n_texts: int, dimensions: int) -> None:
    if len(rows) != n_texts:
        raise UnusableError(answered_with(f"{len(rows)} embeddings for {n_texts} texts"))
    for row in rows:
        if len(row) != dimensions:
            raise UnusableError(answered_with(f"an embedding of {len(row)} dimensions instead of {dimensions}"))
