"""Embedders turn texts into unit vectors: the protocol, the task types, and the table of embedders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

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
    def batch_size(self) -> int:
        """The number of texts that ``embed`` takes best, and at most."""
        ...

    @property
    def has_task_types(self) -> bool:
        """Whether the task type changes the embedding."""
        ...

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        """Embed a batch of texts.

        Returns
        -------
        ndarray of shape (n_texts, dimensions), float32, rows of unit length
        """
        ...

    def n_shortened(self, texts: Sequence[str]) -> int:
        """Count the texts that are longer than what the model reads."""
        ...


def _gemini(model: str | None, dimensions: int | None) -> Embedder:
    from ingest.embedders import gemini

    return gemini.GeminiEmbedder(model or gemini.DEFAULT_MODEL, dimensions or gemini.DEFAULT_DIMENSIONS)


def _minilm(model: str | None, dimensions: int | None) -> Embedder:
    from ingest.embedders.minilm import MiniLMEmbedder

    embedder = MiniLMEmbedder()
    if (model or embedder.model, dimensions or embedder.dimensions) != (embedder.model, embedder.dimensions):
        raise UserError("minilm is all-MiniLM-L6-v2 with 384 dimensions: leave --model and --dimensions out.")
    return embedder


EMBEDDERS: dict[str, Callable[[str | None, int | None], Embedder]] = {"gemini": _gemini, "minilm": _minilm}


def make_embedder(name: str, model: str | None = None, dimensions: int | None = None) -> Embedder:
    """Make the named embedder, with its own defaults where model or dimensions are None."""
    if name not in EMBEDDERS:
        raise UnknownNameError("embedder", name, list(EMBEDDERS))
    return EMBEDDERS[name](model, dimensions)


def choose_embedder(environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the embedder to use where none is named, and what to tell the user of the choice."""
    for variable in ("GOOGLE_API_KEY", "GEMINI_API_KEY"):
        if environment.get(variable):
            return "gemini", f"Embedding with Gemini: {variable} is set."
    return "minilm", "Embedding offline with all-MiniLM-L6-v2: neither GEMINI_API_KEY nor GOOGLE_API_KEY is set."
