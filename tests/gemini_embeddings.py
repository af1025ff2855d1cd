"""What the stand-in for the Gemini API answers: its models, and embeddings that a reader can work out.

An embedding counts a text's words, each on the axis that its checksum names, and has one half on the axis of its
task type. So texts that share words are near, and no embedding has unit length.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from zlib import crc32

MODELS = {"gemini-embedding-001": 2_048, "gemini-embedding-2": 8_192}
OTHER_MODELS = {"gemini-2.5-flash": 1_048_576, "gemini-2.5-pro": 1_048_576, "gemini-3.5-flash-lite": 1_048_576}
DIMENSIONS = range(128, 3072 + 1)
TASK_TYPES = (
    "TASK_TYPE_UNSPECIFIED",
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
)
UNSPECIFIED = TASK_TYPES[0]
WORD = re.compile(r"\w+")


class Request(NamedTuple):
    """A text to embed, and all that its embedding depends on."""

    text: str
    model: str
    task_type: str
    dimensions: int


def axes_of(text: str, n_axes: int) -> dict[int, int]:
    """Return how many of the text's words are on each axis that has any."""
    axes: dict[int, int] = {}
    for word, n_times in Counter(WORD.findall(text.lower())).items():
        axis = crc32(word.encode()) % n_axes
        axes[axis] = axes.get(axis, 0) + n_times
    return axes


def embedding_of(text: str, task_type: str, dimensions: int) -> list[float]:
    """Return the embedding that the stand-in gives a text; the last axes are those of the task types."""
    embedding: list[float] = json.loads(row_of(Request(text, "", task_type, dimensions)))
    return embedding


def row_of(request: Request) -> str:
    """Return an embedding as JSON, which writes only what is not zero: benchmarks wait for it."""
    cells = ["0.0"] * request.dimensions
    for axis, n_words in axes_of(request.text, request.dimensions - len(TASK_TYPES)).items():
        cells[axis] = f"{n_words}.0"
    honored = UNSPECIFIED if request.model == "gemini-embedding-2" else request.task_type
    cells[TASK_TYPES.index(honored) - len(TASK_TYPES)] = "0.5"
    return f"[{','.join(cells)}]"


def read_request(body: dict[str, Any], model: str) -> Request:
    text = " ".join(part["text"] for part in body["content"]["parts"])
    dimensions = body.get("outputDimensionality", DIMENSIONS[-1])
    return Request(text, model, body.get("taskType", UNSPECIFIED), dimensions)


def describe(model: str) -> dict[str, Any]:
    return {
        "name": f"models/{model}",
        "displayName": model.replace("-", " ").title(),
        "inputTokenLimit": {**MODELS, **OTHER_MODELS}[model],
        "supportedGenerationMethods": ["embedContent", "countTokens"] if model in MODELS else ["generateContent"],
    }


def list_models(query: str) -> dict[str, Any]:
    """Return the page of models that the query asks for; a page's token is the place where it begins."""
    options = dict(parse_qsl(query))
    start, size = int(options.get("pageToken", 0)), int(options.get("pageSize", 50))
    models = [describe(model) for model in (*OTHER_MODELS, *MODELS)]
    more = {"nextPageToken": str(start + size)} if start + size < len(models) else {}
    return {"models": models[start : start + size], **more}
