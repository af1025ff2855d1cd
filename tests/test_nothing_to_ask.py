"""Nothing to ask: what HTTP and MCP answer where the store is empty, or cannot be read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from explorer.app import Address, launch
from explorer.app.asking import Asking
from explorer.app.mcp_server import McpServer
from explorer.app.page import build_broken_page
from explorer.app.rights import TO_FILL
from ingest.errors import UserError
from tests.served import NAMES, serving_store

pytest.importorskip("mcp", reason="no MCP: install the extra mcp")

DAMAGED = UserError("The store is damaged: make it anew.")
NEEDED: dict[str, dict[str, Any]] = {
    "search": {"text": "orbit"},
    "similar": {"ids": ["1"]},
    "show": {"id": "1"},
    "classify": {"text": "a"},
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("empty")
    with serving_store(folder / "store", Address(), folder) as (url, _):
        yield url


@pytest.fixture(scope="module")
def broken() -> Iterator[str]:
    page = build_broken_page(DAMAGED)
    yield launch(page, Address(), McpServer(Asking({}, DAMAGED)))
    page.close(verbose=False)


def told_over_http(url: str, name: str) -> str:
    with pytest.raises(AppError) as refusal:
        Client(url, verbose=False).predict(**NEEDED.get(name, {}), api_name=f"/{name}")
    return str(refusal.value)


def called(url: str, name: str) -> dict[str, Any]:
    """Return what MCP's tool answers."""
    asked = {"name": name, "arguments": NEEDED.get(name, {})}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": asked}
    answer = httpx.post(f"{url}mcp", json=call, headers={"Accept": "application/json, text/event-stream"}, timeout=60)
    found: dict[str, Any] = answer.json()["result"]
    return found


@pytest.mark.parametrize("name", [name for name in NAMES if name != "collections"])
def test_of_an_empty_store_it_is_said_how_it_is_filled(empty: str, name: str) -> None:
    assert told_over_http(empty, name) == TO_FILL


def test_a_tool_says_the_same(empty: str) -> None:
    assert called(empty, "cluster") == {"content": [{"type": "text", "text": TO_FILL}], "isError": True}


def test_that_it_holds_nothing_is_an_answer(empty: str) -> None:
    assert json.loads(called(empty, "collections")["content"][0]["text"]) == []


def test_nothing_is_fetched_for_anyone_there_either(broken: str) -> None:
    file = {"path": "http://127.0.0.1:9/big.csv", "meta": {"_type": "gradio.FileData"}}

    assert "fetches no files" in httpx.post(f"{broken}gradio_api/run/search", json={"data": [file]}).text


@pytest.mark.parametrize("name", ["search", "collections"])
def test_of_a_store_that_cannot_be_read_it_is_said_why(broken: str, name: str) -> None:
    assert told_over_http(broken, name) == str(DAMAGED)
    assert called(broken, name)["content"][0]["text"] == str(DAMAGED)
