"""The guard: what pages elsewhere, large requests, and those who guess at the password come to."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from explorer.app import Address, attempts, uploads
from explorer.app.guard import MOST_ASKED
from tests.served import copied, serving

AUTH = ("ada", "lovelace")
LOGIN = dict(zip(("username", "password"), AUTH, strict=True))


@pytest.fixture(scope="module")
def stored(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(filled, tmp_path_factory.mktemp("guard"))


@pytest.fixture(scope="module")
def url(stored: Path) -> Iterator[str]:
    with serving(stored, Address()) as url:
        yield url


@pytest.fixture(scope="module")
def guarded(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an app that asks for a password."""
    with serving(copied(filled, tmp_path_factory.mktemp("with-password")), Address(auth=AUTH)) as url:
        yield url


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

    @pytest.mark.parametrize("path", ["gradio_api/upload", "gradio_api/upload/", "gradio_api/upload%0A"])
    def test_none_is_taken_where_nobody_may_change_anything(self, guarded: str, path: str) -> None:
        with httpx.Client(base_url=guarded) as client:
            assert client.post("login", data=LOGIN).is_success
            answer = client.post(path, files={"files": ("posts.csv", b"text")})

        assert answer.status_code in (403, 404)

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

    def test_no_other_path_leads_to_the_login(self, guarded: str) -> None:
        assert httpx.post(f"{guarded}login%0A", data=LOGIN).status_code == 404
