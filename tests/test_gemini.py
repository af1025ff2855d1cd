"""The Gemini embedder, against a stand-in for the API that speaks its HTTP."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import numpy as np
import pytest
from google import genai
from numpy.typing import NDArray

from ingest.embedders import TaskType, gemini, make_embedder
from ingest.embedders.gemini import ATTEMPTS, KEY_VARIABLES, MAX_TOKENS, PREFIXES, REPLACEMENTS, GeminiEmbedder, prepare
from ingest.errors import UserError
from tests.gemini_server import API_KEY, GeminiServer, embedding_of, refuse

CLUSTERING = TaskType.CLUSTERING
SHUTTLE, ORBIT, HOCKEY = "the shuttle reached orbit", "an orbit for the shuttle", "hockey playoffs tonight"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[GeminiServer]:
    with GeminiServer() as server:
        for variable, value in server.environment.items():
            monkeypatch.setenv(variable, value)
        yield server


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the seconds that are slept, and sleep none of them."""
    seconds: list[float] = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def scaled_to_unit_length(vector: list[float]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = np.array(vector) / np.linalg.norm(vector)
    return unit


def fault(embedder: GeminiEmbedder) -> str:
    """Return the one line that a failing batch ends in."""
    with pytest.raises(UserError) as caught:
        embedder.embed([SHUTTLE], CLUSTERING)
    line = str(caught.value)
    assert "\n" not in line
    return line


def answer_with(*embeddings: list[float]) -> str:
    return json.dumps({"embeddings": [{"values": embedding} for embedding in embeddings]})


def test_embeddings_are_the_servers_scaled_to_unit_length(server: GeminiServer) -> None:
    vectors = GeminiEmbedder().embed([SHUTTLE, HOCKEY], CLUSTERING)
    expected = [scaled_to_unit_length(embedding_of(text, "CLUSTERING", 768)) for text in (SHUTTLE, HOCKEY)]
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


@pytest.mark.parametrize("dimensions", [128, 768, 3072])
def test_embeddings_have_the_shape_and_type_that_the_protocol_promises(server: GeminiServer, dimensions: int) -> None:
    vectors = GeminiEmbedder(dimensions=dimensions).embed([SHUTTLE, ORBIT, HOCKEY], CLUSTERING)
    assert vectors.shape == (3, dimensions)
    assert vectors.dtype == np.float32


def test_texts_that_share_words_are_nearer(server: GeminiServer) -> None:
    shuttle, orbit, hockey = GeminiEmbedder().embed([SHUTTLE, ORBIT, HOCKEY], CLUSTERING)
    assert shuttle @ orbit > shuttle @ hockey + 0.3


@pytest.mark.parametrize("model", MAX_TOKENS)
def test_texts_sent_together_keep_the_embeddings_they_have_alone(server: GeminiServer, model: str) -> None:
    embedder = GeminiEmbedder(model)
    together = embedder.embed([SHUTTLE, HOCKEY], CLUSTERING)
    alone = [embedder.embed([text], CLUSTERING)[0] for text in (SHUTTLE, HOCKEY)]
    np.testing.assert_array_equal(together, alone)
    assert together[0] @ together[1] < 0.9


def test_the_sdk_merges_plain_strings_which_the_stand_in_shows(server: GeminiServer) -> None:
    client = genai.Client()
    texts: list[genai.types.ContentUnion] = [SHUTTLE, HOCKEY]
    answer = client.models.embed_content(model="gemini-embedding-2", contents=texts)
    assert len(answer.embeddings or []) == 1


@pytest.mark.parametrize("task_type", TaskType)
def test_the_first_model_is_sent_the_task_type_beside_the_bare_text(server: GeminiServer, task_type: TaskType) -> None:
    GeminiEmbedder().embed([SHUTTLE], task_type)
    assert (server.task_types, server.texts) == ([task_type.value], [SHUTTLE])


@pytest.mark.parametrize("task_type", TaskType)
def test_the_second_model_is_told_the_task_in_the_text(server: GeminiServer, task_type: TaskType) -> None:
    GeminiEmbedder("gemini-embedding-2").embed([SHUTTLE], task_type)
    assert (server.task_types, server.texts) == (["TASK_TYPE_UNSPECIFIED"], [PREFIXES[task_type] + SHUTTLE])


def test_a_document_and_a_query_are_prepared_as_the_documentation_says() -> None:
    assert prepare("x", "gemini-embedding-2", TaskType.RETRIEVAL_DOCUMENT) == "title: none | text: x"
    assert prepare("x", "gemini-embedding-2", TaskType.RETRIEVAL_QUERY) == "task: search result | query: x"


def test_every_task_has_a_prefix_of_its_own() -> None:
    assert len(set(PREFIXES.values())) == len(TaskType)


def test_no_texts_make_an_empty_array_and_no_request(server: GeminiServer) -> None:
    assert GeminiEmbedder().embed([], CLUSTERING).shape == (0, 768)
    assert server.n_requests == 0


def test_a_hundred_texts_are_one_request(server: GeminiServer) -> None:
    GeminiEmbedder().embed([f"text {number}" for number in range(100)], CLUSTERING)
    assert (server.n_requests, server.n_texts) == (1, 100)


def test_more_than_a_hundred_texts_are_refused_before_they_are_sent(server: GeminiServer) -> None:
    with pytest.raises(ValueError, match="101 texts"):
        GeminiEmbedder().embed([SHUTTLE] * 101, CLUSTERING)
    assert server.n_requests == 0


def test_lone_surrogates_are_sent_as_question_marks(server: GeminiServer) -> None:
    GeminiEmbedder().embed(["a\ud800b \N{ROCKET}"], CLUSTERING)
    assert server.texts == ["a?b \N{ROCKET}"]


def test_an_address_that_is_given_wins_over_the_environments(
    monkeypatch: pytest.MonkeyPatch, server: GeminiServer, naps: list[float]
) -> None:
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")
    GeminiEmbedder(base_url=server.url).embed([SHUTTLE], CLUSTERING)
    assert server.paths == ["/v1/models/gemini-embedding-001:batchEmbedContents"]


def test_the_key_stays_with_the_gemini_api_where_the_environment_asks_for_another(
    monkeypatch: pytest.MonkeyPatch, server: GeminiServer
) -> None:
    monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "true")
    GeminiEmbedder().embed([SHUTTLE], CLUSTERING)
    assert server.n_texts == 1


def test_the_table_of_embedders_makes_it(server: GeminiServer) -> None:
    embedder = make_embedder("gemini")
    assert (embedder.name, embedder.model, embedder.dimensions) == ("gemini", "gemini-embedding-001", 768)


def test_a_model_may_be_named_as_the_api_lists_it(server: GeminiServer) -> None:
    assert GeminiEmbedder("models/gemini-embedding-2").model == "gemini-embedding-2"


def test_the_sdk_is_not_imported_before_a_text_is_sent() -> None:
    program = (
        "import sys; from ingest.embedders.gemini import GeminiEmbedder; "
        "GeminiEmbedder(api_key='any').n_shortened(['text']); print('google.genai' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"


def test_the_client_is_made_once(monkeypatch: pytest.MonkeyPatch, server: GeminiServer) -> None:
    made: list[genai.Client] = []

    class CountedClient(genai.Client):
        def __init__(self, **options: object) -> None:
            super().__init__(**options)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr(genai, "Client", CountedClient)
    embedder = GeminiEmbedder()
    for text in (SHUTTLE, ORBIT, HOCKEY):
        embedder.embed([text], CLUSTERING)
    assert (len(made), server.n_requests) == (1, 3)


@pytest.mark.parametrize(("model", "n_characters"), [("gemini-embedding-001", 8_192), ("gemini-embedding-2", 32_768)])
def test_a_text_is_shortened_from_one_character_above_what_the_model_reads(model: str, n_characters: int) -> None:
    embedder = GeminiEmbedder(model, api_key="any")
    assert embedder.n_shortened(["a" * n_characters, "a" * (n_characters + 1), "short"]) == 1


def test_a_missing_key_is_told_with_both_variables_and_the_offline_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in KEY_VARIABLES:
        monkeypatch.setenv(variable, " ")
    with pytest.raises(UserError, match=r"GOOGLE_API_KEY nor GEMINI_API_KEY.*--embedder minilm"):
        GeminiEmbedder()


def test_the_second_variable_is_read_where_the_first_is_not_set(
    monkeypatch: pytest.MonkeyPatch, server: GeminiServer
) -> None:
    monkeypatch.delenv("GOOGLE_API_KEY")
    monkeypatch.setenv("GEMINI_API_KEY", f" {API_KEY}\n")
    GeminiEmbedder().embed([SHUTTLE], CLUSTERING)
    assert server.n_texts == 1


@pytest.mark.parametrize("variable", KEY_VARIABLES)
def test_a_wrong_key_is_told_by_its_variable_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, server: GeminiServer, variable: str
) -> None:
    monkeypatch.delenv("GOOGLE_API_KEY")
    monkeypatch.setenv(variable, "wrong-key")
    line = fault(GeminiEmbedder())
    assert f"refuses the key in {variable} (API key not valid" in line
    assert "wrong-key" not in line


def test_a_key_that_the_server_repeats_is_hidden(server: GeminiServer) -> None:
    server.answer_next(403, refuse(403, "PERMISSION_DENIED", f"The key {API_KEY} was reported as leaked.").body)
    assert "(The key [key] was reported as leaked)" in fault(GeminiEmbedder())


def test_a_key_that_no_header_can_carry_is_refused_at_once() -> None:
    with pytest.raises(UserError, match="copy it again") as caught:
        GeminiEmbedder(api_key="“quoted-key”")
    assert "quoted-key" not in str(caught.value)


def test_an_unknown_model_is_told_with_the_known_ones(server: GeminiServer) -> None:
    line = fault(GeminiEmbedder("gemini-embedding-9"))
    assert "does not know the model gemini-embedding-9" in line
    assert "try --model gemini-embedding-001 or gemini-embedding-2" in line


@pytest.mark.parametrize(("model", "replacement"), REPLACEMENTS.items())
def test_a_model_that_was_shut_down_is_told_with_its_replacement(model: str, replacement: str) -> None:
    with pytest.raises(UserError, match=f"{model} down: ingest with --model {replacement},"):
        GeminiEmbedder(model, api_key="any")


@pytest.mark.parametrize("dimensions", [127, 3073])
def test_dimensions_that_gemini_does_not_make_are_refused_at_once(dimensions: int) -> None:
    with pytest.raises(UserError, match=f"{dimensions} dimensions: choose 128 to 3072"):
        GeminiEmbedder(dimensions=dimensions, api_key="any")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_fault_is_outwaited(server: GeminiServer, naps: list[float], status: int) -> None:
    server.answer_next(status, refuse(status, "UNAVAILABLE", "Try again.").body, n_requests=2)
    assert GeminiEmbedder().embed([SHUTTLE], CLUSTERING).shape == (1, 768)
    assert server.n_requests == 3


def test_a_limit_is_outwaited_for_a_minute_and_then_told(server: GeminiServer, naps: list[float]) -> None:
    limit = refuse(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.\n* Quota exceeded for embed requests.")
    server.answer_next(429, limit.body, n_requests=ATTEMPTS)
    assert "A limit of the Gemini API is reached (You exceeded your current quota. * Quota" in fault(GeminiEmbedder())
    assert server.n_requests == ATTEMPTS
    assert sum(naps) > 60


def test_a_lasting_fault_of_the_server_is_told_in_its_words(server: GeminiServer, naps: list[float]) -> None:
    server.answer_next(503, refuse(503, "UNAVAILABLE", "The model is overloaded.").body, n_requests=ATTEMPTS)
    assert "fails with status 503 (The model is overloaded)" in fault(GeminiEmbedder())


def test_a_refusal_is_told_in_the_servers_words_and_not_tried_again(server: GeminiServer) -> None:
    server.answer_next(400, refuse(400, "FAILED_PRECONDITION", "User location is not supported.").body)
    assert "status 400 (User location is not supported)" in fault(GeminiEmbedder())
    assert server.n_requests == 1


def test_a_page_of_html_in_place_of_an_error_is_one_short_line(server: GeminiServer) -> None:
    server.answer_next(418, "<html>\n" + "<p>A proxy's page.</p>\n" * 100)
    assert len(fault(GeminiEmbedder())) < 400


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not JSON", "something other than embeddings"),
        (json.dumps({"embeddings": [{"values": ["one"]}]}), "something other than embeddings"),
        (json.dumps({}), "0 embeddings for 1 texts"),
        (answer_with([1.0] * 768, [1.0] * 768), "2 embeddings for 1 texts"),
        (answer_with([1.0] * 767), "an embedding of 767 dimensions instead of 768"),
        (answer_with([0.0] * 768), "an embedding that is zero or not finite"),
        (answer_with([1.0] * 767 + [float("nan")]), "an embedding that is zero or not finite"),
        (answer_with([1.0] * 767 + [float("inf")]), "an embedding that is zero or not finite"),
    ],
)
def test_an_answer_that_is_not_the_texts_embeddings_is_refused(server: GeminiServer, body: str, reason: str) -> None:
    server.answer_next(200, body)
    assert f"answered with {reason}" in fault(GeminiEmbedder())


def test_a_server_that_is_not_there_is_told_with_the_variable_that_names_it(
    monkeypatch: pytest.MonkeyPatch, server: GeminiServer, naps: list[float]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"http://127.0.0.1:{port}")
    assert "cannot be reached ([Errno" in (line := fault(GeminiEmbedder()))
    assert "check the network, and GOOGLE_GEMINI_BASE_URL" in line


def test_an_address_without_a_protocol_is_told(server: GeminiServer) -> None:
    assert "cannot be reached (Request URL is missing" in fault(GeminiEmbedder(base_url="localhost:8080"))


def test_a_server_that_never_answers_is_given_up(
    monkeypatch: pytest.MonkeyPatch, server: GeminiServer, naps: list[float]
) -> None:
    monkeypatch.setattr(gemini, "TIMEOUT_MILLISECONDS", 20)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        embedder = GeminiEmbedder(base_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert "did not answer within 0.02 seconds" in fault(embedder)
    assert len(naps) == ATTEMPTS - 1


def test_certificates_that_are_not_there_are_told(monkeypatch: pytest.MonkeyPatch, server: GeminiServer) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")
    assert "cannot start ([Errno 2] No such file or directory)" in fault(GeminiEmbedder())
