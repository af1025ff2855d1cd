"""Embedders turn texts into unit vectors: the protocol, the task types, and the table of embedders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.embedders.gemini_key import KEY_VARIABLES
from ingest.embedders.pace import AS_ALLOWED, Sending
from ingest.errors import UnknownNameError, UserError


class TaskType(StrEnum):
    """What an embedding is for, in the API's words: https://ai.google.dev/gemini-api/docs/embeddings."""

    RETRIEVAL_DOCUMENT = "RETRIEVAL_DOCUMENT"
    RETRIEVAL_QUERY = "RETRIEVAL_QUERY"
    CLUSTERING = "CLUSTERING"
    CLASSIFICATION = "CLASSIFICATION"
    SEMANTIC_SIMILARITY = "SEMANTIC_SIMILARITY"
    QUESTION_ANSWERING = "QUESTION_ANSWERING"
    FACT_VERIFICATION = "FACT_VERIFICATION"
    CODE_RETRIEVAL_QUERY = "CODE_RETRIEVAL_QUERY"


class Embedder(Protocol):
    """A model that embeds texts; one ``embed`` call is one batch."""

    @property
    def name(self) -> str:
        """The embedder's name on the command line."""
        ...

    @property
    def model(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    @property
    def n_at_once(self) -> int:
        """The number of batches that are best embedded at the same time."""
        ...

    @property
    def seconds_to_answer(self) -> float:
        """How long a batch takes at most, in seconds; later it is given up."""
        ...

    @property
    def has_task_types(self) -> bool:
        """Whether the task type changes the embedding."""
        ...

    @property
    def preparation(self) -> str:
        """What becomes of posts before they are embedded, where that was otherwise once: vectors of two never mix."""
        ...

    @property
    def usd_per_million_tokens(self) -> float | None:
        """The price, None where it is not known."""
        ...

    def require_ready(self) -> None:
        """Raise what would keep it from embedding, such as a missing key."""
        ...

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        """Return a post's text, or a question, as ``embed`` takes it: with whatever the model is told beside it."""
        ...

    def batches(self, texts: Sequence[str]) -> list[list[str]]:
        """Group texts into batches of a size that ``embed`` takes, and takes best."""
        ...

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        """Embed a batch of texts as sent.

        Returns
        -------
        ndarray of shape (n_texts, dimensions), float32, rows of unit length, or NaN where the model made none

        Raises
        ------
        RefusedError
            Where one of the texts is refused, or has no usable embedding.
        StoppedError
            Where ``stop`` is called before the batch is sent.
        """
        ...

    def stop(self) -> None:
        """Send none of what waits to be sent now; later calls are not concerned."""
        ...

    def n_shortened(self, texts: Sequence[str]) -> int:
        """Count the texts that are longer than what the model reads."""
        ...


def embedded_as(embedder: Embedder, task_type: TaskType) -> str:
    """Return the task type that embeddings depend on: none where the model makes no difference."""
    return task_type if embedder.has_task_types else ""


def embed_query(embedder: Embedder, text: str, task_type: TaskType = TaskType.RETRIEVAL_QUERY) -> NDArray[np.float32]:
    """Return the embedding of what somebody typed, of shape (dimensions,)."""
    vector: NDArray[np.float32] = embedder.embed([embedder.as_sent(text, task_type)], task_type)[0]
    if not np.isfinite(vector).all():
        raise UserError(f"{embedder.model} makes no usable embedding of this text: word it otherwise.")
    return vector


def _gemini(model: str | None, dimensions: int | None, sending: Sending) -> Embedder:
    from ingest.embedders.gemini import GeminiEmbedder
    from ingest.embedders.gemini_models import DEFAULT_DIMENSIONS, DEFAULT_MODEL

    return GeminiEmbedder(model or DEFAULT_MODEL, dimensions or DEFAULT_DIMENSIONS, sending)


def _minilm(model: str | None, dimensions: int | None, sending: Sending) -> Embedder:
    from ingest.embedders.minilm import MiniLMEmbedder

    embedder = MiniLMEmbedder()
    if (model or embedder.model, dimensions or embedder.dimensions) != (embedder.model, embedder.dimensions):
        raise UserError("minilm is all-MiniLM-L6-v2 with 384 dimensions: leave --model and --dimensions out.")
    return embedder


def _transformer(model: str | None, dimensions: int | None, sending: Sending) -> Embedder:
    from ingest.embedders.transformer import DEFAULT_MODEL, TransformerEmbedder

    return TransformerEmbedder(model or DEFAULT_MODEL, dimensions)


EMBEDDERS: dict[str, Callable[[str | None, int | None, Sending], Embedder]] = {
    "gemini": _gemini,
    "minilm": _minilm,
    "sentence-transformers": _transformer,
}


REMOTE = frozenset({"gemini"})  # those that send texts away, to be embedded for money


def make_embedder(
    name: str, model: str | None = None, dimensions: int | None = None, sending: Sending = AS_ALLOWED
) -> Embedder:
    """Make the named embedder, with its own defaults where model or dimensions are None."""
    if name not in EMBEDDERS:
        raise UnknownNameError("embedder", name, list(EMBEDDERS))
    return EMBEDDERS[name](model, dimensions, sending)


def choose_embedder(environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the embedder to use where none is named, and what to tell the user of the choice."""
    for variable in KEY_VARIABLES:
        if environment.get(variable):
            return "gemini", f"Embedding with Gemini: {variable} is set."
    return "minilm", f"Embedding offline with all-MiniLM-L6-v2: neither {' nor '.join(KEY_VARIABLES)} is set."
