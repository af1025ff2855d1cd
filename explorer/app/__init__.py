"""The app: the one door to Gradio. ``serve`` opens a store and serves the page on it."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.exposure import require_safe
from explorer.app.scratch import scratch
from ingest.console import note, print_line
from ingest.errors import BrokenStoreError, UserError
from ingest.store import Reading, Store

if TYPE_CHECKING:
    import gradio as gr

    from explorer.app.answering import Answering
    from explorer.app.asking import Asking
    from explorer.app.mcp_server import McpServer
    from explorer.app.screen import Screen

FOLDER = Path(__file__).parent
N_PORTS = 100
MOST_PORT = 65_535
N_UNCOUNTED = 1_000  # answers: after each of so many Gradio counts all again, for figures that nobody sees
N_AT_ONCE = 8  # Gradio lets one visitor at a time use a handler unless told otherwise


@dataclass(frozen=True, slots=True)
class Address:
    """Where the app is served, and what besides its page; ``auth`` is a user's name and password."""

    host: str = "127.0.0.1"
    port: int = 7860
    auth: tuple[str, str] | None = None
    open_browser: bool = False
    serves_mcp: bool = False


def serve(
    open_store: Callable[[], Store],
    corpus: str | None,
    model: str | None,
    address: Address,
    reading: Reading | None = None,
) -> None:
    """Serve the app until it is interrupted; an empty store can be filled there, and a broken one says so."""
    require_safe(address.host, address.auth)
    from explorer.app.mcp_server import PATH, McpServer, require_mcp

    if address.serves_mcp:
        require_mcp()
    with scratch(), _page(open_store, corpus, model, reading) as (page, answering, asking), ExitStack() as served:
        url = launch(page, address, McpServer(asking) if address.serves_mcp else None, answering)
        served.callback(page.close, verbose=False)
        if answering:
            served.enter_context(answering.open_at(url))
        print_line(f"The explorer is open at {url} (Ctrl-C ends it)")
        if address.serves_mcp:
            print_line(f"MCP clients find it at {url.rstrip('/')}{PATH}")
        threading.Event().wait()


def launch(page: gr.Blocks, address: Address, mcp: McpServer | None = None, answering: Answering | None = None) -> str:
    """Start serving a page in the background, on the first free port, and return its address."""
    _bypass_proxies(address.host)
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(N_UNCOUNTED))
    page.queue(default_concurrency_limit=N_AT_ONCE)
    for port in free_ports(address.host, address.port):
        with suppress(OSError):  # another process was faster
            return _launch_on(port, page, address, _around(page, address, mcp, answering))
    raise UserError(f"No port from {address.port} on is free on {address.host}: give another --port.")


def _launch_on(port: int, page: gr.Blocks, address: Address, around: dict[str, Any]) -> str:
    from explorer.app.theme import make_theme
    from explorer.app.uploads import MOST_BYTES

    _, url, _ = page.launch(
        server_name=address.host,
        server_port=port,
        auth=address.auth,
        inbrowser=address.open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        mcp_server=False,  # ours answers in JSON, and asks for the password
        app_kwargs=around,
        enable_monitoring=False,
        run_history=False,  # Gradio would copy every update into the browser's storage
        ssr_mode=False,
        footer_links=[],
        max_file_size=MOST_BYTES,
        theme=make_theme(),
        css_paths=[FOLDER / "page.css", FOLDER / "controls.css"],
    )
    return str(url)


def _around(page: gr.Blocks, address: Address, mcp: McpServer | None, answering: Answering | None) -> dict[str, Any]:
    """Return what Gradio's server is given besides the page."""
    from starlette.middleware import Middleware
    from starlette.routing import Route

    from explorer.app.guard import Guard, takes_uploads
    from explorer.app.mcp_server import PATH

    guard = Middleware(Guard, address.host, address.auth, PATH, takes_uploads(page))
    routes = [answering.route] if answering else []
    if mcp is None:
        return {"middleware": [guard], "routes": routes}
    return {"middleware": [guard], "routes": [*routes, Route(PATH, mcp)], "lifespan": mcp.lifespan}


def free_ports(host: str, port: int) -> Iterator[int]:
    """Yield the ports, from the given one on, that nobody listens on."""
    for candidate in range(port, min(port + N_PORTS, MOST_PORT + 1)):
        if _is_free(host, candidate):
            yield candidate


def _is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise UserError(f"Nothing can be served on {host} ({error.strerror}): give another --host.") from error
    return True


def _bypass_proxies(host: str) -> None:
    """Keep Gradio's check of its own address from going through a proxy."""
    for variable in ("NO_PROXY", "no_proxy"):
        exceptions = [os.environ.get(variable, ""), "127.0.0.1", "localhost", host]
        os.environ[variable] = ",".join(filter(None, exceptions))


@contextmanager
def _page(
    open_store: Callable[[], Store], corpus: str | None, model: str | None, reading: Reading | None
) -> Iterator[tuple[gr.Blocks, Answering | None, Asking]]:
    from gradio.utils import get_upload_folder

    from explorer.app.answering import Answering
    from explorer.app.asking import Asking
    from explorer.app.corpora import Corpora
    from explorer.app.desk import Desk
    from explorer.app.lending import Opened
    from explorer.app.page import build_broken_page, build_page

    with ExitStack() as opened:
        answering: Answering | None = None
        screens: Mapping[str, Screen] = {}
        try:
            store = opened.enter_context(open_store())
            corpora = Corpora(store, corpus, model, reading)
            page = build_page(corpora, Desk(corpora, Path(get_upload_folder())))
            if not corpora:
                note(f"The store {store.path} has nothing to explore yet: ingest posts on the page Data.")
            answering, screens = Answering(Opened(corpora)), corpora
        except BrokenStoreError as error:
            note(f"error: {error}")
            page = build_broken_page(error)
        yield page, answering, Asking(screens)
