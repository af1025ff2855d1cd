"""Gemini's embedding models: what they read, cost, and are told."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.embedders import TaskType
from ingest.embedders.normalizing import encodable
from ingest.errors import UserError

DEFAULT_MODEL = "gemini-embedding-001"
DEFAULT_DIMENSIONS = 768
DIMENSIONS = range(128, 3072 + 1)
REPLACEMENTS = {
    "embedding-001": "gemini-embedding-001",
    "text-embedding-004": "gemini-embedding-001",
    "gemini-embedding-exp-03-07": "gemini-embedding-001",
    "gemini-embedding-2-preview": "gemini-embedding-2",
}


@dataclass(frozen=True, slots=True)
class Model:
    """What a model reads of a text at most, and its price: https://ai.google.dev/gemini-api/docs/pricing."""

    max_tokens: int
    usd_per_million_tokens: float | None


MODELS = {"gemini-embedding-001": Model(2_048, 0.15), "gemini-embedding-2": Model(8_192, 0.20)}
# A model that is not in the table is taken to read the least.
UNKNOWN = Model(2_048, None)

# How gemini-embedding-2 is told the task: https://ai.google.dev/gemini-api/docs/embeddings
PREFIXES = {
    TaskType.RETRIEVAL_DOCUMENT: "title: {title} | text: ",
    TaskType.RETRIEVAL_QUERY: "task: search result | query: ",
    TaskType.CLUSTERING: "task: clustering | query: ",
    TaskType.CLASSIFICATION: "task: classification | query: ",
    TaskType.SEMANTIC_SIMILARITY: "task: sentence similarity | query: ",
    TaskType.QUESTION_ANSWERING: "task: question answering | query: ",
    TaskType.FACT_VERIFICATION: "task: fact checking | query: ",
    TaskType.CODE_RETRIEVAL_QUERY: "task: code retrieval | query: ",
}
NO_TITLE = "none"


def reads_task_in_text(model: str) -> bool:
    return model.startswith("gemini-embedding-2")


def as_sent(text: str, model: str, task_type: TaskType, subject: str = "") -> str:
    """Return a text as it is sent: encodable, and beginning with the task where the model reads it there."""
    sent = text
    if reads_task_in_text(model):
        sent = PREFIXES[task_type].replace("{title}", _title(subject)) + text
    return encodable(sent)


def _title(subject: str) -> str:
    """Return a subject as one line without the character that ends a title."""
    return " ".join(subject.replace("|", " ").split()) or NO_TITLE


def require_running(model: str) -> str:
    if model in REPLACEMENTS:
        raise UserError(
            f"Google has shut {model} down: ingest with --model {REPLACEMENTS[model]}, "
            "since embeddings of two models do not mix."
        )
    return model


def require_dimensions(dimensions: int) -> int:
    if dimensions not in DIMENSIONS:
        raise UserError(
            f"Gemini does not make embeddings of {dimensions} dimensions: "
            f"choose {DIMENSIONS[0]} to {DIMENSIONS[-1]}, best 768, 1536 or 3072."
        )
    return dimensions
