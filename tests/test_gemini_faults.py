"""Faults of the Gemini API, over its HTTP: what may pass is outwaited, and what lasts is told in one line."""

from __future__ import annotations

import json
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import numpy as np
import pytest

from ingest.embedders import gemini
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Sending
from ingest.embedders.patience import PATIENCE_AT_FIRST
from tests.gemini_faults import retry_info
from tests.gemini_server import API_KEY, Answer, Fault, GeminiServer, Storm
from tests.sending import CLUSTERING, HOCKEY, MESSAGE, ORBIT, SHUTTLE, Clock, limit, line_of

# A number that is none spoils one text alone, which the ingest sends again.
PASSING = tuple(fault for fault in Storm.PASSING if fault is not Fault.NAN)
FOREVER = 1_000


@pytest.fixture
def fault(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Fault:
    """The fault that a test is about; where that is silence, it is not borne for long."""
    fault: Fault = request.param
    if fault is Fault.SILENCE:
        monkeypatch.setattr(gemini, "TIMEOUT_MILLISECONDS", 200)
    return fault


class TestPassing:
    """What may be gone when the same is tried again."""

    @pytest.mark.parametrize("fault", PASSING, indirect=True)
    def test_each_kind_is_survived(self, server: GeminiServer, clock: Clock, fault: Fault) -> None:
        embedder = GeminiEmbedder()
        calm = embedder.embed([SHUTTLE, HOCKEY], CLUSTERING)
        server.fail_next(fault, n_requests=2)

        np.testing.assert_array_equal(embedder.embed([SHUTTLE, HOCKEY], CLUSTERING), calm)

        assert server.n_requests == 4
        assert len(clock.naps) == 2

    @pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.SILENCE, Fault.RESET, Fault.CUT_OFF], indirect=True)
    def test_waits_grow_where_the_api_tells_none(self, server: GeminiServer, clock: Clock, fault: Fault) -> None:
        GeminiEmbedder().embed([SHUTTLE], CLUSTERING)
        server.fail_next(fault, n_requests=4)

        GeminiEmbedder().embed([SHUTTLE], CLUSTERING)

        assert all(least <= nap <= least + 1 for least, nap in zip([0.5, 1, 2, 4], clock.naps, strict=True))

    def test_the_delay_that_the_api_tells_is_waited_and_at_most_a_second_more(
        self, server: GeminiServer, clock: Clock
    ) -> None:
        server.answer_next(429, limit(retry_info(17.5)), n_requests=2)

        GeminiEmbedder().embed([SHUTTLE], CLUSTERING)

        assert len(clock.naps) == 2
        assert all(17.5 <= nap <= 18.5 for nap in clock.naps)

    def test_all_threads_wait_for_it(self) -> None:
        moments: list[float] = []
        paused = Event()

        class Attentive(GeminiServer):
            def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
                moments.append(time.monotonic())
                return super().answer(path, api_key, body)

        with Attentive() as server, ThreadPoolExecutor(8) as pool:
            sending = Sending(tell=lambda line: paused.set())
            embedder = GeminiEmbedder(sending=sending, api_key=API_KEY, base_url=server.url)
            server.answer_next(429, limit(retry_info(0.5)))
            refused = pool.submit(embedder.embed, [SHUTTLE], CLUSTERING)
            assert paused.wait(timeout=10)
            others = [pool.submit(embedder.embed, [text], CLUSTERING) for text in [ORBIT, HOCKEY] * 3]
            for future in (refused, *others):
                future.result()

        assert len(moments) == 8
        assert min(moments[1:]) - moments[0] >= 0.5
        assert max(moments) - moments[0] <= 0.5 + 1 + 0.5

    @pytest.mark.parametrize("delay", ["-3s", "NaNs", "infs", "soon", "1e300s", None])
    def test_a_delay_that_cannot_be_waited_is_as_none(
        self, server: GeminiServer, clock: Clock, delay: str | None
    ) -> None:
        server.answer_next(429, limit({"retryDelay": delay}))

        GeminiEmbedder().embed([SHUTTLE], CLUSTERING)

        assert len(clock.naps) == 1
        assert 0.5 <= clock.naps[0] <= 1.5

    @pytest.mark.parametrize("details", [["text"], "text", {"violations": 1}, [{"violations": "text"}]])
    def test_details_in_another_form_are_passed_over(self, server: GeminiServer, clock: Clock, details: object) -> None:
        error = {"code": 429, "message": MESSAGE, "status": "RESOURCE_EXHAUSTED", "details": details}
        server.answer_next(429, json.dumps({"error": error}))

        assert GeminiEmbedder().embed([SHUTTLE], CLUSTERING).shape == (1, 768)

    def test_a_wait_is_told_with_its_reason(self, server: GeminiServer, clock: Clock) -> None:
        lines: list[str] = []
        server.answer_next(429, limit(retry_info(17)))

        GeminiEmbedder(sending=Sending(tell=lines.append)).embed([SHUTTLE], CLUSTERING)

        assert len(lines) == 1
        assert re.fullmatch(
            r"A limit of the Gemini API is reached \(You exceeded .* requests\): see --tier, --rpm and --tpm\. "
            r"Trying again in 1[78] s\.",
            lines[0],
        )


class TestLasting:
    """What does not pass ends in one line once patience does."""

    @pytest.mark.parametrize(
        ("fault", "line"),
        [
            (Fault.LIMIT, "A limit of the Gemini API is reached (You exceeded your current quota"),
            (Fault.LIMIT_WITHOUT_DELAY, "A limit of the Gemini API is reached (Resource has been exhausted"),
            (Fault.INTERNAL, "The Gemini API fails with status 500 (An internal error has occurred)"),
            (Fault.UNAVAILABLE, "The Gemini API fails with status 503 (The model is overloaded"),
            (Fault.SILENCE, "The Gemini API did not answer within 0.2 seconds: check the network"),
            (Fault.RESET, "The Gemini API cannot be reached ("),
            (Fault.RESET_MIDWAY, "The Gemini API cannot be reached ("),
            (Fault.CUT_OFF, "The Gemini API answered with something that cannot be read"),
        ],
        indirect=["fault"],
    )
    def test_each_kind_is_told(self, server: GeminiServer, clock: Clock, fault: Fault, line: str) -> None:
        embedder = GeminiEmbedder(sending=Sending(patience=25))
        embedder.embed([SHUTTLE], CLUSTERING)
        server.fail_next(fault, n_requests=FOREVER)

        assert line_of(embedder).startswith(line)
        # Not before the patience that there is where nothing ever answered, nor after its own.
        assert PATIENCE_AT_FIRST < sum(clock.naps) <= 25

    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.SILENCE, Fault.CUT_OFF], indirect=True)
    def test_where_nothing_was_ever_answered_it_is_told_soon(
        self, server: GeminiServer, clock: Clock, fault: Fault
    ) -> None:
        server.fail_next(fault, n_requests=FOREVER)

        line_of(GeminiEmbedder())

        # The waits 0.5, 1, 2 and 4, each with up to a second more, fit; the next of 8 does not always.
        assert 7.5 <= sum(clock.naps) <= PATIENCE_AT_FIRST

    def test_where_the_first_answer_takes_too_long_it_is_asked_for_again(
        self, monkeypatch: pytest.MonkeyPatch, clock: Clock
    ) -> None:
        class LateServer(GeminiServer):
            def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
                clock.naps.append(2 * PATIENCE_AT_FIRST)
                return super().answer(path, api_key, body)

        monkeypatch.setattr(gemini, "TIMEOUT_MILLISECONDS", 200)
        with LateServer() as server:
            server.fail_next(Fault.SILENCE)
            vectors = GeminiEmbedder(api_key=API_KEY, base_url=server.url).embed([SHUTTLE], CLUSTERING)

        assert (len(vectors), server.n_requests) == (1, 2)

    def test_a_server_that_is_not_there_is_told_with_the_variable_that_names_it(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer, clock: Clock
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", f"http://127.0.0.1:{port}")

        line = line_of(GeminiEmbedder())

        assert "cannot be reached ([Errno" in line
        assert "check the network, and GOOGLE_GEMINI_BASE_URL" in line
