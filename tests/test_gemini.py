"""The Gemini embedder, against a stand-in for the API that speaks its HTTP."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from google import genai
from numpy.typing import NDArray

from ingest.embedders import embed_query, make_embedder
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.gemini_models import MODELS
from ingest.embedders.pace import Limits, Sending
from tests.gemini_server import API_KEY, GeminiServer, Quotas, embedding_of
from tests.sending import CLUSTERING, HOCKEY, ORBIT, SHUTTLE


def scaled_to_unit_length(vector: list[float]) -> NDArray[np.float64]:
    unit: NDArray[np.float64] = np.array(vector) / np.linalg.norm(vector)
    return unit


class TestEmbeddings:
    def test_they_are_the_servers_scaled_to_unit_length(self, server: GeminiServer) -> None:
        vectors = GeminiEmbedder().embed([SHUTTLE, HOCKEY], CLUSTERING)

        expected = [scaled_to_unit_length(embedding_of(text, "CLUSTERING", 768)) for text in (SHUTTLE, HOCKEY)]
        np.testing.assert_allclose(vectors, expected, atol=1e-6)

    @pytest.mark.parametrize("dimensions", [128, 768, 3072])
    def test_they_have_the_shape_and_type_that_the_protocol_promises(
        self, server: GeminiServer, dimensions: int
    ) -> None:
        vectors = GeminiEmbedder(dimensions=dimensions).embed([SHUTTLE, ORBIT, HOCKEY], CLUSTERING)

        assert (vectors.shape, vectors.dtype) == ((3, dimensions), np.float32)

    def test_texts_that_share_words_are_nearer(self, server: GeminiServer) -> None:
        shuttle, orbit, hockey = GeminiEmbedder().embed([SHUTTLE, ORBIT, HOCKEY], CLUSTERING)

        assert shuttle @ orbit > shuttle @ hockey + 0.3

    @pytest.mark.parametrize("model", MODELS)
    def test_texts_sent_together_keep_the_embeddings_they_have_alone(self, server: GeminiServer, model: str) -> None:
        embedder = GeminiEmbedder(model)

        together = embedder.embed([SHUTTLE, HOCKEY], CLUSTERING)

        alone = [embedder.embed([text], CLUSTERING)[0] for text in (SHUTTLE, HOCKEY)]
        np.testing.assert_array_equal(together, alone)
        assert together[0] @ together[1] < 0.9

    def test_plain_strings_would_be_merged_by_the_sdk_which_the_stand_in_shows(self, server: GeminiServer) -> None:
        client = genai.Client()
        texts: list[genai.types.ContentUnion] = [SHUTTLE, HOCKEY]

        answer = client.models.embed_content(model="gemini-embedding-2", contents=texts)

        assert len(answer.embeddings or []) == 1

    def test_a_question_is_embedded_as_one(self, server: GeminiServer) -> None:
        vector = embed_query(GeminiEmbedder(), SHUTTLE)

        assert vector.shape == (768,)
        assert (server.texts, server.task_types) == ([SHUTTLE], ["RETRIEVAL_QUERY"])

    def test_no_texts_make_an_empty_array_and_no_request(self, server: GeminiServer) -> None:
        assert GeminiEmbedder().embed([], CLUSTERING).shape == (0, 768)
        assert server.n_requests == 0


class TestBatches:
    def test_a_hundred_texts_are_one_request(self, server: GeminiServer) -> None:
        texts = [f"text {number}" for number in range(250)]
        embedder = GeminiEmbedder()

        for batch in embedder.batches(texts):
            embedder.embed(batch, CLUSTERING)

        assert (server.n_requests, server.texts) == (3, texts)

    def test_more_than_a_hundred_are_refused_before_they_are_sent(self, server: GeminiServer) -> None:
        with pytest.raises(ValueError, match="101 texts"):
            GeminiEmbedder().embed([SHUTTLE] * 101, CLUSTERING)

        assert server.n_requests == 0

    # JSON takes 1, 2, 2, 6, 6 and 12 bytes for each of these characters, so that 100 texts are 6 to 12 MB.
    @pytest.mark.parametrize(
        ("text", "n_requests"),
        [
            ("a" * 60_000, 2),
            ("\n" * 40_000, 2),
            ('"' * 40_000, 2),
            ("\x01" * 10_000, 2),
            ("語" * 10_000, 2),
            ("\N{ROCKET}" * 10_000, 3),
        ],
        ids=["letters", "newlines", "quotes", "control characters", "ideographs", "rockets"],
    )
    def test_none_is_larger_than_the_api_takes_however_json_writes_it(
        self, server: GeminiServer, text: str, n_requests: int
    ) -> None:
        embedder = GeminiEmbedder(dimensions=128)

        for batch in embedder.batches([text] * 100):
            embedder.embed(batch, CLUSTERING)

        assert (server.n_requests, server.n_texts) == (n_requests, 100)

    @pytest.mark.parametrize(
        ("limits", "n_texts"), [(Limits(100), 4), (Limits(1), 1), (Limits(10_000), 100), (Limits(None, 25_000), 10)]
    )
    def test_they_are_small_to_the_limits(self, limits: Limits, n_texts: int) -> None:
        hundred_tokens = "x" * 400

        batches = GeminiEmbedder(sending=Sending(limits)).batches([hundred_tokens] * 200)

        assert {len(batch) for batch in batches} == {n_texts}


class TestLimits:
    """A hundredth of a true minute is longer than sending takes; of a short one it is not, so the API's is shorter."""

    MINUTE, API_MINUTE = 2.0, 1.7

    @pytest.mark.parametrize("limits", [Limits(10), Limits(None, 1_000)], ids=["texts", "tokens"])
    def test_nothing_is_refused_and_nine_tenths_of_what_is_allowed_is_sent(self, limits: Limits) -> None:
        texts_a_minute, tokens_a_minute = limits.texts_per_minute or math.inf, limits.tokens_per_minute or math.inf
        quotas = Quotas(texts_a_minute, tokens_a_minute, window=self.API_MINUTE)
        texts = [f"{number:03d}".ljust(400, "x") for number in range(12)]
        with GeminiServer(quotas=quotas) as server:
            sending = Sending(limits, minute=self.MINUTE)
            embedder = GeminiEmbedder(dimensions=128, sending=sending, api_key=API_KEY, base_url=server.url)
            embedder.embed(["warm"], CLUSTERING)
            start = time.monotonic()
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(lambda batch: embedder.embed(batch, CLUSTERING), embedder.batches(texts)))
        seconds = time.monotonic() - start

        assert (server.n_texts, server.n_refused_for_quota) == (13, 0)
        # Ten at once, and the others after a minute.
        assert self.MINUTE < seconds <= self.MINUTE / 0.9

    def test_what_connecting_takes_is_not_taken_from_a_minute(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class SlowClient(genai.Client):
            def __init__(self, **options: object) -> None:
                super().__init__(**options)  # type: ignore[arg-type]
                time.sleep(0.4)

        monkeypatch.setattr(genai, "Client", SlowClient)
        with GeminiServer(quotas=Quotas(1, window=0.5)) as server:
            sending = Sending(Limits(1), minute=0.7)
            embedder = GeminiEmbedder(sending=sending, api_key=API_KEY, base_url=server.url)
            for text in (SHUTTLE, HOCKEY):
                embedder.embed([text], CLUSTERING)

        assert (server.n_texts, server.n_refused_for_quota) == (2, 0)

    def test_a_text_heavier_than_the_limit_is_sent_all_the_same(self, server: GeminiServer) -> None:
        embedder = GeminiEmbedder(sending=Sending(Limits(None, 10)))
        (batch,) = embedder.batches(["x" * 400])

        assert embedder.embed(batch, CLUSTERING).shape == (1, 768)


class TestClient:
    def test_an_address_that_is_given_wins_over_the_environments(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer
    ) -> None:
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", "http://127.0.0.1:9")

        GeminiEmbedder(base_url=server.url).embed([SHUTTLE], CLUSTERING)

        assert server.paths == ["/v1/models/gemini-embedding-001:batchEmbedContents"]

    def test_the_key_stays_with_the_gemini_api_where_the_environment_asks_for_another(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer
    ) -> None:
        monkeypatch.setenv("GOOGLE_GENAI_USE_ENTERPRISE", "true")

        GeminiEmbedder().embed([SHUTTLE], CLUSTERING)

        assert server.n_texts == 1

    def test_the_table_of_embedders_makes_it(self) -> None:
        embedder = make_embedder("gemini")

        assert (embedder.name, embedder.model, embedder.dimensions) == ("gemini", "gemini-embedding-001", 768)

    def test_the_sdk_is_not_imported_before_a_text_is_sent(self) -> None:
        program = (
            "import sys; from ingest.embedders.gemini import GeminiEmbedder; "
            "GeminiEmbedder(api_key='any').n_shortened(['text']); print('google.genai' in sys.modules)"
        )

        ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

        assert ended.stdout.strip() == "False"

    def test_it_is_made_once_however_many_threads_need_it(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer
    ) -> None:
        made: list[genai.Client] = []

        class CountedClient(genai.Client):
            def __init__(self, **options: object) -> None:
                super().__init__(**options)  # type: ignore[arg-type]
                made.append(self)

        monkeypatch.setattr(genai, "Client", CountedClient)
        embedder = GeminiEmbedder()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda text: embedder.embed([text], CLUSTERING), [SHUTTLE, ORBIT, HOCKEY] * 8))

        assert (len(made), server.n_requests) == (1, 24)
