"""Exposure: where the app can be served, who may reach it, and what its log says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from explorer.__main__ import main
from explorer.app import Address, launch
from explorer.app.asking import Asking
from explorer.app.exposure import require_safe
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

    @pytest.mark.parametrize(
        ("root", "path"),
        [
            ("/explorer", "mcp"),
            ("/explorer", "explorer/mcp"),
            ("/explorer", "gradio_api/info"),
            ("/explorer", "explorer/gradio_api/info"),
            ("/explorer/", "mcp"),
            ("/explorer/", "explorer//mcp"),
        ],
    )
    def test_nor_where_a_proxy_has_the_app_beneath_a_path(
        self, monkeypatch: pytest.MonkeyPatch, root: str, path: str
    ) -> None:
        monkeypatch.setenv("GRADIO_ROOT_PATH", root)
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
