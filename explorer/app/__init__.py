"""The app: the one door to Gradio. ``serve`` opens a store and serves the page on it."""

from __future__ import annotations

import errno
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from explorer.explorer import Explorer
from explorer.foreign import all_choices
from ingest.console import note, print_line
from ingest.errors import BrokenStoreError, NothingStoredError, UserError
from ingest.store import Reading, Store, mirrored

if TYPE_CHECKING:
    import gradio as gr

FOLDER = Path(__file__).parent
N_PORTS = 100
MOST_PORT = 65_535
N_AT_ONCE = 8  # Gradio lets one visitor at a time use a handler unless told otherwise


@dataclass(frozen=True, slots=True)
class Address:
    """Where the app is served; ``auth`` is a user's name and password."""

    host: str = "127.0.0.1"
    port: int = 7860
    auth: tuple[str, str] | None = None
    open_browser: bool = False


def serve(path: Path, corpus: str | None, model: str | None, address: Address, reading: Reading | None = None) -> None:
    """Serve the app until it is interrupted; an empty or broken store gets a page that says what to do."""
    with _page(path, corpus, model, reading) as (page, store):
        url = launch(page, address)
        if store:
            store.note_address(url)
        print_line(f"The explorer is open at {url} (Ctrl-C ends it)")
        try:
            threading.Event().wait()
        finally:
            page.close(verbose=False)


def launch(page: gr.Blocks, address: Address) -> str:
    """Start serving a page in the background, on the first free port, and return its address."""
    _bypass_proxies(address.host)
    page.queue(default_concurrency_limit=N_AT_ONCE)
    for port in free_ports(address.host, address.port):
        with suppress(OSError):  # another process was faster
            return _launch_on(port, page, address)
    raise UserError(f"No port from {address.port} on is free on {address.host}: give another --port.")


def _launch_on(port: int, page: gr.Blocks, address: Address) -> str:
    from explorer.app.theme import make_theme

    _, url, _ = page.launch(
        server_name=address.host,
        server_port=port,
        auth=address.auth,
        inbrowser=address.open_browser,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        run_history=False,  # Gradio would copy every update into the browser's storage
        ssr_mode=False,
        footer_links=[],
        theme=make_theme(),
        css_paths=FOLDER / "page.css",
    )
    return str(url)


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
    path: Path, corpus: str | None, model: str | None, reading: Reading | None
) -> Iterator[tuple[gr.Blocks, Store | None]]:
    from explorer.app.page import build_empty_page, build_page
    from explorer.app.screen import Screen

    with ExitStack() as opened:
        store = None
        try:
            store = opened.enter_context(Store(mirrored(path)))
            screens = [Screen(Explorer(store, choice)) for choice in all_choices(store, corpus, model, reading)]
            page = build_page({screen.key: screen for screen in screens})
        except (BrokenStoreError, NothingStoredError) as error:
            note(f"error: {error}")
            page = build_empty_page(error)
        yield page, store
