"""Answers of the Gemini API that cannot be used: paid for a few times at most, and told in one line without the key."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.embedders import embed_query
from ingest.embedders.faults import PassingError, UnusableError
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Sending
from ingest.embedders.patience import MOST_UNUSABLE
from ingest.embedding_cache import EmbeddingCache, Space, sha256_of
from ingest.embedding_queue import HARMLESS, EmbeddingQueue
from ingest.errors import UserError
from ingest.progress import Silent, ignore
from tests.gemini_server import API_KEY, Answer, Fault, GeminiServer
from tests.sending import CLUSTERING, HOCKEY, ORBIT, SHUTTLE, Clock, line_of

SPACE = Space("gemini-embedding-001", 768, CLUSTERING)
FOREVER = 1_000
DEEP = "[" * 100_000 + "]" * 100_000
UNUSABLE = [Fault.FEWER, Fault.SHORT]


class ConfusedServer(GeminiServer):
    """Embeds texts with the word "odd" as something that is no number."""

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        answer = super().answer(path, api_key, body)
        document = json.loads(answer.body)
        for request, embedding in zip(body["requests"], document["embeddings"], strict=True):
            if "odd" in json.dumps(request):
                embedding["values"][0] = math.nan
        return answer._replace(body=json.dumps(document))


@pytest.fixture(autouse=True)
def _fast(clock: Clock) -> None:
    """Let nobody wait."""


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[EmbeddingCache]:
    with closing(EmbeddingCache(tmp_path / "embeddings.sqlite3")) as cache:
        yield cache


def answer_with(*embeddings: list[float]) -> str:
    return json.dumps({"embeddings": [{"values": embedding} for embedding in embeddings]})


def embed(server: GeminiServer, cache: EmbeddingCache, *texts: str) -> EmbeddingQueue:
    with EmbeddingQueue(GeminiEmbedder(api_key=API_KEY, base_url=server.url), cache, Silent()) as queue:
        queue.add(SPACE, CLUSTERING, texts, ignore)
        queue.wait_for(SPACE, texts)
    return queue


class TestUnusable:
    """What is an answer, but not the texts' embeddings."""

    @pytest.mark.parametrize("fault", UNUSABLE)
    def test_it_is_not_paid_for_without_end(self, server: GeminiServer, cache: EmbeddingCache, fault: Fault) -> None:
        server.fail_next(fault, n_requests=FOREVER)

        with pytest.raises(UnusableError):
            embed(server, cache, SHUTTLE, HOCKEY)

        assert server.texts == [SHUTTLE, HOCKEY] * MOST_UNUSABLE

    def test_other_faults_in_between_do_not_count(self, server: GeminiServer) -> None:
        for fault in (Fault.SHORT, Fault.RESET, Fault.FEWER, Fault.INTERNAL, Fault.SHORT, Fault.LIMIT, Fault.FEWER):
            server.fail_next(fault)

        assert GeminiEmbedder().embed([SHUTTLE], CLUSTERING).shape == (1, 768)

    @pytest.mark.parametrize(
        ("body", "line"),
        [
            ("5", "The Gemini API answered with JSON of an unexpected form"),
            (
                json.dumps({"embeddings": [{"values": ["one"]}]}),
                "The Gemini API answered with JSON of an unexpected form",
            ),
            (json.dumps({}), "The Gemini API answered with 0 embeddings for 1 texts"),
            (answer_with([1.0] * 768, [1.0] * 768), "The Gemini API answered with 2 embeddings for 1 texts"),
            (answer_with([1.0] * 767), "The Gemini API answered with an embedding of 767 dimensions instead of 768"),
        ],
    )
    def test_each_kind_is_told(self, server: GeminiServer, body: str, line: str) -> None:
        server.answer_next(200, body, n_requests=FOREVER)

        assert line in line_of(GeminiEmbedder())


class TestNoDirection:
    """What is an embedding but for its numbers."""

    def test_only_the_texts_at_fault_are_sent_again_and_left_out(self, cache: EmbeddingCache) -> None:
        texts = [SHUTTLE, "an odd text", HOCKEY, ORBIT]
        with ConfusedServer() as server:
            embed(server, cache, *texts)

        refused = cache.refusals(SPACE, [sha256_of(text) for text in texts])
        assert cache.missing(SPACE, texts) == ["an odd text"]
        assert refused == {sha256_of("an odd text"): "gemini-embedding-001 makes no usable embedding of it"}
        assert server.texts == [*texts, *["an odd text"] * (MOST_UNUSABLE - 1), HARMLESS]

    def test_one_that_passes_is_made_good(self, server: GeminiServer, cache: EmbeddingCache) -> None:
        server.fail_next(Fault.NAN)

        embed(server, cache, SHUTTLE, HOCKEY)

        assert cache.missing(SPACE, [SHUTTLE, HOCKEY]) == []
        assert server.texts == [SHUTTLE, HOCKEY, HOCKEY]

    @pytest.mark.parametrize("row", [[0.0] * 768, [1.0] * 767 + [math.inf]], ids=["zero", "infinite"])
    def test_where_every_text_is_at_fault_none_is_refused(
        self, server: GeminiServer, cache: EmbeddingCache, row: list[float]
    ) -> None:
        server.answer_next(200, answer_with(row), n_requests=FOREVER)

        with pytest.raises(UserError, match="gemini-embedding-001 makes no usable embeddings: choose another"):
            embed(server, cache, SHUTTLE)

        assert cache.refusals(SPACE, [sha256_of(SHUTTLE)]) == {}

    def test_a_question_is_told_to_be_worded_otherwise(self, server: GeminiServer) -> None:
        server.answer_next(200, answer_with([0.0] * 768))

        with pytest.raises(UserError, match="no usable embedding of this text: word it otherwise"):
            embed_query(GeminiEmbedder(), SHUTTLE)


class TestUnreadable:
    """What is hardly the API's."""

    @pytest.mark.parametrize("body", ["not JSON", '{"embeddings": [', DEEP], ids=["text", "half", "deep"])
    @pytest.mark.parametrize("status", [200, 500])
    def test_it_is_tried_again(self, server: GeminiServer, status: int, body: str) -> None:
        server.answer_next(status, body, n_requests=3)

        assert GeminiEmbedder().embed([SHUTTLE], CLUSTERING).shape == (1, 768)

    @pytest.mark.parametrize("body", ["not JSON", DEEP], ids=["text", "deep"])
    def test_where_it_lasts_it_is_told(self, server: GeminiServer, body: str) -> None:
        server.answer_next(200, body, n_requests=FOREVER)

        with pytest.raises(PassingError, match=r"^The Gemini API answered with something that cannot be read: try"):
            GeminiEmbedder(sending=Sending(patience=5)).embed([SHUTTLE], CLUSTERING)

    @pytest.mark.parametrize(
        ("status", "error"),
        [
            (400, "text"),
            (400, ["text"]),
            (403, {"message": {"headers": {"x-goog-api-key": API_KEY}}}),
            (403, {"message": [API_KEY], "status": 5}),
            (429, {"details": 5}),
            (429, {"details": [5]}),
            (500, {"message": 5, "details": {"violations": [API_KEY]}}),
        ],
    )
    def test_an_error_in_another_form_is_told_and_no_other_hangs_on_it(
        self, server: GeminiServer, status: int, error: object
    ) -> None:
        server.answer_next(status, json.dumps({"error": error}), n_requests=FOREVER)

        with pytest.raises(UserError, match="Gemini API") as caught:
            GeminiEmbedder(sending=Sending(patience=5)).embed([SHUTTLE], CLUSTERING)

        assert API_KEY not in str(caught.value)
        # Python would print a traceback of either, with whatever the API, or a proxy in its place, has answered.
        assert (caught.value.__cause__, caught.value.__context__) == (None, None)
