"""The stand-in for the Gemini API, over its HTTP: an examiner must itself be examined."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zlib import crc32

import pytest
from google import genai
from google.genai import types

from tests.gemini_embeddings import OTHER_MODELS
from tests.gemini_faults import Meter, n_tokens
from tests.gemini_server import API_KEY, Answer, Fault, GeminiServer, Quotas, Request, Storm, embedding_of

MODEL = "gemini-embedding-001"
BATCH = f"/v1/models/{MODEL}:batchEmbedContents"
MEGABYTE = 1024 * 1024
AFTER = [fault for fault in Fault if fault.is_after_embedding]
BEFORE = [fault for fault in Fault if not fault.is_after_embedding]


class Reply(NamedTuple):
    status: int
    content: str

    @property
    def body(self) -> Any:
        return json.loads(self.content)

    @property
    def embeddings(self) -> list[list[float]]:
        return [embedding["values"] for embedding in self.body["embeddings"]]

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])

    @property
    def details(self) -> dict[str, Any]:
        """The details of an error, by the last word of their types."""
        return {detail["@type"].rpartition(".")[-1]: detail for detail in self.body["error"]["details"]}


def connect(url: str, timeout: float = 10) -> HTTPConnection:
    return HTTPConnection(urlsplit(url).netloc, timeout=timeout)


def ask_on(connection: HTTPConnection, path: str, body: object = None, key: str = API_KEY) -> Reply:
    content = body if isinstance(body, str | None) else json.dumps(body)
    connection.request("POST" if content else "GET", path, content, {"x-goog-api-key": key})
    response = connection.getresponse()
    return Reply(response.status, response.read().decode())


def ask(url: str, path: str, body: object = None, key: str = API_KEY) -> Reply:
    with closing(connect(url)) as connection:
        return ask_on(connection, path, body, key)


def request_of(text: str, task_type: str = "CLUSTERING", dimensions: int = 128) -> dict[str, Any]:
    return {
        "content": {"parts": [{"text": text}], "role": "user"},
        "taskType": task_type,
        "outputDimensionality": dimensions,
    }


def batch_of(*texts: str) -> dict[str, Any]:
    return {"requests": [request_of(text) for text in texts]}


def embed(server: GeminiServer, *texts: str) -> Reply:
    return ask(server.url, BATCH, batch_of(*texts))


class TestEmbeddings:
    def test_they_count_words_and_have_one_half_for_the_task_type(self, server: GeminiServer) -> None:
        expected = [0.0] * 128
        expected[crc32(b"orbit") % (128 - 9)] = 2.0
        expected[-4] = 0.5

        assert (
            embed(server, "Orbit, orbit").embeddings == [expected] == [embedding_of("orbit orbit", "CLUSTERING", 128)]
        )

    def test_the_second_model_ignores_the_task_type(self, server: GeminiServer) -> None:
        reply = ask(server.url, BATCH.replace(MODEL, "gemini-embedding-2"), batch_of("orbit"))

        assert reply.embeddings == [embedding_of("orbit", "TASK_TYPE_UNSPECIFIED", 128)]

    @pytest.mark.parametrize("version", ["v1", "v1beta"])
    def test_one_text_can_be_sent_alone_in_either_version(self, server: GeminiServer, version: str) -> None:
        reply = ask(server.url, f"/{version}/models/{MODEL}:embedContent", request_of("orbit"))

        assert reply.body == {"embedding": {"values": embedding_of("orbit", "CLUSTERING", 128)}}

    def test_without_dimensions_they_have_all(self, server: GeminiServer) -> None:
        reply = ask(server.url, BATCH, {"requests": [{"content": {"parts": [{"text": "orbit"}]}}]})

        assert [len(embedding) for embedding in reply.embeddings] == [3072]


class TestConnections:
    def test_a_connection_is_kept_for_the_next_request(self, server: GeminiServer) -> None:
        with closing(connect(server.url)) as connection:
            ask_on(connection, BATCH, batch_of("orbit"))
            kept = connection.sock
            ask_on(connection, BATCH, batch_of("goal"))

            assert connection.sock is kept is not None

    def test_a_kept_connection_ends_with_the_server(self) -> None:
        with GeminiServer() as server:
            connection = connect(server.url)
            ask_on(connection, BATCH, batch_of("orbit"))

        with closing(connection), pytest.raises(ConnectionError):
            ask_on(connection, BATCH, batch_of("goal"))

    def test_each_answer_takes_the_latency(self) -> None:
        with GeminiServer(latency=0.1) as server:
            began = time.monotonic()
            embed(server, "orbit")

            assert 0.1 <= time.monotonic() - began < 1

    def test_requests_are_answered_side_by_side(self) -> None:
        with GeminiServer(latency=0.2) as server, ThreadPoolExecutor(8) as pool:
            began = time.monotonic()
            list(pool.map(lambda number: embed(server, f"text {number}"), range(8)))

            assert time.monotonic() - began < 1
            assert server.most_in_progress == 8


class TestLimits:
    @pytest.mark.parametrize(
        ("body", "message"),
        [
            (batch_of(*["orbit"] * 101), "at most 100 requests can be in one batch"),
            (batch_of(), "requests is empty"),
            (batch_of("orbit", ""), "contains an empty Part"),
            ({"requests": [request_of("orbit", dimensions=127)]}, "output_dimensionality must be 128 to 3072"),
            ({"requests": [request_of("orbit", dimensions=3073)]}, "output_dimensionality must be 128 to 3072"),
            ({"requests": [request_of("orbit", task_type="SEARCH")]}, "Invalid value at 'task_type'"),
            ({"texts": ["orbit"]}, "Invalid JSON payload"),
            ('{"requests":', "Invalid JSON payload"),
            (batch_of("a" * 4 * MEGABYTE), "Request payload size exceeds the limit: 4194304 bytes."),
        ],
    )
    def test_what_the_api_does_not_take_is_refused_whole(
        self, server: GeminiServer, body: object, message: str
    ) -> None:
        reply = ask(server.url, BATCH, body)

        assert (reply.status, reply.body["error"]["status"]) == (400, "INVALID_ARGUMENT")
        assert message in reply.message
        assert server.texts == []

    def test_a_hundred_texts_of_almost_four_megabytes_are_taken(self, server: GeminiServer) -> None:
        assert embed(server, *["a" * 41_000] * 100).status == 200

    def test_a_wrong_key_is_refused(self, server: GeminiServer) -> None:
        reply = ask(server.url, BATCH, batch_of("orbit"), key="wrong")

        assert (reply.status, reply.details["ErrorInfo"]["reason"]) == (400, "API_KEY_INVALID")

    @pytest.mark.parametrize("model", ["gemini-embedding-9", "gemini-2.5-flash"])
    def test_a_model_that_cannot_embed_is_not_found(self, server: GeminiServer, model: str) -> None:
        assert ask(server.url, BATCH.replace(MODEL, model), batch_of("orbit")).status == 404

    @pytest.mark.parametrize("refuses", ["puck", lambda text: text.endswith("puck")])
    def test_a_call_with_a_text_that_is_refused_is_refused_whole_and_not_told_for_which(self, refuses: Any) -> None:
        with GeminiServer(refuses=refuses) as server:
            refused, taken = embed(server, "orbit", "the puck"), embed(server, "orbit")

            assert (refused.status, refused.message) == (400, "Request contains an invalid argument.")
            assert (taken.status, server.texts) == (200, ["orbit"])


def seconds_told(refusal: Answer | None) -> float:
    assert refusal
    return float(Reply(*refusal[:2]).details["RetryInfo"]["retryDelay"].removesuffix("s"))


class TestQuotas:
    def test_each_text_is_one_request_and_a_refused_call_is_none(self) -> None:
        with GeminiServer(quotas=Quotas(requests_a_minute=5)) as server:
            statuses = [embed(server, *["orbit"] * n_texts).status for n_texts in (3, 3, 2, 1)]

            assert statuses == [200, 429, 200, 429]
            assert (server.n_texts, server.n_refused_for_quota) == (5, 2)

    def test_a_refusal_is_told_as_google_does(self) -> None:
        with GeminiServer(quotas=Quotas(requests_a_minute=1)) as server:
            embed(server, "orbit")
            reply = embed(server, "orbit")

            assert reply.body["error"]["status"] == "RESOURCE_EXHAUSTED"
            assert reply.details["QuotaFailure"]["violations"] == [
                {
                    "quotaMetric": "generativelanguage.googleapis.com/embed_content_free_tier_requests",
                    "quotaId": "EmbedContentRequestsPerMinutePerUserPerProjectPerModel-FreeTier",
                    "quotaDimensions": {"location": "global", "model": MODEL},
                    "quotaValue": "1",
                }
            ]
            assert re.fullmatch(r"(59|60)(\.\d+)?s", reply.details["RetryInfo"]["retryDelay"])
            assert f"Please retry in {reply.details['RetryInfo']['retryDelay']}." in reply.message

    def test_the_delay_is_until_enough_of_what_was_spent_is_a_minute_old(self) -> None:
        meter = Meter(Quotas(requests_a_minute=5))
        for moment, n_texts in ((0, 2), (10, 2), (20, 1)):
            assert meter.spend(MODEL, ["orbit"] * n_texts, now=moment) is None

        assert seconds_told(meter.spend(MODEL, ["orbit"] * 2, now=43)) == 17
        assert seconds_told(meter.spend(MODEL, ["orbit"] * 3, now=43)) == 27
        assert seconds_told(meter.spend(MODEL, ["orbit"] * 3, now=69.5)) == 0.5
        assert meter.spend(MODEL, ["orbit"] * 4, now=70) is None

    def test_a_call_beyond_the_whole_quota_never_fits(self) -> None:
        meter = Meter(Quotas(requests_a_minute=5))

        assert [seconds_told(meter.spend(MODEL, ["orbit"] * 6, now=moment)) for moment in (0, 600)] == [60, 60]

    def test_who_waits_as_long_as_told_is_let_in(self) -> None:
        with GeminiServer(quotas=Quotas(requests_a_minute=1, window=0.3)) as server:
            embed(server, "orbit")
            delay = embed(server, "orbit").details["RetryInfo"]["retryDelay"]
            time.sleep(float(delay.removesuffix("s")))

            assert embed(server, "orbit").status == 200

    def test_four_bytes_are_a_token(self) -> None:
        assert [n_tokens([text]) for text in ("", "abcd", "abcde", "\N{ROCKET}", "abcd\N{ROCKET}!")] == [0, 1, 2, 1, 3]

    def test_tokens_have_a_quota_of_their_own(self) -> None:
        meter = Meter(Quotas(tokens_a_minute=3))
        meter.spend(MODEL, ["abcdefgh"], now=0)
        refusal = meter.spend(MODEL, ["abcde"], now=15)

        assert seconds_told(refusal) == 45
        assert "EmbedContentInputTokensPerMinutePerUserPerProjectPerModel-FreeTier" in str(refusal)

    def test_a_day_is_1440_minutes(self) -> None:
        meter = Meter(Quotas(requests_a_day=1, window=0.1))
        meter.spend(MODEL, ["orbit"], now=0)
        refusal = meter.spend(MODEL, ["orbit"], now=4)

        assert seconds_told(refusal) == 140
        assert "EmbedContentRequestsPerDayPerUserPerProjectPerModel-FreeTier" in str(refusal)
        assert meter.spend(MODEL, ["orbit"], now=144) is None

    def test_of_several_quotas_all_that_are_exceeded_are_told_and_the_longest_delay(self) -> None:
        meter = Meter(Quotas(requests_a_minute=1, tokens_a_minute=2, requests_a_day=1))
        meter.spend(MODEL, ["abcdefgh"], now=0)
        refusal = meter.spend(MODEL, ["abcd"], now=1)

        assert seconds_told(refusal) == 86_399
        assert str(refusal).count("quotaId") == 3

    def test_each_model_has_its_own(self) -> None:
        meter = Meter(Quotas(requests_a_minute=1))

        assert [meter.spend(model, ["orbit"], now=0) for model in (MODEL, "gemini-embedding-2")] == [None, None]

    def test_the_delay_can_be_left_out(self) -> None:
        with GeminiServer(quotas=Quotas(requests_a_minute=0, tells_delay=False)) as server:
            reply = embed(server, "orbit")

            assert list(reply.details) == ["QuotaFailure"]
            assert "retry" not in reply.message


class TestFaults:
    @pytest.mark.parametrize(
        ("fault", "status", "reason"),
        [
            (Fault.LIMIT, 429, "RESOURCE_EXHAUSTED"),
            (Fault.LIMIT_WITHOUT_DELAY, 429, "RESOURCE_EXHAUSTED"),
            (Fault.INTERNAL, 500, "INTERNAL"),
            (Fault.UNAVAILABLE, 503, "UNAVAILABLE"),
            (Fault.REGION, 400, "FAILED_PRECONDITION"),
        ],
    )
    def test_refusals_come_for_as_many_requests_as_asked(
        self, server: GeminiServer, fault: Fault, status: int, reason: str
    ) -> None:
        server.fail_next(fault, n_requests=2)
        first, second, third = (embed(server, "orbit") for _ in range(3))

        assert (first.status, first.body["error"]["status"]) == (status, reason)
        assert (second.status, third.status) == (status, 200)

    def test_a_limit_tells_a_short_delay_or_none(self, server: GeminiServer) -> None:
        server.fail_next(Fault.LIMIT)
        server.fail_next(Fault.LIMIT_WITHOUT_DELAY)

        assert embed(server, "orbit").details["RetryInfo"]["retryDelay"] == "0.1s"
        assert embed(server, "orbit").details == {}

    @pytest.mark.parametrize("fault", [Fault.RESET, Fault.RESET_MIDWAY])
    def test_a_connection_is_reset_and_not_just_closed(self, server: GeminiServer, fault: Fault) -> None:
        server.fail_next(fault)

        with pytest.raises(ConnectionResetError) as caught:
            embed(server, "orbit")

        assert not isinstance(caught.value, RemoteDisconnected)

    def test_a_reset_in_mid_answer_comes_after_a_good_beginning(self, server: GeminiServer) -> None:
        server.fail_next(Fault.RESET_MIDWAY)

        with closing(connect(server.url)) as connection:
            connection.request("POST", BATCH, json.dumps(batch_of("orbit")), {"x-goog-api-key": API_KEY})
            response = connection.getresponse()

            assert (response.status, response.read(10)) == (200, b'{"embeddin')

    def test_silence_lasts_until_the_client_gives_up(self, server: GeminiServer) -> None:
        server.fail_next(Fault.SILENCE)

        with closing(connect(server.url, timeout=0.05)) as connection, pytest.raises(TimeoutError):
            ask_on(connection, BATCH, batch_of("orbit"))

    def test_silence_ends_with_the_server(self) -> None:
        with ThreadPoolExecutor() as pool:
            with GeminiServer() as server:
                server.fail_next(Fault.SILENCE)
                waiting = pool.submit(embed, server, "orbit")
                while not server.n_requests:
                    time.sleep(0.01)

            assert isinstance(waiting.exception(timeout=5), ConnectionError)

    def test_the_json_is_cut_off_in_a_whole_answer(self, server: GeminiServer) -> None:
        whole = embed(server, "orbit", "goal").content
        server.fail_next(Fault.CUT_OFF)

        assert embed(server, "orbit", "goal") == (200, whole[: len(whole) // 2])

    def test_one_embedding_is_missing(self, server: GeminiServer) -> None:
        server.fail_next(Fault.FEWER)

        assert embed(server, "orbit", "goal").embeddings == [embedding_of("orbit", "CLUSTERING", 128)]

    def test_one_number_is_the_bare_word_nan(self, server: GeminiServer) -> None:
        server.fail_next(Fault.NAN)
        reply = embed(server, "orbit", "goal")

        assert [len(embedding) for embedding in reply.embeddings] == [128, 128]
        assert reply.content.count("[NaN,") == 1

    def test_one_embedding_is_short(self, server: GeminiServer) -> None:
        server.fail_next(Fault.SHORT)

        assert [len(embedding) for embedding in embed(server, "orbit", "goal").embeddings] == [128, 127]

    @pytest.mark.parametrize("fault", AFTER)
    def test_what_fails_after_embedding_is_paid_for_and_lost(self, server: GeminiServer, fault: Fault) -> None:
        ask_in_vain(server, fault)
        paid = Request("orbit", MODEL, "CLUSTERING", 128)

        assert (server.n_embedded[paid], server.n_lost[paid], server.texts) == (1, 1, ["orbit"])

    @pytest.mark.parametrize("fault", BEFORE)
    def test_what_fails_before_embedding_is_not_paid_for(self, server: GeminiServer, fault: Fault) -> None:
        ask_in_vain(server, fault)

        assert (server.n_requests, server.texts, server.n_lost.total()) == (1, [], 0)


def ask_in_vain(server: GeminiServer, fault: Fault) -> None:
    server.fail_next(fault)
    with closing(connect(server.url, timeout=0.1)) as connection, suppress(OSError, HTTPException):
        ask_on(connection, BATCH, batch_of("orbit"))


class TestStorm:
    def test_the_same_seed_is_the_same_storm(self) -> None:
        first, second, other = ([storm.next() for _ in range(50)] for storm in map(Storm, [0.5] * 3, [7, 7, 8]))

        assert first == second != other

    def test_it_hits_the_fraction_in_every_way_that_passes(self) -> None:
        storm = Storm(0.3, seed=1)
        faults = [storm.next() for _ in range(10_000)]

        assert 2_800 < sum(fault is not None for fault in faults) < 3_200
        assert set(faults) == {*Fault, None} - {Fault.REGION}

    def test_its_kinds_can_be_chosen(self) -> None:
        with GeminiServer(storm=Storm(1, kinds=[Fault.UNAVAILABLE])) as server:
            assert [embed(server, "orbit").status for _ in range(3)] == [503] * 3


class TestModels:
    @pytest.mark.parametrize("version", ["v1", "v1beta"])
    def test_the_sdk_lists_all_over_pages_also_those_that_cannot_embed(
        self, server: GeminiServer, version: str
    ) -> None:
        options = types.HttpOptions(base_url=server.url, api_version=version)
        with genai.Client(api_key=API_KEY, http_options=options) as client:
            models = {model.name: model for model in client.models.list(config={"page_size": 3})}

        assert models.keys() == {f"models/{name}" for name in (MODEL, "gemini-embedding-2", *OTHER_MODELS)}
        assert models[f"models/{MODEL}"].input_token_limit == 2_048
        assert models["models/gemini-2.5-flash"].supported_actions == ["generateContent"]
        assert [("pageToken=3" in path) for path in server.paths] == [False, True]

    @pytest.mark.parametrize("version", ["v1", "v1beta"])
    def test_the_sdk_reads_one(self, server: GeminiServer, version: str) -> None:
        options = types.HttpOptions(base_url=server.url, api_version=version)
        with genai.Client(api_key=API_KEY, http_options=options) as client:
            model = client.models.get(model="gemini-embedding-2")

        assert (model.display_name, model.input_token_limit) == ("Gemini Embedding 2", 8_192)
        assert "embedContent" in (model.supported_actions or [])

    def test_one_that_is_unknown_is_not_found(self, server: GeminiServer) -> None:
        assert ask(server.url, "/v1/models/gemini-embedding-9").status == 404

    def test_the_key_is_needed(self, server: GeminiServer) -> None:
        assert ask(server.url, "/v1/models", key="wrong").status == 400


class TestCounts:
    def test_a_text_is_distinct_by_all_that_its_embedding_depends_on(self, server: GeminiServer) -> None:
        for task_type, dimensions in (
            ("CLUSTERING", 128),
            ("CLUSTERING", 128),
            ("CLUSTERING", 256),
            ("RETRIEVAL_QUERY", 128),
        ):
            ask(server.url, BATCH, {"requests": [request_of("orbit", task_type, dimensions)]})
        counts = ask(server.url, "/counts", key="").body

        assert (counts["n_requests"], counts["n_texts"], counts["n_distinct_texts"]) == (4, 4, 3)
        assert counts["embedded_again"] == [
            {
                "text": "orbit",
                "model": MODEL,
                "task_type": "CLUSTERING",
                "dimensions": 128,
                "n_embedded": 2,
                "n_lost": 0,
            }
        ]

    def test_none_is_missed_when_many_ask_at_once(self, server: GeminiServer) -> None:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda number: embed(server, *["orbit"] * 10, f"text {number % 50}"), range(200)))

        assert server.n_embedded[Request("orbit", MODEL, "CLUSTERING", 128)] == 2_000
        assert [server.n_embedded[Request(f"text {number}", MODEL, "CLUSTERING", 128)] for number in range(50)] == [
            4
        ] * 50
        assert (server.n_requests, server.n_texts, len(server.task_types)) == (200, 2_200, 2_200)

    def test_they_are_forgotten_on_demand(self, server: GeminiServer) -> None:
        embed(server, "orbit")

        assert ask(server.url, "/reset", {}, key="").status == 200
        assert ask(server.url, "/counts").body == {
            "n_requests": 0,
            "n_texts": 0,
            "n_distinct_texts": 0,
            "n_lost": 0,
            "n_refused_for_quota": 0,
            "most_in_progress": 0,
            "embedded_again": [],
        }


@contextmanager
def alone(*arguments: str | Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the stand-in in a process of its own, and give its address."""
    command = [sys.executable, "-m", "tests.gemini_server", *map(str, arguments)]
    root = Path(__file__).resolve().parents[1]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.terminate()


class TestAlone:
    def test_it_tells_its_address_and_counts_what_other_processes_ask(self, tmp_path: Path) -> None:
        with alone("--rpm", "2", "--refuse", "puck", "--log", tmp_path / "log") as (url, _):
            statuses = [ask(url, BATCH, batch_of(*texts.split())).status for texts in ("orbit goal", "key", "puck")]
            counts = ask(url, "/counts").body

        assert statuses == [200, 429, 400]
        assert (counts["n_texts"], counts["n_refused_for_quota"]) == (2, 1)
        assert len((tmp_path / "log").read_text().splitlines()) == 3

    @pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
    def test_it_ends_quietly_when_told_to(self, ending: signal.Signals) -> None:
        with (
            alone("--storm", "1", "--seed", "3", "--latency", "30") as (url, process),
            closing(connect(url)) as waiting,
        ):
            waiting.request("GET", "/v1/models")
            process.send_signal(ending)

            assert process.wait(timeout=5) == 0
            assert process.stdout
            assert process.stdout.read() == ""
