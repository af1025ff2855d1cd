"""The sentence-transformers embedder: its vectors, the models' own prompts, and where a model comes from."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embedders import TaskType
from ingest.embedders.minilm import WEIGHTS_PACKAGE, MiniLMEmbedder
from ingest.embedders.transformer import TransformerEmbedder, choose_prompt
from ingest.embedders.transformer_loading import identify
from ingest.errors import UserError
from tests.commands import run_python

needs_extra = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None,
    reason="the extra sentence-transformers is not installed",
)

CLUSTERING, DOCUMENT, QUERY = TaskType.CLUSTERING, TaskType.RETRIEVAL_DOCUMENT, TaskType.RETRIEVAL_QUERY
TEXTS = ["This is an example sentence", "Shuttle launches slip when it rains.", "The goalie lost the puck. " * 9]
PROMPTS = {"query": "question: ", "passage": "post: ", "Clustering": "subject of: "}

# The prompts of well-known models, as their configurations name them.
E5 = {"query": "query: ", "passage": "passage: "}
GEMMA = {
    "query": "task: search result | query: ",
    "document": "title: none | text: ",
    "Clustering": "task: clustering | query: ",
    "Classification": "task: classification | query: ",
    "STS": "task: sentence similarity | query: ",
}
STELLA = {"s2p_query": "Instruct: retrieve\nQuery: ", "s2s_query": "Instruct: same meaning\nQuery: "}
MTEB = {"Retrieval-query": "search: ", "Retrieval-document": "found: ", "Clustering": "cluster: "}
JINA = {"retrieval.query": "Ask: ", "retrieval.passage": "Tell: ", "separation": "Part: ", "text-matching": "Match: "}


EMBED_AND_COUNT = """
import sys
from ingest.embedders.transformer import TransformerEmbedder
from tests.test_transformer import CLUSTERING, TEXTS, words

embedder = TransformerEmbedder(sys.argv[1])
embedder.embed(TEXTS, CLUSTERING)
embedder.n_shortened([words(900)])
"""


@pytest.fixture(scope="module")
def minilm_folder() -> Path:
    """The folder of all-MiniLM-L6-v2 in the installed package."""
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    assert spec and spec.submodule_search_locations, f"{WEIGHTS_PACKAGE} is not installed: make install does that"
    return Path(spec.submodule_search_locations[0], "model")


@pytest.fixture(scope="module")
def minilm(minilm_folder: Path) -> TransformerEmbedder:
    return TransformerEmbedder(str(minilm_folder))


@pytest.fixture
def model_copy(minilm_folder: Path, tmp_path: Path) -> Path:
    """A copy of all-MiniLM-L6-v2 whose files may be replaced."""
    return Path(shutil.copytree(minilm_folder, tmp_path / "copy", copy_function=os.symlink))


@pytest.fixture
def prompted_folder(model_copy: Path) -> Path:
    """A copy of all-MiniLM-L6-v2 that wants prompts."""
    rewrite(model_copy / "config_sentence_transformers.json", {"prompts": PROMPTS})
    return model_copy


@pytest.fixture
def static_folder(tmp_path: Path) -> Path:
    """A model of two dimensions that knows two words: "goal" points along the first, "orbit" along the second."""
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(modules=[word_vectors({"goal": [1, 0], "orbit": [0, 1]})]).save(str(tmp_path / "static"))
    return tmp_path / "static"


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection at once."""

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket, "create_connection", refuse)


@pytest.fixture
def hub_cache(tmp_path: Path, no_network: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder where downloaded models are looked for, on a machine without a network."""
    monkeypatch.setenv("SENTENCE_TRANSFORMERS_HOME", str(tmp_path / "hub"))
    return tmp_path / "hub"


def rewrite(path: Path, settings: Mapping[str, Any]) -> None:
    """Replace a file that may be a link into the package."""
    path.unlink()
    path.write_text(json.dumps(settings))


def word_vectors(vectors: Mapping[str, list[int]]) -> Any:
    """Make a model's layer that averages the vectors of known words; those of others are zero."""
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel({"?": 0, **{word: n for n, word in enumerate(vectors, 1)}}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return StaticEmbedding(tokenizer, embedding_weights=np.array([[0, 0], *vectors.values()], np.float32))


def words(n_words: int) -> str:
    """Make a text of words that are one token each; the model adds a token before and one after."""
    return " ".join(["orbit"] * n_words)


def told(embedder: TransformerEmbedder) -> str:
    """Return the one line that tells why the embedder is not ready."""
    with pytest.raises(UserError) as caught:
        embedder.require_ready()
    assert "\n" not in str(caught.value)
    return str(caught.value)


@needs_extra
def test_vectors_agree_with_those_of_the_offline_embedder(minilm: TransformerEmbedder) -> None:
    expected = MiniLMEmbedder().embed(TEXTS, CLUSTERING)
    np.testing.assert_allclose(minilm.embed(TEXTS, CLUSTERING), expected, atol=1e-3)


@needs_extra
@pytest.mark.parametrize("n_texts", [0, 1, 3])
def test_vectors_have_the_shape_and_type_that_the_protocol_promises(minilm: TransformerEmbedder, n_texts: int) -> None:
    vectors = minilm.embed(TEXTS[:n_texts], CLUSTERING)
    assert (vectors.shape, vectors.dtype) == ((n_texts, 384), np.float32)


@needs_extra
def test_vectors_have_unit_length_whatever_the_models_own(static_folder: Path) -> None:
    (vector,) = TransformerEmbedder(str(static_folder)).embed(["goal goal orbit"], CLUSTERING)
    np.testing.assert_allclose(vector, np.array([2, 1]) / np.sqrt(5), atol=1e-6)


@needs_extra
def test_fewer_dimensions_are_the_first_scaled_to_unit_length(minilm: TransformerEmbedder, minilm_folder: Path) -> None:
    first = minilm.embed(TEXTS, CLUSTERING)[:, :64]
    shortened = TransformerEmbedder(str(minilm_folder), 64).embed(TEXTS, CLUSTERING)
    np.testing.assert_allclose(shortened, first / np.linalg.norm(first, axis=1, keepdims=True), atol=1e-5)


@needs_extra
@pytest.mark.parametrize("dimensions", [3, 0])
def test_dimensions_that_the_model_does_not_have_are_refused(static_folder: Path, dimensions: int) -> None:
    assert f"not {dimensions}: leave --dimensions out" in told(TransformerEmbedder(str(static_folder), dimensions))


@needs_extra
def test_the_dimensions_are_the_models_own_where_none_are_given(static_folder: Path) -> None:
    assert TransformerEmbedder(str(static_folder)).dimensions == 2


@needs_extra
def test_a_text_without_a_vector_has_none_beside_others(static_folder: Path) -> None:
    vectors = TransformerEmbedder(str(static_folder)).embed(["goal", "no known word"], CLUSTERING)
    assert np.isnan(vectors).all(axis=1).tolist() == [False, True]


@needs_extra
def test_a_model_without_prompts_takes_texts_as_they_are_for_every_task_type(minilm: TransformerEmbedder) -> None:
    assert {minilm.as_sent("orbit", task_type) for task_type in TaskType} == {"orbit"}
    assert not minilm.has_task_types


@needs_extra
def test_a_text_is_sent_with_the_models_prompt_for_the_task(prompted_folder: Path) -> None:
    embedder = TransformerEmbedder(str(prompted_folder))
    sent = [embedder.as_sent("orbit", task_type) for task_type in (DOCUMENT, QUERY, CLUSTERING)]
    assert sent == ["post: orbit", "question: orbit", "subject of: orbit"]
    assert embedder.has_task_types


@needs_extra
@pytest.mark.parametrize("task_type", [DOCUMENT, QUERY, CLUSTERING])
def test_the_prompt_is_embedded_once_with_the_text(
    minilm: TransformerEmbedder, prompted_folder: Path, task_type: TaskType
) -> None:
    embedder = TransformerEmbedder(str(prompted_folder))
    sent = [embedder.as_sent(text, task_type) for text in TEXTS]
    np.testing.assert_allclose(embedder.embed(sent, task_type), minilm.embed(sent, task_type), atol=1e-5)


@needs_extra
def test_a_prompt_that_the_model_leaves_out_of_its_average_is_left_out(
    minilm: TransformerEmbedder, prompted_folder: Path
) -> None:
    pooling = prompted_folder / "1_Pooling" / "config.json"
    rewrite(pooling, {**json.loads(pooling.read_text()), "include_prompt": False})
    embedder = TransformerEmbedder(str(prompted_folder))
    sent = [embedder.as_sent(text, CLUSTERING) for text in TEXTS]

    from sentence_transformers import SentenceTransformer

    expected = SentenceTransformer(str(prompted_folder)).encode(TEXTS, prompt_name="Clustering")
    np.testing.assert_allclose(embedder.embed(sent, CLUSTERING), expected, atol=1e-5)
    assert np.abs(expected - minilm.embed(sent, CLUSTERING)).max() > 0.01


@needs_extra
def test_a_model_with_layers_of_their_own_for_questions_has_task_types(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Router

    questions, documents = word_vectors({"goal": [1, 0]}), word_vectors({"goal": [0, 1]})
    router = Router.for_query_document([questions], [documents])
    SentenceTransformer(modules=[router]).save(str(tmp_path / "routed"))
    embedder = TransformerEmbedder(str(tmp_path / "routed"))
    asked, told, grouped = (embedder.embed(["goal"], task_type)[0] for task_type in (QUERY, DOCUMENT, CLUSTERING))
    assert (asked.tolist(), told.tolist(), grouped.tolist()) == ([1, 0], [0, 1], [0, 1])
    assert embedder.has_task_types


@pytest.mark.parametrize(
    ("prompts", "task_type", "expected"),
    [
        (E5, TaskType.RETRIEVAL_QUERY, "query: "),
        (E5, TaskType.RETRIEVAL_DOCUMENT, "passage: "),
        (E5, TaskType.FACT_VERIFICATION, "query: "),
        (E5, TaskType.CLUSTERING, ""),
        (GEMMA, TaskType.RETRIEVAL_DOCUMENT, "title: none | text: "),
        (GEMMA, TaskType.CLASSIFICATION, "task: classification | query: "),
        (GEMMA, TaskType.SEMANTIC_SIMILARITY, "task: sentence similarity | query: "),
        (GEMMA, TaskType.QUESTION_ANSWERING, "task: search result | query: "),
        (STELLA, TaskType.RETRIEVAL_QUERY, "Instruct: retrieve\nQuery: "),
        (STELLA, TaskType.RETRIEVAL_DOCUMENT, ""),
        (STELLA, TaskType.SEMANTIC_SIMILARITY, "Instruct: same meaning\nQuery: "),
        (MTEB, TaskType.RETRIEVAL_QUERY, "search: "),
        (MTEB, TaskType.RETRIEVAL_DOCUMENT, "found: "),
        (MTEB, TaskType.CODE_RETRIEVAL_QUERY, "search: "),
        (JINA, TaskType.RETRIEVAL_DOCUMENT, "Tell: "),
        (JINA, TaskType.CLUSTERING, "Part: "),
    ],
)
def test_each_task_type_has_the_prompt_that_models_name_after_it(
    prompts: dict[str, str | None], task_type: TaskType, expected: str
) -> None:
    # The library adds these two to every model that does not have them.
    assert choose_prompt({"query": "", "document": "", **prompts}, "", task_type) == expected


def test_the_default_prompt_is_for_every_task_type_without_a_prompt_but_retrieval() -> None:
    chosen = [choose_prompt({"Clustering": "C: "}, "D: ", task_type) for task_type in (CLUSTERING, QUERY, DOCUMENT)]
    assert chosen == ["C: ", "", ""]
    assert choose_prompt({"Clustering": "C: "}, "D: ", TaskType.CLASSIFICATION) == "D: "


@needs_extra
def test_texts_longer_than_what_the_model_reads_are_counted_as_shortened(minilm: TransformerEmbedder) -> None:
    assert minilm.n_shortened([words(254), words(255), "short", words(900)]) == 2


@needs_extra
def test_a_model_that_reads_everything_shortens_nothing(static_folder: Path) -> None:
    assert TransformerEmbedder(str(static_folder)).n_shortened([words(900)]) == 0


@needs_extra
def test_lone_surrogates_are_sent_as_question_marks(minilm: TransformerEmbedder) -> None:
    assert minilm.as_sent("a\ud800 rocket", CLUSTERING) == "a? rocket"
    assert minilm.n_shortened(["a\ud800 rocket " * 200]) == 1


def test_every_text_is_in_one_batch_beside_texts_of_like_length() -> None:
    texts = ["a" * length for length in range(1, 81)]
    batches = TransformerEmbedder().batches(texts)
    assert sorted((text for batch in batches for text in batch), key=len) == texts
    assert all(len(batch) == len(batch[-1]) - len(batch[0]) + 1 <= 32 for batch in map(sorted, batches))


@needs_extra
def test_a_count_in_one_thread_does_not_meddle_with_embedding_in_another(minilm: TransformerEmbedder) -> None:
    def count_after_embedding(turn: int) -> int:
        minilm.embed(["orbit"], CLUSTERING)
        return minilm.n_shortened([words(300)])

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(count_after_embedding, range(200))) == {1}


@needs_extra
def test_neither_loading_nor_embedding_nor_counting_says_anything(minilm_folder: Path) -> None:
    assert run_python("-c", EMBED_AND_COUNT, minilm_folder) == (0, "", "")


@pytest.mark.parametrize("model", ["all-MiniLM-L6-v2", "sentence-transformers/all-MiniLM-L6-v2"])
def test_a_model_without_an_organization_is_one_of_the_librarys_own(model: str) -> None:
    assert TransformerEmbedder(model).model == "sentence-transformers/all-MiniLM-L6-v2"


def test_a_folder_is_named_by_its_full_path_and_what_is_in_it(
    model_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model_copy.parent)
    name = identify("copy")
    path, _, digest = name.rpartition("@")
    assert (path, len(digest)) == (str(model_copy), 12)
    assert identify(name) == name


@pytest.mark.parametrize("changed", ["model.safetensors", "1_Pooling/config.json", "tokenizer.json"])
def test_a_folder_with_other_weights_pooling_or_tokenizer_has_another_name(model_copy: Path, changed: str) -> None:
    before = identify(str(model_copy))
    rewrite(model_copy / changed, {})
    assert identify(str(model_copy)) != before


def test_a_note_beside_the_model_changes_nothing(model_copy: Path) -> None:
    before = identify(str(model_copy))
    (model_copy / "NOTES.md").write_text("Trained on a Tuesday.")
    assert identify(str(model_copy)) == before


@needs_extra
def test_the_name_in_a_manifest_loads_the_same_model(static_folder: Path) -> None:
    named = TransformerEmbedder(TransformerEmbedder(str(static_folder)).model, 2)
    assert named.embed(["orbit"], QUERY).tolist() == [[0, 1]]


@needs_extra
def test_a_model_that_has_changed_since_is_not_taken_for_the_one_in_the_manifest(static_folder: Path) -> None:
    in_manifest = identify(str(static_folder))
    (static_folder / "modules.json").write_text("[]")
    assert "has changed since it made the embeddings" in told(TransformerEmbedder(in_manifest))


@needs_extra
@pytest.mark.parametrize("model", ["./nowhere", "/no/where@1f0c95b2a6d4", "a/b/c"])
def test_a_folder_that_is_not_there_is_told(model: str) -> None:
    path = model.split("@")[0].removeprefix("./")
    assert f"There is no model folder {path}: put it there, or name another" in told(TransformerEmbedder(model))


@needs_extra
def test_a_folder_without_a_model_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("{")
    assert "cannot be loaded (Expecting property name" in told(TransformerEmbedder(str(tmp_path)))


@needs_extra
def test_a_model_that_cannot_be_downloaded_is_told_at_once(hub_cache: Path) -> None:
    line = told(TransformerEmbedder("nobody/nothing"))
    assert line.startswith("The model nobody/nothing cannot be loaded (Network is unreachable): check its name")
    assert "connect once so that it can be downloaded" in line


@needs_extra
def test_a_model_that_was_downloaded_before_needs_no_network(hub_cache: Path, static_folder: Path) -> None:
    downloaded = hub_cache / "models--somebody--words"
    (downloaded / "refs").mkdir(parents=True)
    (downloaded / "refs" / "main").write_text("0" * 40)
    shutil.copytree(static_folder, downloaded / "snapshots" / ("0" * 40))
    assert TransformerEmbedder("somebody/words").embed(["goal"], QUERY).tolist() == [[1, 0]]


def test_without_the_extra_the_way_to_install_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    assert "pip install 'semantic-explorer[sentence-transformers]'" in told(TransformerEmbedder())
