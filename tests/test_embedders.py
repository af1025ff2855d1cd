"""The table of embedders: which is made, and which is chosen where none is named."""

from __future__ import annotations

import pytest

from ingest.embedders import choose_embedder, embed_query, make_embedder
from ingest.embedders.pace import Limits, Sending
from ingest.errors import UserError
from tests.word_embedder import WordEmbedder


@pytest.mark.parametrize("variable", ["GOOGLE_API_KEY", "GEMINI_API_KEY"])
def test_with_a_key_gemini_is_chosen_and_the_variable_named(variable: str) -> None:
    assert choose_embedder({variable: "key"}) == ("gemini", f"Embedding with Gemini: {variable} is set.")


@pytest.mark.parametrize("environment", [{}, {"GOOGLE_API_KEY": ""}])
def test_without_a_key_the_offline_embedder_is_chosen_and_both_variables_named(environment: dict[str, str]) -> None:
    name, reason = choose_embedder(environment)
    assert name == "minilm"
    assert "GEMINI_API_KEY" in reason and "GOOGLE_API_KEY" in reason


def test_a_model_and_dimensions_may_be_chosen() -> None:
    embedder = make_embedder("gemini", "gemini-embedding-2", 1536)
    assert (embedder.name, embedder.model, embedder.dimensions) == ("gemini", "gemini-embedding-2", 1536)


def test_an_embedder_keeps_to_the_limits_it_is_made_with() -> None:
    embedder = make_embedder("gemini", sending=Sending(Limits(texts_per_minute=100)))
    assert [len(batch) for batch in embedder.batches(["text"] * 8)] == [4, 4]


def test_a_question_is_embedded_for_retrieval() -> None:
    embedder = WordEmbedder()
    assert embed_query(embedder, "orbit orbit").shape == (7,)
    assert embedder.texts == ["orbit orbit"]


def test_an_unknown_embedder_is_told_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no embedder 'bert': choose from gemini, minilm"):
        make_embedder("bert")


@pytest.mark.parametrize(("model", "dimensions"), [("all-mpnet-base-v2", None), (None, 768)])
def test_the_offline_embedder_has_one_model_and_one_dimensionality(model: str | None, dimensions: int | None) -> None:
    with pytest.raises(UserError, match="leave --model and --dimensions out"):
        make_embedder("minilm", model, dimensions)


def test_the_offline_embedders_own_model_and_dimensions_may_be_named() -> None:
    assert make_embedder("minilm", "all-MiniLM-L6-v2", 384).name == "minilm"
