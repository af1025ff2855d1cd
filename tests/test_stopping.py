"""Stopping: what waits to be sent, for whatever reason, is woken and not sent; what is on its way arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from google import genai

from ingest.embedders.faults import PassingError, StoppedError
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Limits, Pace, Sending
from tests.gemini_faults import retry_info
from tests.gemini_server import GeminiServer
from tests.sending import CLUSTERING, SHUTTLE, Clock, failing, limit


class Sender:
    """Sends from another thread, and counts the attempts."""

    def __init__(self, pool: ThreadPoolExecutor, pace: Pace, attempt: Callable[[], str]) -> None:
        self.n_attempts = 0
        self._attempt = attempt
        self.future = pool.submit(pace.send, self._count, 1, 1)

    def _count(self) -> str:
        self.n_attempts += 1
        return self._attempt()


def failed_once(pool: ThreadPoolExecutor, seconds: float | None) -> tuple[Pace, Sender]:
    """Return what has failed once and now waits so many seconds, or as many as it likes."""
    told = Event()
    pace = Pace(Sending(tell=lambda line: told.set()))
    pace.answered()
    sender = Sender(pool, pace, failing(1, seconds))
    assert told.wait(timeout=10)
    return pace, sender


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def assert_stopped(sender: Sender, n_attempts: int) -> None:
    with pytest.raises(StoppedError, match="not sent, since the ingest was stopped: run the same command again"):
        sender.future.result(timeout=5)
    assert sender.n_attempts == n_attempts


class TestPace:
    """Each test would take half a minute or more if what waits were not woken."""

    @pytest.mark.parametrize("seconds", [30, None], ids=["asked for", "own"])
    def test_what_waits_to_be_tried_again_is_not_sent(self, pool: ThreadPoolExecutor, seconds: float | None) -> None:
        pace, sender = failed_once(pool, seconds)

        pace.stop()

        assert_stopped(sender, n_attempts=1)

    def test_nor_is_what_waits_for_the_pause_of_another(self, pool: ThreadPoolExecutor) -> None:
        pace, _ = failed_once(pool, seconds=30)
        sender = Sender(pool, pace, failing(0))
        Event().wait(0.1)

        pace.stop()

        assert_stopped(sender, n_attempts=0)

    def test_nor_what_waits_for_a_limit(self, pool: ThreadPoolExecutor) -> None:
        pace = Pace(Sending(Limits(texts_per_minute=1)))
        pace.send(failing(0), 1, 1)
        sender = Sender(pool, pace, failing(0))
        Event().wait(0.1)

        pace.stop()

        assert_stopped(sender, n_attempts=0)

    def test_what_is_sent_already_is_waited_for(self, pool: ThreadPoolExecutor) -> None:
        pace = Pace(Sending())

        def stopped_meanwhile() -> str:
            pace.stop()
            return "paid for"

        assert pace.send(stopped_meanwhile, 1, 1) == "paid for"

    def test_where_that_fails_it_is_not_tried_again(self, clock: Clock) -> None:
        pace = Pace(Sending())

        def stopped_meanwhile() -> None:
            pace.stop()
            raise PassingError("The API is busy.")

        with pytest.raises(PassingError, match="busy"):
            pace.send(stopped_meanwhile, 1, 1)

        assert clock.naps == []

    def test_what_comes_later_is_sent(self) -> None:
        pace = Pace(Sending())
        pace.stop()

        assert pace.send(failing(0), 1, 1) == "done"


class TestGemini:
    def test_what_waits_to_be_sent_again_is_not_sent(self, server: GeminiServer) -> None:
        told = Event()
        embedder = GeminiEmbedder(sending=Sending(tell=lambda line: told.set()))
        server.answer_next(429, limit(retry_info(30)))
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(embedder.embed, [SHUTTLE], CLUSTERING)
            assert told.wait(timeout=10)
            embedder.stop()

        assert isinstance(waiting.exception(), StoppedError)
        assert server.n_requests == 1

    def test_nor_is_what_waits_for_the_first_connection(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer
    ) -> None:
        connecting, may_connect = Event(), Event()

        class SlowClient(genai.Client):
            def __init__(self, **options: object) -> None:
                connecting.set()
                may_connect.wait(timeout=10)
                super().__init__(**options)  # type: ignore[arg-type]

        monkeypatch.setattr(genai, "Client", SlowClient)
        embedder = GeminiEmbedder()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(embedder.embed, [SHUTTLE], CLUSTERING)
            assert connecting.wait(timeout=10)
            embedder.stop()
            may_connect.set()

        assert isinstance(waiting.exception(), StoppedError)
        assert server.n_requests == 0
