"""Refusals of the Gemini API, over its HTTP: what no second try mends is told at once, in one line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ingest.embedders.faults import RefusedError
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.gemini_faults import LONGEST_DELAY
from tests.gemini_faults import retry_info
from tests.gemini_server import API_KEY, Fault, GeminiServer, Quotas, refuse
from tests.sending import CLUSTERING, ORBIT, SHUTTLE, Clock, limit, line_of


@pytest.fixture(autouse=True)
def _at_once(server: GeminiServer, clock: Clock) -> Iterator[None]:
    yield
    assert server.n_requests <= 1
    assert clock.naps == []


@pytest.fixture
def in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[ZoneInfo]:
    """Let the local time be Tokyo's."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        yield ZoneInfo("Asia/Tokyo")
    time.tzset()


def test_the_daily_limit_is_told_with_the_hour_of_its_end(server: GeminiServer, in_tokyo: ZoneInfo) -> None:
    violation = {"violations": [{"quotaId": "EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier"}]}
    server.answer_next(429, limit(violation, retry_info(30)))

    line = line_of(GeminiEmbedder())

    pacific = datetime.now(ZoneInfo("America/Los_Angeles"))
    midnight = pacific.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    # It is 16:00 in Tokyo then, or 17:00 in winter.
    hour = f"{midnight.astimezone(in_tokyo):%A %H:%M}"
    assert f"begins anew at midnight Pacific time, {hour} here; run the same command again then." in line


def test_a_delay_too_long_for_the_terminal_is_told(server: GeminiServer) -> None:
    server.answer_next(429, limit(retry_info(LONGEST_DELAY + 1)))

    assert "run the same command again in 0:02:01" in line_of(GeminiEmbedder())


def test_a_place_where_the_api_is_not_offered_is_told_with_the_offline_way(server: GeminiServer) -> None:
    server.fail_next(Fault.REGION)

    line = line_of(GeminiEmbedder())

    assert "not offered where you are (User location is not supported for the API use)" in line
    assert "--embedder minilm" in line


@pytest.mark.parametrize(("status", "word"), [(400, "INVALID_ARGUMENT"), (413, "")])
def test_a_request_refused_for_what_is_in_it_is_told_apart(server: GeminiServer, status: int, word: str) -> None:
    server.answer_next(status, refuse(status, word, "The text is odd.").body)

    with pytest.raises(RefusedError, match=r"refuses the request \(The text is odd\)"):
        GeminiEmbedder().embed([SHUTTLE], CLUSTERING)


def test_any_other_refusal_is_told_in_the_servers_words(server: GeminiServer) -> None:
    server.answer_next(400, refuse(400, "FAILED_PRECONDITION", "Billing is off.").body)

    assert "status 400 (Billing is off)" in line_of(GeminiEmbedder())


def test_a_page_of_html_in_place_of_an_error_is_one_short_line(server: GeminiServer) -> None:
    server.answer_next(418, "<html>\n" + "<p>A proxy's page.</p>\n" * 100)

    assert len(line_of(GeminiEmbedder())) < 400


def test_an_address_without_a_protocol_is_told() -> None:
    assert "cannot be reached (Request URL is missing" in line_of(GeminiEmbedder(base_url="localhost:8080"))


def test_certificates_that_are_not_there_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file")

    assert "cannot start ([Errno 2] No such file or directory)" in line_of(GeminiEmbedder())


def test_the_stand_ins_own_daily_limit_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with GeminiServer(quotas=Quotas(requests_a_day=2)) as server:
        embedder = GeminiEmbedder(api_key=API_KEY, base_url=server.url)
        embedder.embed([SHUTTLE, ORBIT], CLUSTERING)

        assert line_of(embedder).startswith("The daily limit of the Gemini API is reached (")
        assert server.n_requests == 2
