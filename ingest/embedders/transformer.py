"""The sentence-transformers embedder: any model of that library, with the prompts that the model asks for."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedders.batching import batch_by_length, pages
from ingest.embedders.normalizing import encodable, unit_vectors
from ingest.embedders.transformer_loading import Loaded, identify, load

DEFAULT_MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# Fewer are a tenth faster on two cores; a graphics card wants more.
BATCH_SIZE = 32

QUESTIONS = (
    TaskType.RETRIEVAL_QUERY,
    TaskType.QUESTION_ANSWERING,
    TaskType.FACT_VERIFICATION,
    TaskType.CODE_RETRIEVAL_QUERY,
)
# What models call the prompt for a task, beside the task's own name; case and punctuation vary, and the first wins.
QUERY_NAMES = ("query", "search query", "s2p query", "web search query")
PROMPT_NAMES = {
    TaskType.RETRIEVAL_DOCUMENT: ("document", "passage", "corpus", "retrieval passage", "search document"),
    TaskType.RETRIEVAL_QUERY: QUERY_NAMES,
    TaskType.CLUSTERING: ("separation",),
    TaskType.CLASSIFICATION: (),
    TaskType.SEMANTIC_SIMILARITY: ("sts", "text matching", "s2s query"),
    TaskType.QUESTION_ANSWERING: ("qa query", "retrieval query", *QUERY_NAMES),
    TaskType.FACT_VERIFICATION: ("fact checking", "retrieval query", *QUERY_NAMES),
    TaskType.CODE_RETRIEVAL_QUERY: ("code query", "nl2code query", "retrieval query", *QUERY_NAMES),
}


class TransformerEmbedder:
    """Embeddings from one model, which is loaded when it is first needed; fewer dimensions are the first of its own."""

    name = "sentence-transformers"
    n_at_once = 1  # one batch keeps all cores, or the graphics card, busy
    preparation = ""
    seconds_to_answer = 30.0
    usd_per_million_tokens = 0.0

    def __init__(self, model: str = DEFAULT_MODEL, dimensions: int | None = None) -> None:
        self._asked_for = model
        self._dimensions = dimensions
        self._found: Loaded | None = None
        # A tokenizer keeps whether it shortens texts as its state: one thread's count would change another's embedding.
        self._alone = threading.RLock()

    @cached_property
    def model(self) -> str:
        """The name that loads the same model again: a folder's has its path and a digest of what is in it."""
        return identify(self._asked_for)

    @property
    def dimensions(self) -> int:
        return self._dimensions or self._loaded.n_dimensions

    @property
    def has_task_types(self) -> bool:
        """Whether the model has different prompts, or different layers, for questions and documents."""
        return len(set(self._prompts.values())) > 1 or self._loaded.has_routes

    def require_ready(self) -> None:
        """Load the model, and download it first where this machine does not have it."""
        _ = self._loaded

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        """Return the text with the model's prompt in front, and encodable; the prompts have no place for a subject."""
        return self._prompts[task_type] + encodable(text)

    def batches(self, texts: Sequence[str]) -> list[list[str]]:
        return list(batch_by_length(texts, BATCH_SIZE))

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        prompt = self._prompts[task_type]
        # Told apart from the text, since some models leave the prompt's tokens out of their average.
        bare = [text.removeprefix(prompt) for text in texts]
        transformer = self._loaded.transformer
        encode = transformer.encode_query if task_type in QUESTIONS else transformer.encode_document
        with self._alone:
            rows = encode(bare, prompt=prompt, batch_size=BATCH_SIZE, show_progress_bar=False)
        return unit_vectors(np.asarray(rows, np.float32))

    def stop(self) -> None:
        """Do nothing: where embeddings are computed, no batch waits to be sent."""

    def n_shortened(self, texts: Sequence[str]) -> int:
        if not texts:
            return 0
        n_read = self._loaded.transformer.max_seq_length or math.inf
        # No text has more tokens than bytes, and those of few bytes need no count.
        long = [text for text in map(encodable, texts) if len(text.encode()) >= n_read]
        return sum(n_tokens > n_read for page in pages(long) for n_tokens in self._n_tokens(page))

    def _n_tokens(self, texts: list[str]) -> list[int]:
        with self._alone:
            return [len(ids) for ids in self._loaded.transformer.tokenizer(texts, truncation=False)["input_ids"]]

    @property
    def _loaded(self) -> Loaded:
        with self._alone:
            if self._found is None:
                self._found = load(self.model, self._dimensions)
            return self._found

    @cached_property
    def _prompts(self) -> dict[TaskType, str]:
        transformer = self._loaded.transformer
        default = transformer.prompts.get(transformer.default_prompt_name or "") or ""
        return {task_type: choose_prompt(transformer.prompts, default, task_type) for task_type in TaskType}


def choose_prompt(prompts: Mapping[str, str | None], default: str, task_type: TaskType) -> str:
    """Return the prompt that a model names after the task; the default is, as in the library, not for retrieval."""
    by_name = {_plain(name): prompt for name, prompt in prompts.items() if prompt}
    is_retrieval = task_type in QUESTIONS or task_type == TaskType.RETRIEVAL_DOCUMENT
    names = (_plain(task_type), *PROMPT_NAMES[task_type])
    return next((by_name[name] for name in names if name in by_name), "" if is_retrieval else default)


def _plain(name: str) -> str:
    """Return a prompt's name as ``PROMPT_NAMES`` has it: "Retrieval-query" is "retrieval query"."""
    return re.sub(r"[\W_]+", " ", name).lower()
