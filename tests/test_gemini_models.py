"""Gemini's models: which there are, what they read and cost, and how the second is told its task."""

from __future__ import annotations

from typing import Any

import pytest

from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.gemini_models import MODELS, PREFIXES, REPLACEMENTS, as_sent
from ingest.errors import UserError
from tests.gemini_embeddings import OTHER_MODELS
from tests.gemini_server import API_KEY, Answer, GeminiServer
from tests.sending import SHUTTLE, Clock, line_of

FIRST, SECOND = "gemini-embedding-001", "gemini-embedding-2"
DOCUMENT = TaskType.RETRIEVAL_DOCUMENT


class TestTask:
    @pytest.mark.parametrize("task_type", TaskType)
    def test_the_first_model_is_sent_it_beside_the_bare_text(self, server: GeminiServer, task_type: TaskType) -> None:
        embedder = GeminiEmbedder(FIRST)

        embedder.embed([embedder.as_sent(SHUTTLE, task_type, "Launches")], task_type)

        assert (server.task_types, server.texts) == ([task_type.value], [SHUTTLE])

    @pytest.mark.parametrize("task_type", TaskType)
    def test_the_second_is_told_it_in_the_text_alone(self, server: GeminiServer, task_type: TaskType) -> None:
        embedder = GeminiEmbedder(SECOND)

        embedder.embed([embedder.as_sent(SHUTTLE, task_type)], task_type)

        assert server.task_types == ["TASK_TYPE_UNSPECIFIED"]
        assert server.texts == [PREFIXES[task_type].replace("{title}", "none") + SHUTTLE]

    @pytest.mark.parametrize(
        ("task_type", "sent"),
        [
            (TaskType.RETRIEVAL_DOCUMENT, "title: none | text: x"),
            (TaskType.RETRIEVAL_QUERY, "task: search result | query: x"),
            (TaskType.CLUSTERING, "task: clustering | query: x"),
            (TaskType.CLASSIFICATION, "task: classification | query: x"),
            (TaskType.SEMANTIC_SIMILARITY, "task: sentence similarity | query: x"),
            (TaskType.QUESTION_ANSWERING, "task: question answering | query: x"),
            (TaskType.FACT_VERIFICATION, "task: fact checking | query: x"),
            (TaskType.CODE_RETRIEVAL_QUERY, "task: code retrieval | query: x"),
        ],
    )
    def test_it_is_worded_as_the_documentation_does(self, task_type: TaskType, sent: str) -> None:
        assert as_sent("x", SECOND, task_type) == sent


class TestSubject:
    def test_it_is_a_documents_title(self) -> None:
        assert as_sent("x", SECOND, DOCUMENT, "Launches") == "title: Launches | text: x"

    @pytest.mark.parametrize("subject", ["", " \n", "|"])
    def test_where_there_is_none_the_title_is_none(self, subject: str) -> None:
        assert as_sent("x", SECOND, DOCUMENT, subject) == "title: none | text: x"

    @pytest.mark.parametrize("subject", ["why\n slip?", "why | slip?", "why\t|\r\nslip?"])
    def test_it_cannot_end_the_title_or_the_line(self, subject: str) -> None:
        assert as_sent("x", SECOND, DOCUMENT, subject) == "title: why slip? | text: x"

    def test_braces_in_it_mean_nothing(self) -> None:
        assert as_sent("{title}", SECOND, DOCUMENT, "{text}") == "title: {text} | text: {title}"

    @pytest.mark.parametrize("task_type", [each for each in TaskType if each != DOCUMENT])
    def test_no_other_task_has_use_for_it(self, task_type: TaskType) -> None:
        assert as_sent("x", SECOND, task_type, "Launches") == as_sent("x", SECOND, task_type)


@pytest.mark.parametrize("model", MODELS)
def test_lone_surrogates_are_sent_as_question_marks(model: str) -> None:
    assert as_sent("a\ud800b \N{ROCKET}", model, TaskType.CLUSTERING, "").endswith("a?b \N{ROCKET}")
    assert as_sent("x", model, DOCUMENT, "\udfff").isascii()


class TestNames:
    def test_a_model_may_be_named_as_the_api_lists_it(self) -> None:
        assert GeminiEmbedder(f"models/{SECOND}").model == SECOND

    def test_an_unknown_one_is_told_at_once_with_the_known_ones(self, server: GeminiServer, clock: Clock) -> None:
        line = line_of(GeminiEmbedder("gemini-embedding-9"))

        assert "does not know the model gemini-embedding-9" in line
        assert f"try --model {FIRST} or {SECOND}" in line
        assert clock.naps == []

    @pytest.mark.parametrize(("model", "replacement"), REPLACEMENTS.items())
    def test_one_that_was_shut_down_is_told_with_its_replacement(self, model: str, replacement: str) -> None:
        with pytest.raises(UserError, match=f"{model} down: ingest with --model {replacement},"):
            GeminiEmbedder(model)

    @pytest.mark.parametrize("dimensions", [127, 3073])
    def test_dimensions_that_none_makes_are_refused(self, dimensions: int) -> None:
        with pytest.raises(UserError, match=f"{dimensions} dimensions: choose 128 to 3072"):
            GeminiEmbedder(dimensions=dimensions)

    @pytest.mark.parametrize("dimensions", [128, 3072])
    def test_the_least_and_the_most_dimensions_are_taken(self, dimensions: int) -> None:
        assert GeminiEmbedder(dimensions=dimensions).dimensions == dimensions


class TestReach:
    @pytest.mark.parametrize(("model", "n_bytes"), [(FIRST, 8_192), (SECOND, 32_768), ("gemini-embedding-9", 8_192)])
    def test_a_text_is_shortened_from_one_byte_above_what_the_model_reads(self, model: str, n_bytes: int) -> None:
        assert GeminiEmbedder(model).n_shortened(["a" * n_bytes, "a" * (n_bytes + 1), "short"]) == 1

    @pytest.mark.parametrize(("model", "usd"), [(FIRST, 0.15), (SECOND, 0.20), ("gemini-embedding-9", None)])
    def test_the_price_is_known_of_those_in_the_table(self, model: str, usd: float | None) -> None:
        assert GeminiEmbedder(model).usd_per_million_tokens == usd


class OneAPage(GeminiServer):
    """Lists one model on each page."""

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        return super().answer(f"{path}{'&' if '?' in path else '?'}pageSize=1", api_key, body)


class TestListing:
    def test_those_that_embed_are_listed_with_what_they_read(self, server: GeminiServer) -> None:
        assert GeminiEmbedder().list_models() == [(FIRST, 2_048), (SECOND, 8_192)]

    def test_they_are_gathered_from_all_pages(self) -> None:
        with OneAPage() as server:
            models = GeminiEmbedder(api_key=API_KEY, base_url=server.url).list_models()

        assert models == [(FIRST, 2_048), (SECOND, 8_192)]
        assert server.n_requests == len(MODELS) + len(OTHER_MODELS)

    def test_a_wrong_key_is_told(self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer) -> None:
        monkeypatch.setenv("GOOGLE_API_KEY", "wrong-key")

        with pytest.raises(UserError, match="refuses the key in GOOGLE_API_KEY"):
            GeminiEmbedder().list_models()
