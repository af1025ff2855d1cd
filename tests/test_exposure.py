"""Exposure: who may reach the app, from where, which files it gives away, and what its log says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from explorer.__main__ import main
from explorer.app import Address, attempts, launch, uploads
from explorer.app.asking import Asking
from explorer.app.exposure import require_safe
from explorer.app.guard import MOST_ASKED
from explorer.app.listening import free_ports
from explorer.app.mcp_server import McpServer
from explorer.app.page import build_broken_page
from explorer.verbs.app import auth_of_environment
from ingest.errors import UserError
from ingest.store import Store
from tests.commands import ROOT, command
from tests.gemini_server import API_KEY, GeminiServer, refuse
from tests.served import NAMES, POST, Visitor, copied, serving

AUTH = ("ada", "lovelace")


@contextmanager
def served_on(host: str, auth: tuple[str, str] | None = None) -> Iterator[str]:
    """Serve a page on a host, or skip where this machine has no such addresses."""
    if ":" in host and not has_ipv6():
        pytest.skip("this machine has no IPv6")
    nothing = UserError("Nothing is shown.")
    page = build_broken_page(nothing)
    yield launch(page, Address(host, auth=auth), McpServer(Asking({}, nothing)))
    page.close(verbose=False)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


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

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8", "::1", "[::1]"])
    def test_this_machine_is(self, host: str) -> None:
        require_safe(host, None)
        with served_on(host) as url:
            assert httpx.get(url).is_success

    @pytest.mark.parametrize("host", ["0.0.0.0", "::"])
    def test_with_a_password_every_interface_is_served_and_an_address_told_that_leads_there(self, host: str) -> None:
        with served_on(host, AUTH) as url:
            assert urlsplit(url).hostname in ("localhost", "::1")
            assert '"auth_required":true' in httpx.get(url).text

    @pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "no.such.name.invalid"])
    def test_a_host_that_is_not_here_is_refused_in_a_line(self, host: str) -> None:
        with pytest.raises(UserError, match=f"^Nothing can be served on {re.escape(host)} .+: give another --host.$"):
            next(free_ports(host, 7860))

    def test_that_a_network_carries_the_password_is_told(self) -> None:
        assert "clear text" in Address("0.0.0.0", auth=AUTH).in_clear_text
        assert not Address("127.0.0.1", auth=AUTH).in_clear_text


class TestPassword:
    @pytest.mark.parametrize("name", NAMES)
    def test_no_endpoint_answers_without_it(self, guarded: str, name: str) -> None:
        assert httpx.post(f"{guarded}gradio_api/call/{name}", json={"data": []}).status_code == 401
        assert httpx.post(f"{guarded}gradio_api/run/{name}", json={"data": []}).status_code == 401

    @pytest.mark.parametrize("path", ["config", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/file=x"])
    def test_nor_is_anything_told_of_the_app(self, guarded: str, path: str) -> None:
        assert httpx.get(f"{guarded}{path}").status_code == 401

    @pytest.mark.parametrize("path", ["mcp", "explorer/mcp", "gradio_api/info", "explorer/gradio_api/info"])
    def test_nor_where_a_proxy_has_the_app_beneath_a_path(self, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
        monkeypatch.setenv("GRADIO_ROOT_PATH", "/explorer")
        with served_on("127.0.0.1", AUTH) as url:
            assert httpx.get(f"{url}{path}").status_code == 401

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

    @pytest.mark.parametrize(
        "told",
        [
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
            {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script"},
            {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"},
        ],
    )
    def test_nor_show_as_its_own_what_is_only_fetched(self, url: str, told: dict[str, str]) -> None:
        assert httpx.get(f"{url}config", headers=told).status_code == 403

    def test_it_can_link_here(self, url: str) -> None:
        told = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

        assert httpx.get(url, headers=told).is_success

    def test_browsers_are_told_to_show_it_within_no_other(self, url: str) -> None:
        assert httpx.get(url).headers["Content-Security-Policy"] == "frame-ancestors 'self'"

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

    @pytest.mark.parametrize("path", ["process_recording", "deep_link?session_hash=x", "vibe-edit", "stream/x/close"])
    def test_nothing_of_gradio_s_that_takes_more_is_there(self, url: str, path: str) -> None:
        assert httpx.post(f"{url}gradio_api/{path}", files={"files": ("a", b"a")}).status_code == 404

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


class TestSizes:
    """What nobody may have this machine read, least of all before it has asked for the password."""

    @pytest.mark.parametrize("path", ["login", "gradio_api/run/search", "gradio_api/queue/join", "mcp", "verbs"])
    def test_a_request_that_is_too_long_is_not_read(self, guarded: str, path: str) -> None:
        assert answered(guarded, path, f"Content-Length: {MOST_ASKED + 1}").startswith("HTTP/1.1 413")

    def test_nor_is_one_that_does_not_say_how_long_it_is(self, guarded: str) -> None:
        assert answered(guarded, "login", "Transfer-Encoding: chunked").startswith("HTTP/1.1 411")

    def test_a_file_is_not_taken_without_the_password(self, guarded: str) -> None:
        assert httpx.post(f"{guarded}gradio_api/upload", files={"files": ("a.csv", b"text")}).status_code in (401, 403)


def answered(url: str, path: str, header: str) -> str:
    """Return what is answered to the head of a request whose body never comes."""
    place = urlsplit(url)
    assert place.hostname and place.port
    with socket.create_connection((place.hostname, place.port), timeout=10) as connection:
        connection.sendall(f"POST /{path} HTTP/1.1\r\nHost: {place.netloc}\r\n{header}\r\n\r\n".encode())
        return connection.recv(100).decode()


class TestGuessing:
    """Wrong passwords of late make the next one from there wait, at Gradio's login and by HTTP's Basic alike."""

    @pytest.mark.parametrize("is_basic", [True, False])
    def test_a_guess_after_wrong_ones_waits_and_holds_up_nobody(
        self, stored: Path, tmp_path: Path, is_basic: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(attempts, "SECONDS_EACH", 0.4)

        def guess(url: str, password: str) -> int:
            if is_basic:
                return httpx.get(f"{url}mcp", auth=("ada", password)).status_code
            return httpx.post(f"{url}login", data={"username": "ada", "password": password}).status_code

        with serving(copied(stored, tmp_path), Address(auth=AUTH)) as url, ThreadPoolExecutor(1) as aside:
            statuses = [guess(url, "byron"), guess(url, "keats")]
            waiting = aside.submit(guess, url, "shelley")
            start = time.monotonic()
            page = httpx.get(url)
            seconds_to_page = time.monotonic() - start
            statuses.append(waiting.result())

        assert page.is_success
        assert len(set(statuses)) == 1
        assert seconds_to_page < time.monotonic() - start - 0.2


def test_nobody_writes_lines_into_the_log(guarded: str, capfd: pytest.CaptureFixture[str]) -> None:
    for path in ("gradio_api/custom_component/x%0Aforged%1B/client/a/b", "x%0Aforged%1B", "gradio_api/file=%0Aforged"):
        httpx.get(f"{guarded}{path}")

    assert "forged" not in "".join(capfd.readouterr())


def test_what_a_visitor_can_mend_is_told_and_not_in_the_log(url: str, capfd: pytest.CaptureFixture[str]) -> None:
    told = Visitor(url).does("map", "apply", polygon=[[0, 0], [1, 0], [0, 1]])  # of a page from before a restart

    assert "This page is not known any more: load it again." in told
    assert capfd.readouterr().err == ""


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
