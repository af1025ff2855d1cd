"""The MCP server, as a client sees it: the tools, their answers, and the password."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from explorer.app import Address
from explorer.app.endpoints import ENDPOINTS
from explorer.app.mcp_server import TOOLS, make_tool, require_mcp
from ingest.errors import UserError
from tests.awaiting import awaited
from tests.served import POST, copied, serving

pytest.importorskip("mcp", reason="no MCP: install the extra mcp")

ADDRESS = Address(auth=("ada", "lovelace"))
ARGUMENTS: dict[str, dict[str, Any]] = {
    "search": {"text": "orbit", "n_results": 1},
    "similar": {"ids": [POST], "n_results": 1},
    "show": {"id": POST},
    "cluster": {"k": 3},
    "explain": {"newsgroups": ["sci.space"]},
    "project": {"method": "pca"},
    "evaluate": {"k": 3},
    "classify": {"text": "the puck", "classifier": "logistic"},
    "collections": {},
}


@pytest.fixture(scope="module")
def url(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(copied(filled, tmp_path_factory.mktemp("mcp")), ADDRESS) as url:
        yield f"{url}mcp"


def within_session(url: str, ask: Any) -> Any:
    """Return what is answered to a client that knows the password."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def run() -> Any:
        async with (
            httpx.AsyncClient(auth=ADDRESS.auth) as http,
            streamable_http_client(url, http_client=http) as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            return await ask(session)

    return awaited(run())


def test_the_tools_are_listed_with_their_parameters_described(url: str) -> None:
    tools = within_session(url, lambda session: session.list_tools()).tools

    assert tuple(tool.name for tool in tools) == TOOLS
    for tool in tools:
        assert tool.description
        assert all("description" in parameter for parameter in tool.inputSchema["properties"].values())


@pytest.mark.parametrize("name", TOOLS)
def test_each_answers_with_data(url: str, name: str) -> None:
    answer = within_session(url, lambda session: session.call_tool(name, ARGUMENTS[name]))

    assert not answer.isError
    told, structured = json.loads(answer.content[0].text), answer.structuredContent
    assert told
    assert told == (structured if isinstance(told, dict) else structured["results"])


def test_every_endpoint_but_those_with_files_is_a_tool() -> None:
    assert set(ENDPOINTS) - set(TOOLS) == {"export"}


@pytest.mark.parametrize("sends_texts", [True, False])
def test_tools_say_whether_what_they_are_asked_about_leaves_the_machine(sends_texts: bool) -> None:
    tools = [make_tool(name, sends_texts=sends_texts) for name in TOOLS]

    assert {tool.name for tool in tools if tool.annotations and tool.annotations.openWorldHint} == (
        {"search", "classify"} if sends_texts else set()
    )


def test_a_search_finds_what_it_should(url: str) -> None:
    answer = within_session(url, lambda session: session.call_tool("search", ARGUMENTS["search"]))

    assert [post["id"] for post in answer.structuredContent["results"]] == [POST]


def test_without_a_text_it_is_told_how_well_the_newsgroups_are_recognized(url: str) -> None:
    answer = within_session(url, lambda session: session.call_tool("classify", {"classifier": "logistic"}))

    assert answer.structuredContent["accuracy"] == 1


@pytest.mark.parametrize(
    ("name", "arguments", "line"),
    [
        ("search", {"text": "orbit", "n_results": 5000}, "n_results: Input should be less than or equal to 1000, not"),
        ("search", {}, "text: Field required"),
        ("export", {}, "There is no tool 'export'"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_line(
    url: str, name: str, arguments: dict[str, Any], line: str
) -> None:
    answer = within_session(url, lambda session: session.call_tool(name, arguments))

    assert answer.isError
    assert line in answer.content[0].text


@pytest.mark.parametrize("auth", [None, ("ada", "byron"), ("", "")])
def test_without_the_password_nothing_is_told(url: str, auth: tuple[str, str] | None) -> None:
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}

    assert httpx.post(url, json=request, auth=auth).status_code == 401


def test_a_missing_package_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)

    with pytest.raises(UserError, match=r"python -m pip install 'mcp>=1.21,<2'"):
        require_mcp()
