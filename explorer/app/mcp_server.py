"""The MCP server: endpoints as tools, served over streamable HTTP by the app itself; the one door to ``mcp``."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter, to_thread

from explorer.app.endpoints import ENDPOINTS
from ingest.errors import UserError

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.lowlevel import Server

    from explorer.app.asking import Asking

PATH = "/mcp"
FILES = {"export"}  # endpoints that answer with files, which only Gradio's own routes give away
TOOLS = tuple(name for name in ENDPOINTS if name not in FILES)
N_AT_ONCE = 8
MISSING = "The MCP server's package is missing: `python -m pip install 'mcp>=1.21,<2'`, or leave out --mcp."
FAILED = "This could not be answered: the app's log says why."


class McpServer:
    """An ASGI app that forgets each caller at once: no session outlives its request.

    Answers are data: an object is structured content as it is, a list is its ``results``; both are also there as JSON.
    """

    def __init__(self, asking: Asking) -> None:
        require_mcp()
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        logging.getLogger("mcp").setLevel(logging.INFO)  # below, it writes down what is asked
        self._manager = StreamableHTTPSessionManager(make_server(asking), json_response=True, stateless=True)

    @asynccontextmanager
    async def lifespan(self, _: object) -> AsyncIterator[None]:
        """Be ready for requests within an ``async with`` block, which cannot be entered twice."""
        async with self._manager.run():
            yield

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._manager.handle_request(scope, receive, send)


def require_mcp() -> None:
    try:
        import mcp  # noqa: F401
    except ImportError as error:
        raise UserError(MISSING) from error


def make_server(asking: Asking) -> Server[Any, Any]:
    """Make a server that lists the tools, and asks what they are called with, off the event loop."""
    from mcp.server.lowlevel import Server

    server: Server[Any, Any] = Server("semantic-explorer", instructions="Search, cluster and map a corpus of posts.")
    at_once = CapacityLimiter(N_AT_ONCE)

    async def list_tools() -> list[types.Tool]:
        return [make_tool(name, sends_texts=asking.sends_texts) for name in TOOLS]

    async def call_tool(name: str, arguments: dict[str, Any]) -> tuple[list[types.TextContent], dict[str, Any]]:
        if name not in TOOLS:
            raise UserError(f"There is no tool {name!r}: choose from {', '.join(TOOLS)}.")
        try:
            return as_content(await to_thread.run_sync(asking, name, arguments, limiter=at_once))
        except UserError:
            raise
        except Exception as error:
            logging.getLogger(__name__).exception("The tool %s failed.", name)
            raise UserError(FAILED) from error

    server.list_tools()(list_tools)
    server.call_tool(validate_input=False)(call_tool)  # the endpoint checks, and says it in one line
    return server


def make_tool(name: str, *, sends_texts: bool) -> types.Tool:
    """Describe an endpoint as a tool; what is sent elsewhere is the text that one asks about."""
    from mcp import types

    endpoint = ENDPOINTS[name]
    reads = types.ToolAnnotations(readOnlyHint=True, openWorldHint=sends_texts and "text" in endpoint.model_fields)
    return types.Tool(
        name=name, description=endpoint.__doc__, inputSchema=endpoint.model_json_schema(), annotations=reads
    )


def as_content(answer: Any) -> tuple[list[types.TextContent], dict[str, Any]]:
    from mcp import types

    text = json.dumps(answer)
    structured = json.loads(text)  # as the caller will read it
    return [types.TextContent(type="text", text=text)], structured if isinstance(answer, dict) else {
        "results": structured
    }
