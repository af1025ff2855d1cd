"""The Gemini embedder: one API call a batch, checked, and every fault told as what the user can mend."""

from __future__ import annotations

import os
import textwrap
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.errors import UserError

if TYPE_CHECKING:
    from google.genai import Client
    from google.genai.errors import APIError
    from google.genai.types import HttpOptions

DEFAULT_MODEL = "gemini-embedding-001"
DEFAULT_DIMENSIONS = 768
DIMENSIONS = range(128, 3072 + 1)
MAX_TOKENS = {DEFAULT_MODEL: 2_048, "gemini-embedding-2": 8_192}
# About four for English: https://ai.google.dev/gemini-api/docs/tokens
CHARACTERS_PER_TOKEN = 4
REPLACEMENTS = {
    "embedding-001": "gemini-embedding-001",
    "text-embedding-004": "gemini-embedding-001",
    "gemini-embedding-exp-03-07": "gemini-embedding-001",
    "gemini-embedding-2-preview": "gemini-embedding-2",
}

# How gemini-embedding-2 is told the task: https://ai.google.dev/gemini-api/docs/embeddings
PREFIXES = {
    TaskType.RETRIEVAL_DOCUMENT: "title: none | text: ",
    TaskType.RETRIEVAL_QUERY: "task: search result | query: ",
    TaskType.CLUSTERING: "task: clustering | query: ",
    TaskType.CLASSIFICATION: "task: classification | query: ",
    TaskType.SEMANTIC_SIMILARITY: "task: sentence similarity | query: ",
    TaskType.QUESTION_ANSWERING: "task: question answering | query: ",
    TaskType.FACT_VERIFICATION: "task: fact checking | query: ",
    TaskType.CODE_RETRIEVAL_QUERY: "task: code retrieval | query: ",
}

# The first wins, as in the SDK.
KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
TIMEOUT_MILLISECONDS = 30_000
# The waits between them, 1 + 2 + 4 + ... + 32 seconds, outlast the minute that limits are counted in.
ATTEMPTS = 7


@dataclass(frozen=True, slots=True)
class _Key:
    source: str
    value: str = field(repr=False)

    def __post_init__(self) -> None:
        if not (self.value.isascii() and self.value.isprintable()):
            raise UserError(f"The key in {self.source} has characters that no key has: copy it again, without quotes.")

    def hidden_in(self, text: str) -> str:
        return text.replace(self.value, "[key]")


class GeminiEmbedder:
    """Embeddings from the Gemini API; ``dimensions`` other than 3,072 are the first of them, scaled to unit length."""

    name = "gemini"
    batch_size = 100
    has_task_types = True

    def __init__(
        self,
        model: str = DEFAULT_MODEL,
        dimensions: int = DEFAULT_DIMENSIONS,
        api_key: str | None = None,
        base_url: str | None = None,
    ) -> None:
        self.model = _require_running(model.removeprefix("models/"))
        self.dimensions = _require_dimensions(dimensions)
        self._key = _find_key({**os.environ, "api_key": api_key or ""})
        self._base_url = base_url
        self._client: Client | None = None
        self._connecting = threading.Lock()

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        if len(texts) > self.batch_size:
            raise ValueError(f"{len(texts)} texts in one batch: the Gemini API takes at most {self.batch_size}")
        rows = self._request([prepare(text, self.model, task_type) for text in texts], task_type)
        _require_shape(rows, len(texts), self.dimensions)
        return _unit_vectors(rows)

    def n_shortened(self, texts: Sequence[str]) -> int:
        """Count the texts that the model reads the beginning of, by an estimate of four characters a token."""
        # A model that is not in the table is taken to read the least.
        max_tokens = MAX_TOKENS.get(self.model, min(MAX_TOKENS.values()))
        return sum(len(text) > max_tokens * CHARACTERS_PER_TOKEN for text in texts)

    def _request(self, texts: Sequence[str], task_type: TaskType) -> list[list[float]]:
        from google.genai import types

        # A list of strings would come back from gemini-embedding-2 as one vector of them all.
        contents: list[types.ContentUnion] = [types.Content(parts=[types.Part(text=text)]) for text in texts]
        config = types.EmbedContentConfig(
            task_type=None if _reads_task_in_text(self.model) else task_type,
            output_dimensionality=self.dimensions,
        )
        client = self._connected()
        with self._faults_explained():
            answer = client.models.embed_content(model=self.model, contents=contents, config=config)
        return [embedding.values or [] for embedding in answer.embeddings or []]

    def _connected(self) -> Client:
        """Return the one client: a second, made by another thread and let go of, would close itself in use."""
        from google.genai import Client

        with self._connecting:
            if self._client is None:
                try:
                    # Said outright, since GOOGLE_GENAI_USE_ENTERPRISE would send the key elsewhere.
                    self._client = Client(enterprise=False, api_key=self._key.value, http_options=self._http_options())
                except (OSError, ValueError) as error:
                    raise UserError(
                        f"The Gemini client cannot start ({_one_line(error)}): "
                        "check the environment's variables for proxies and certificates."
                    ) from error
            return self._client

    def _http_options(self) -> HttpOptions:
        from google.genai import types

        retries = types.HttpRetryOptions(attempts=ATTEMPTS)
        return types.HttpOptions(base_url=self._base_url, timeout=TIMEOUT_MILLISECONDS, retry_options=retries)

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        import httpx2
        from google.genai.errors import APIError

        try:
            yield
        except APIError as error:
            # What answers may be a proxy that repeats the request's headers.
            raise UserError(self._key.hidden_in(_refusal(error, self.model, self._key.source))) from error
        except httpx2.TimeoutException as error:
            raise UserError(
                f"The Gemini API did not answer within {TIMEOUT_MILLISECONDS / 1000:g} seconds, {ATTEMPTS} times: "
                "check the network and try again."
            ) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise UserError(
                f"The Gemini API cannot be reached ({_one_line(error) or type(error).__name__}): "
                "check the network, and GOOGLE_GEMINI_BASE_URL where you set it."
            ) from error
        except ValueError as error:
            # What JSON and pydantic raise, the SDK's parsers of an answer.
            why = self._key.hidden_in(_one_line(error))
            raise _unreadable(f"something other than embeddings ({why})") from error


def prepare(text: str, model: str, task_type: TaskType) -> str:
    """Return a text as it is sent: encodable, and beginning with the task where the model reads it there."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return PREFIXES[task_type] + encodable if _reads_task_in_text(model) else encodable


def _reads_task_in_text(model: str) -> bool:
    return model.startswith("gemini-embedding-2")


def _require_running(model: str) -> str:
    if model in REPLACEMENTS:
        raise UserError(
            f"Google has shut {model} down: ingest with --model {REPLACEMENTS[model]}, "
            "since embeddings of two models do not mix."
        )
    return model


def _require_dimensions(dimensions: int) -> int:
    if dimensions not in DIMENSIONS:
        raise UserError(
            f"Gemini does not make embeddings of {dimensions} dimensions: "
            f"choose {DIMENSIONS[0]} to {DIMENSIONS[-1]}, best 768, 1536 or 3072."
        )
    return dimensions


def _find_key(sources: Mapping[str, str]) -> _Key:
    for source in ("api_key", *KEY_VARIABLES):
        if value := sources.get(source, "").strip():
            return _Key(source, value)
    raise UserError(
        f"Gemini needs a key, and neither {' nor '.join(KEY_VARIABLES)} is set: "
        "set one (https://aistudio.google.com/apikey), or ingest offline with --embedder minilm."
    )


def _refusal(error: APIError, model: str, key_source: str) -> str:
    """Tell what the API refused, why in its own words, and what to do."""
    why = _one_line(error.message or error.status or "no reason given")
    if error.code in (401, 403) or "API_KEY_INVALID" in str(error.details):
        return f"The Gemini API refuses the key in {key_source} ({why}): mend that, or set another key."
    if error.code == 404:
        return f"The Gemini API does not know the model {model} ({why}): try --model {' or '.join(MAX_TOKENS)}."
    if error.code == 429:
        return f"A limit of the Gemini API is reached ({why}): wait some minutes, or a day where it is daily."
    if error.code >= 500:
        return f"The Gemini API fails with status {error.code} ({why}): try again in a few minutes."
    return f"The Gemini API refuses the request with status {error.code} ({why}): mend that and try again."


def _one_line(reason: object) -> str:
    return textwrap.shorten(str(reason), 240, placeholder=" ...").rstrip(".")


def _require_shape(rows: Sequence[Sequence[float]], n_texts: int, dimensions: int) -> None:
    if len(rows) != n_texts:
        raise _unreadable(f"{len(rows)} embeddings for {n_texts} texts")
    for row in rows:
        if len(row) != dimensions:
            raise _unreadable(f"an embedding of {len(row)} dimensions instead of {dimensions}")


def _unit_vectors(rows: Sequence[Sequence[float]]) -> NDArray[np.float32]:
    vectors = np.array(rows, np.float64)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(norms) & (norms > 0)).all():
        raise _unreadable("an embedding that is zero or not finite")
    unit: NDArray[np.float32] = (vectors / norms).astype(np.float32)
    return unit


def _unreadable(answer: str) -> UserError:
    return UserError(
        f"The Gemini API answered with {answer}: try again, and check GOOGLE_GEMINI_BASE_URL where you set it."
    )
