"""Exposure: who may reach the app, from where, which files it gives away, and what its log says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from explorer.__main__ import main
from explorer.app import Address, uploads
from explorer.app.exposure import is_loopback
from explorer.verbs.app import auth_of_environment
from ingest.store import Store
from tests.commands import ROOT, command
from tests.gemini_server import API_KEY, GeminiServer, refuse
from tests.served import NAMES, POST, copied, serving

AUTH = ("ada", "lovelace")


@pytest.fixture(scope="module")
def stored(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(filled, tmp_path_factory.mktemp("exposure"))


@pytest.fixture(scope="module")
def url(stored: Path) -> Iterator[str]:
    with serving(stored, Address()) as url:
        yield url


@pytest.fixture(scope="module")
def guarded(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app that asks for a password."""
    with serving(copied(filled, tmp_path_factory.mktemp("guarded")), Address(auth=AUTH)) as url:
        yield url


class TestHost:
    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "example.org", "192.168.0.7"])
    def test_others_are_not_let_in_without_a_password(
        self, stored: Path, host: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        ended = command(main, capfd)("--host", host, "--no-browser", "--store", stored)

        assert (ended.status, ended.out) == (1, "")
        assert ended.err.count("\n") == 1
        assert "--auth USER:PASSWORD" in ended.err
        assert "leave --host" in ended.err

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
    def test_this_machine_is(self, host: str) -> None:
        assert is_loopback(host)


class TestPassword:
    @pytest.mark.parametrize("name", NAMES)
    def test_no_endpoint_answers_without_it(self, guarded: str, name: str) -> None:
        assert httpx.post(f"{guarded}gradio_api/call/{name}", json={"data": []}).status_code == 401
        assert httpx.post(f"{guarded}gradio_api/run/{name}", json={"data": []}).status_code == 401

    @pytest.mark.parametrize("path", ["config", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/file=x"])
    def test_nor_is_anything_told_of_the_app(self, guarded: str, path: str) -> None:
        assert httpx.get(f"{guarded}{path}").status_code == 401

    def test_the_page_asks_for_it_and_shows_nothing(self, guarded: str) -> None:
        page = httpx.get(guarded).text

        assert '"auth_required":true' in page
        assert "sci.space" not in page

    def test_a_client_that_knows_it_is_answered(self, guarded: str) -> None:
        client = Client(guarded, auth=AUTH, verbose=False)

        assert client.predict(text="orbit", n_results=1, api_name="/search")[0]["id"] == POST

    def test_a_wrong_one_is_refused(self, guarded: str) -> None:
        with pytest.raises(ValueError, match="Could not login"):
            Client(guarded, auth=("ada", "byron"), verbose=False)

    def test_it_can_be_kept_out_of_the_list_of_processes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("EXPLORER_AUTH", "ada:love:lace")

        assert auth_of_environment() == ("ada", "love:lace")

    def test_what_is_none_is_told_by_the_app_alone(
        self, stored: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setenv("EXPLORER_AUTH", "ada")
        run_explorer = command(main, capfd)

        assert run_explorer("--no-browser", "--store", stored).err.startswith("error: EXPLORER_AUTH cannot be used")
        assert run_explorer("collections", "--store", stored).status == 0


class TestOtherPages:
    """What a page that someone visits could do through that person's browser."""

    @pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1", "http://127.0.0.1.evil"])
    @pytest.mark.parametrize("path", ["gradio_api/call/collections", "gradio_api/queue/join", "mcp"])
    def test_it_cannot_ask(self, url: str, path: str, origin: str) -> None:
        answer = httpx.post(f"{url}{path}", json={"data": []}, headers={"Origin": origin})

        assert answer.status_code == 403
        assert "another origin" in answer.text

    def test_our_own_can(self, url: str) -> None:
        headers = {"Origin": url.rstrip("/")}

        assert httpx.post(f"{url}gradio_api/call/collections", json={"data": ["", ""]}, headers=headers).is_success

    @pytest.mark.parametrize("path", ["", "config", "gradio_api/info", "mcp"])
    def test_a_name_that_it_lets_lead_here_is_not_answered(self, url: str, path: str) -> None:
        assert httpx.get(f"{url}{path}", headers={"Host": "evil.example"}).status_code == 403

    def test_localhost_is(self, url: str) -> None:
        assert httpx.get(url, headers={"Host": f"localhost:{urlsplit(url).port}"}).is_success


class TestFiles:
    @pytest.mark.parametrize(
        "path", ["/etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "pyproject.toml", "/proc/self/environ"]
    )
    @pytest.mark.parametrize("route", ["gradio_api/file=", "gradio_api/file/"])
    def test_none_of_this_machine_is_given_away(self, url: str, route: str, path: str) -> None:
        assert httpx.get(f"{url}{route}{path}").status_code == 403

    def test_nor_is_any_of_the_store(self, url: str, stored: Path) -> None:
        files = [path for path in stored.rglob("*") if path.is_file()]

        assert stored / "embeddings.sqlite3" in files
        assert {httpx.get(f"{url}gradio_api/file={path}").status_code for path in files} == {403}

    @pytest.mark.parametrize(
        "path", ["file=https://example.org/x", "file/http://127.0.0.1/", "proxy=https://x.hf.space"]
    )
    def test_nothing_is_fetched_for_anyone(self, url: str, path: str) -> None:
        answer = httpx.get(f"{url}gradio_api/{path}")

        assert (answer.status_code, answer.text) == (403, "The app neither fetches nor takes files.")

    def test_nor_is_what_an_event_calls_a_file(self, url: str) -> None:
        """Gradio would fetch it before any handler is asked."""
        asked: list[str] = []

        class Listener(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

        with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            path = f"http://localhost:{server.server_port}/big.csv"
            file = {"path": path, "meta": {"_type": "gradio.FileData"}}
            answer = httpx.post(f"{url}gradio_api/run/search", json={"data": [file]})
            server.shutdown()

        assert (asked, answer.is_success) == ([], False)
        assert "fetches no files" in answer.text

    def test_no_more_than_so_much_can_be_uploaded(
        self, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "MOST_BYTES", 1_000)
        with serving(copied(filled, tmp_path), Address()) as url:
            within, beyond = (
                httpx.post(f"{url}gradio_api/upload", files={"files": ("posts.csv", b"a" * size)})
                for size in (900, 1_100)
            )

        assert (within.status_code, beyond.status_code) == (200, 413)


class TestLog:
    """What the app writes, asked over HTTP with every logger at its most talkative."""

    TALKATIVE = (
        "import logging, sys; logging.basicConfig(level=logging.DEBUG); "
        "from explorer.__main__ import main; sys.exit(main(['--no-browser', '--mcp', '--store', sys.argv[1]]))"
    )

    def test_neither_questions_nor_posts_nor_the_key_are_in_it(self, tmp_path: Path) -> None:
        with GeminiServer() as server:
            environment = {**os.environ, **server.environment, "GOOGLE_API_KEY": API_KEY}
            ingest = ["-m", "ingest", "sample", "--dimensions", "128", "--per-newsgroup", "1", "--rpm", "250"]
            embedding = [sys.executable, *ingest, "--store", str(tmp_path)]
            subprocess.run(embedding, cwd=ROOT, env=environment, check=True, capture_output=True)
            with Store(tmp_path) as store:
                texts = [post.text for post in store.collection(store.manifests()[0].collection).posts()]
            log = self.log_of_a_good_and_a_bad_search(server, tmp_path, environment)

        assert "DEBUG" in log
        for secret in (
            "plutonium smugglers",
            "nobody may know this",
            "whispered to a tool",
            API_KEY,
            *(text[:30] for text in texts),
        ):
            assert secret not in log

    def log_of_a_good_and_a_bad_search(self, server: GeminiServer, folder: Path, environment: dict[str, str]) -> str:
        talking = [sys.executable, "-c", self.TALKATIVE, str(folder)]
        with (folder / "log").open("w+") as log:
            process = subprocess.Popen(
                talking, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=log
            )
            assert process.stdout
            url = next(word for word in process.stdout.readline().split() if "http" in word)
            client = Client(url, verbose=False)
            call = {"name": "search", "arguments": {"text": "whispered to a tool"}}
            assert httpx.post(
                f"{url}mcp",
                json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
                headers={"Accept": "application/json, text/event-stream"},
            ).is_success
            assert client.predict(text="plutonium smugglers", api_name="/search")
            server.answer_next(403, refuse(403, "PERMISSION_DENIED", f"{API_KEY} may not").body, n_requests=100)
            with pytest.raises(AppError, match=r"PERMISSION_DENIED|refuses"):
                client.predict(text="nobody may know this", api_name="/search")
            process.terminate()
            process.wait()
            log.seek(0)
            return log.read()
