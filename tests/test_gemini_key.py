"""The key: where it is found, how a wrong one is told, and that it never shows."""

from __future__ import annotations

import json
import traceback

import pytest

from ingest.embedders import gemini
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.gemini_key import KEY_VARIABLES, find_key, require_key
from ingest.embedders.pace import Sending
from ingest.errors import UserError
from tests.gemini_server import API_KEY, Fault, GeminiServer, refuse
from tests.sending import CLUSTERING, SHUTTLE, Clock, line_of


def all_told_of(embedder: GeminiEmbedder) -> str:
    """Return everything that a failing batch could show: the error, its parts, its traceback and the embedder."""
    try:
        embedder.embed([SHUTTLE], CLUSTERING)
    except UserError as error:
        return f"{error!r} {vars(error)} {embedder!r} {traceback.format_exc()}"
    raise AssertionError("nothing failed")


class TestFinding:
    @pytest.mark.parametrize(
        ("sources", "source"),
        [
            ({"GOOGLE_API_KEY": "a", "GEMINI_API_KEY": "b"}, "GOOGLE_API_KEY"),
            ({"GEMINI_API_KEY": "b"}, "GEMINI_API_KEY"),
            ({"GOOGLE_API_KEY": " ", "GEMINI_API_KEY": "b"}, "GEMINI_API_KEY"),
            ({"GOOGLE_API_KEY": "a", "api_key": "c"}, "api_key"),
        ],
    )
    def test_the_first_that_is_set_wins(self, sources: dict[str, str], source: str) -> None:
        key = find_key(sources)

        assert key
        assert (key.source, key.value) == (source, sources[source])

    def test_white_space_around_it_is_no_part_of_it(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer
    ) -> None:
        monkeypatch.delenv("GOOGLE_API_KEY")
        monkeypatch.setenv("GEMINI_API_KEY", f" {API_KEY}\n")

        GeminiEmbedder().embed([SHUTTLE], CLUSTERING)

        assert server.n_texts == 1

    def test_a_missing_one_is_told_with_both_variables_and_the_offline_way(self) -> None:
        with pytest.raises(UserError, match=r"GOOGLE_API_KEY nor GEMINI_API_KEY.*--embedder minilm"):
            GeminiEmbedder().require_ready()

    def test_none_is_needed_to_estimate(self) -> None:
        assert GeminiEmbedder().batches([SHUTTLE]) == [[SHUTTLE]]

    @pytest.mark.parametrize("value", ["“quoted-key”", "two\nlines"])
    def test_one_that_no_header_can_carry_is_refused_at_once_and_not_shown(self, value: str) -> None:
        with pytest.raises(UserError, match="api_key has characters that no key has: copy it again") as caught:
            GeminiEmbedder(api_key=value)

        assert value not in str(caught.value)


class TestWrong:
    @pytest.mark.parametrize("variable", KEY_VARIABLES)
    def test_it_is_told_by_its_variable_at_once(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer, variable: str
    ) -> None:
        monkeypatch.delenv("GOOGLE_API_KEY")
        monkeypatch.setenv(variable, "wrong-key")

        assert f"refuses the key in {variable} (API key not valid" in line_of(GeminiEmbedder())
        assert server.n_requests == 1

    @pytest.mark.parametrize(("status", "word"), [(401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED")])
    def test_every_refusal_of_it_is_final(self, server: GeminiServer, status: int, word: str) -> None:
        server.answer_next(status, refuse(status, word, "This key was reported as leaked.").body)

        assert "refuses the key in GOOGLE_API_KEY (This key was reported as leaked)" in line_of(GeminiEmbedder())
        assert server.n_requests == 1


class TestSecrecy:
    def test_it_does_not_show_in_its_own_representation(self) -> None:
        assert API_KEY not in repr(require_key(find_key({"GOOGLE_API_KEY": API_KEY})))

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (403, refuse(403, "PERMISSION_DENIED", f"The key {API_KEY} was reported as leaked.").body),
            (403, json.dumps({"error": {"message": {"headers": {"x-goog-api-key": API_KEY}}}})),
            (403, json.dumps({"error": {"message": [API_KEY], "status": [API_KEY]}})),
            (429, json.dumps({"error": {"message": API_KEY, "details": 5}})),
            (400, refuse(400, "INVALID_ARGUMENT", f"Not valid: {API_KEY}", {"reason": "API_KEY_INVALID"}).body),
            (429, refuse(429, "RESOURCE_EXHAUSTED", f"{API_KEY} is exhausted.").body),
            (500, refuse(500, "INTERNAL", f"x-goog-api-key: {API_KEY}").body),
            (418, f"<html>x-goog-api-key: {API_KEY}</html>"),
            (200, f"x-goog-api-key: {API_KEY}"),
            (200, f'{{"embeddings": [{{"values": ["{API_KEY}"]}}]}}'),
        ],
    )
    def test_what_the_server_repeats_of_it_is_hidden_everywhere(
        self, server: GeminiServer, clock: Clock, status: int, body: str
    ) -> None:
        server.answer_next(status, body, n_requests=50)

        assert API_KEY not in all_told_of(GeminiEmbedder())

    @pytest.mark.parametrize("n_before", range(200, 240, 5))
    def test_where_the_servers_words_are_cut_no_part_of_it_is_left(self, server: GeminiServer, n_before: int) -> None:
        server.answer_next(403, refuse(403, "PERMISSION_DENIED", f"{'x' * n_before} {API_KEY} was refused.").body)

        assert API_KEY[:4] not in line_of(GeminiEmbedder())

    def test_nor_does_it_show_where_nobody_answers(
        self, monkeypatch: pytest.MonkeyPatch, server: GeminiServer, clock: Clock
    ) -> None:
        monkeypatch.setattr(gemini, "TIMEOUT_MILLISECONDS", 50)
        server.fail_next(Fault.SILENCE, n_requests=50)

        assert API_KEY not in all_told_of(GeminiEmbedder())

    def test_what_is_told_of_waits_hides_it_too(self, server: GeminiServer, clock: Clock) -> None:
        lines: list[str] = []
        server.answer_next(503, refuse(503, "UNAVAILABLE", f"x-goog-api-key: {API_KEY}").body)

        GeminiEmbedder(sending=Sending(tell=lines.append)).embed([SHUTTLE], CLUSTERING)

        assert len(lines) == 1
        assert "(x-goog-api-key: [key])" in lines[0]
