"""Answers of the Gemini API that cannot be used: paid for a few times at most, and told in one line without the key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ingest.embedders.faults import PassingError, RefusedError
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Sending
from ingest.embedders.patience import MOST_UNUSABLE
from ingest.embedding_cache import EmbeddingCache, Space, sha256_of
from ingest.embedding_queue import EmbeddingQueue
from ingest.errors import UserError
from ingest.progress import ignore
from tests.gemini_server import API_KEY, Answer, Fault, GeminiServer
from tests.sending import CLUSTERING, HOCKEY, ORBIT, SHUTTLE, Clock, line_of

SPACE = Space("gemini-embedding-001", 768, CLUSTERING)
FOREVER = 1_000
DEEP = "[" * 100_000 + "]" * 100_000
UNUSABLE = [Fault.FEWER, Fault.NAN, Fault.SHORT]


class ConfusedServer(GeminiServer):
    """Has no number for a call with the word "odd"."""

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        if "odd" in json.dumps(body):
            self.fail_next(Fault.NAN)
        return super().answer(path, api_key, body)


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
    with EmbeddingQueue(GeminiEmbedder(api_key=API_KEY, base_url=server.url), cache) as queue:
        queue.add(SPACE, CLUSTERING, texts, ignore)
        queue.wait_for(SPACE, texts)
    return queue


class TestUnusable:
    """What is an answer, but not the texts' embeddings."""

    @pytest.mark.parametrize("fault", UNUSABLE)
    def test_texts_are_sent_two_times_more_and_then_taken_for_refused(self, server: GeminiServer, fault: Fault) -> None:
        server.fail_next(fault, n_requests=FOREVER)

        with pytest.raises(RefusedError):
            GeminiEmbedder().embed([SHUTTLE, HOCKEY], CLUSTERING)

        assert server.texts == [SHUTTLE, HOCKEY] * 3

    def test_other_faults_in_between_do_not_count(self, server: GeminiServer) -> None:
        for fault in (Fault.UNAVAILABLE, Fault.NAN, Fault.RESET, Fault.INTERNAL, Fault.NAN, Fault.LIMIT):
            server.fail_next(fault)

        assert GeminiEmbedder().embed([SHUTTLE], CLUSTERING).shape == (1, 768)

    def test_only_the_texts_at_fault_are_left_out(self, cache: EmbeddingCache) -> None:
        texts = [SHUTTLE, "an odd text", HOCKEY, ORBIT]
        with ConfusedServer() as server:
            embed(server, cache, *texts)

        refused = cache.refusals(SPACE, [sha256_of(text) for text in texts])
        assert cache.missing(SPACE, texts) == ["an odd text"]
        assert list(refused) == [sha256_of("an odd text")]

    def test_where_none_is_at_fault_the_ingest_ends(self, server: GeminiServer, cache: EmbeddingCache) -> None:
        server.fail_next(Fault.SHORT, n_requests=FOREVER)

        with pytest.raises(RefusedError, match="767 dimensions instead of 768"):
            embed(server, cache, SHUTTLE, HOCKEY)

        # The texts, then one that is harmless.
        assert server.n_requests == 2 * MOST_UNUSABLE

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
            (answer_with([0.0] * 768), "gemini-embedding-001 made an embedding that is zero or not finite"),
            (answer_with([1.0] * 767 + [float("inf")]), "gemini-embedding-001 made an embedding that is zero or not"),
        ],
    )
    def test_each_kind_is_told(self, server: GeminiServer, body: str, line: str) -> None:
        server.answer_next(200, body, n_requests=FOREVER)

        assert line in line_of(GeminiEmbedder())


class TestUnreadable:
    """What is hardly the API's."""

    @pytest.mark.parametrize("body", ["not JSON", '{"embeddings": [', DEEP], ids=["text", "half", "deep"])
    @pytest.mark.parametrize("status", [200, 500])
    def test_it_is_tried_again(self, server: GeminiServer, status: int, body: str) -> None:
        server.answer_next(status, body, n_requests=MOST_UNUSABLE + 1)

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
