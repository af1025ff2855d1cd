"""A real Chromium for tests of what people see: ``EXPLORER_CHROMIUM`` names it, otherwise the PATH is searched."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

from explorer.app import Address, launch
from explorer.app.page import build_page
from explorer.app.screen import Screen
from explorer.explorer import Explorer
from tests.browser.map_page import build_app, grid_points, thirds
from tests.browser.page_driver import note_contact, open_page

LAUNCH_OPTIONS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# What Gradio says of answers that were on their way to a page which is left.
LEAVING = ("BodyStreamBuffer was aborted", "Connection errored out.")


FOLDER = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give a page a second chance, which the report tells: other tests take the machine's time while it draws."""
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.flaky(reruns=1))


# Longer than Playwright waits by itself: other tests are run at the same time.
expect.set_options(timeout=20_000)


@dataclass
class Record:
    """What happened on a page besides what it shows."""

    hosts: set[str | None] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in {"http", "https", "ws", "wss"}:
            self.hosts.add(url.hostname)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(told in message.text for told in LEAVING):
            self.errors.append(message.text)

    def error(self, error: Error) -> None:
        self.errors.append(str(error))

    def dialog(self, dialog: Dialog) -> None:
        self.errors.append(f"dialog: {dialog.message}")
        dialog.dismiss()


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("EXPLORER_CHROMIUM") or shutil.which("chromium")
    if path:
        return path
    pytest.skip("no Chromium: install the package chromium, or name one in EXPLORER_CHROMIUM")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def record() -> Record:
    return Record()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A window, whose pages fetch the app's scripts once and forget all else."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as window:
        yield window


@pytest.fixture
def page(window: BrowserContext, record: Record, serve: object) -> Iterator[Page]:
    """A page whose test fails where it reports an error, opens a dialog or asks another host for anything.

    It is closed before what is served, whose end it would report.
    """
    page = window.new_page()
    page.on("request", record.request)
    page.on("console", record.console)
    page.on("pageerror", record.error)
    page.on("dialog", record.dialog)
    yield page
    if page.url.startswith("http"):
        page.evaluate("localStorage.clear()")
    page.close()
    assert record.errors == []
    assert record.hosts <= {"127.0.0.1"}


def launch_bare(app: gr.Blocks, **options: Any) -> str:
    """Serve an app without the page's theme, and return its address."""
    always: dict[str, Any] = {
        "server_name": "127.0.0.1",
        "prevent_thread_lock": True,
        "quiet": True,
        "run_history": False,
    }
    _, url, _ = app.launch(**always, **options)
    return str(url)


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    """Return a function that serves an app on a free port until the test ends, and tells its address.

    Its options are those of ``launch``, such as ``theme``.
    """
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    served: list[gr.Blocks] = []

    def launch(app: gr.Blocks, **options: Any) -> str:
        served.append(app)
        return launch_bare(app, **options)

    yield launch
    for app in served:
        app.close(verbose=False)


@pytest.fixture(scope="module")
def plain_map() -> Iterator[str]:
    """Where a map of the grid and its thirds is served for all tests of a module."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        app = build_app(grid_points(), thirds())
        yield launch_bare(app)
        app.close(verbose=False)


@pytest.fixture(scope="module")
def store(mapped_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of this module's own, with the bundled sample."""
    path = tmp_path_factory.mktemp("browser") / "store"
    shutil.copytree(mapped_store, path)
    return path


@pytest.fixture(scope="module")
def explorer(store: Path) -> Iterator[Explorer]:
    with Explorer.open(store) as explorer:
        yield explorer


@pytest.fixture(scope="module")
def address(explorer: Explorer) -> Iterator[str]:
    """Where the app is served on the sample."""
    screen = Screen(explorer)
    app = build_page({screen.key: screen})
    sys.addaudithook(note_contact)
    yield launch(app, Address())
    app.close(verbose=False)


@pytest.fixture
def journey(page: Page, address: str) -> Page:
    """The page, opened, with the map of the default projection on it."""
    return open_page(page, address)
