"""The app: the one door to Gradio. ``serve`` opens a store and serves the page on it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from explorer.app.exposure import Address, require_safe
from explorer.app.listening import as_in_url, bypass_proxies, free_ports, visitable
from explorer.app.rights import Rights
from explorer.app.scratch import scratch
from ingest.console import note, print_line
from ingest.errors import BrokenStoreError, UserError
from ingest.store import Reading, Store

if TYPE_CHECKING:
    import gradio as gr

    from explorer.app.answering import Answering
    from explorer.app.asking import Asking
    from explorer.app.mcp_server import McpServer

__all__ = ["Address", "launch", "serve"]

FOLDER = Path(__file__).parent
N_UNCOUNTED = 1_000  # answers: after each of so many Gradio counts all again, for figures that nobody sees
N_AT_ONCE = 8  # Gradio lets one visitor at a time use a handler unless told otherwise


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
    with ExitStack() as served:
        served.enter_context(scratch())
        page, answering, asking = served.enter_context(_page(open_store, corpus, model, reading, address.rights))
        url = launch(page, address, McpServer(asking) if address.serves_mcp else None, answering)
        served.callback(page.close, verbose=False)
        if answering:
            served.enter_context(answering.open_at(url))
        if address.in_clear_text:
            note(address.in_clear_text)
        print_line(f"The explorer is open at {url} (Ctrl-C ends it)")
        if address.serves_mcp:
            print_line(f"MCP clients find it at {url.rstrip('/')}{PATH}")
        threading.Event().wait()


def launch(page: gr.Blocks, address: Address, mcp: McpServer | None = None, answering: Answering | None = None) -> str:
    """Start serving a page in the background, on the first free port, and return its address."""
    bypass_proxies(address.host)
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(N_UNCOUNTED))
    page.queue(default_concurrency_limit=N_AT_ONCE)
    for port in free_ports(address.host, address.port):
        with suppress(OSError):  # another process was faster
            return visitable(_launch_on(port, page, address, _around(page, address, mcp, answering)))
    raise UserError(f"No port from {address.port} on is free on {address.host}: give another --port.")


def _launch_on(port: int, page: gr.Blocks, address: Address, around: dict[str, Any]) -> str:
    from explorer.app.theme import make_theme
    from explorer.app.uploads import MOST_BYTES

    _, url, _ = page.launch(
        server_name=as_in_url(address.host),
        server_port=port,
        auth=address.auth,
        inbrowser=address.open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        _frontend=False,  # its look at its own page gives up after three seconds, which a busy machine can take
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

    from explorer.app.guard import Door, Guard, takes_uploads
    from explorer.app.mcp_server import PATH
    from explorer.app.uploads import MOST_BYTES

    most_uploaded = MOST_BYTES if address.rights.to_change and takes_uploads(page) else 0
    guard = Middleware(Guard, Door(address.host, address.auth, PATH, most_uploaded))
    routes = [answering.route] if answering else []
    if mcp is None:
        return {"middleware": [guard], "routes": routes}
    return {"middleware": [guard], "routes": [*routes, Route(PATH, mcp)], "lifespan": mcp.lifespan}


@contextmanager
def _page(
    open_store: Callable[[], Store], corpus: str | None, model: str | None, reading: Reading | None, rights: Rights
) -> Iterator[tuple[gr.Blocks, Answering | None, Asking]]:
    from gradio.utils import get_upload_folder

    from explorer.app.answering import Answering
    from explorer.app.asking import Asking
    from explorer.app.corpora import Corpora
    from explorer.app.desk import Desk
    from explorer.app.lending import OpenScreens
    from explorer.app.page import build_broken_page, build_page

    with ExitStack() as opened:
        answering: Answering | None = None
        try:
            store = opened.enter_context(open_store())
            corpora = Corpora(store, corpus, model, reading, rights)
            page = build_page(corpora, Desk(corpora, Path(get_upload_folder())))
            if not corpora:
                where = "on the page Data" if rights.to_change else "with `python -m ingest`"
                note(f"The store {store.path} has nothing to explore yet: ingest posts {where}.")
            answering, asking = Answering(OpenScreens(corpora)), Asking(corpora)
        except BrokenStoreError as error:
            note(f"error: {error}")
            asking = Asking({}, error)
            page = build_broken_page(error)
        yield page, answering, asking
