"""What tests of the doors share: the app, served on nine posts in this process."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from explorer import Explorer
from explorer.app import Address, launch
from explorer.app.asking import Asking
from explorer.app.corpora import Corpora
from explorer.app.desk import Desk
from explorer.app.mcp_server import McpServer
from explorer.app.page import build_page
from explorer.app.screen import Screen
from ingest.embedders import EMBEDDERS
from ingest.store import Store
from tests.word_embedder import WordEmbedder

NAMES = ["search", "similar", "show", "cluster", "explain", "project", "evaluate", "classify", "export", "collections"]
POST = "test/sci.space/2"  # "orbit"


class Visitor:
    """Somebody who sends events as the page would, or as it never would."""

    def __init__(self, url: str, auth: tuple[str, str] | None = None) -> None:
        self._http = httpx.Client(base_url=url, timeout=60)
        if auth:
            assert self._http.post("login", data={"username": auth[0], "password": auth[1]}).is_success
        config = self._http.get("config").json()
        self._values = {each["id"]: each["props"].get("value") for each in config["components"]}
        self._ids = {each["props"].get("elem_id"): each["id"] for each in config["components"]}
        self._dependencies = config["dependencies"]

    def does(self, elem_id: str, event: str, **told: Any) -> str:
        """Trigger an event of a component, and return all that is answered."""
        target = [self._ids[elem_id], event]
        wanted = [each for each in self._dependencies if target in each["targets"] and each["backend_fn"]]
        assert all(self._asks_for(each, told).is_success for each in wanted)
        with self._http.stream("GET", "gradio_api/queue/data", params={"session_hash": "visitor"}) as lines:
            answers = [json.loads(line.partition(":")[2]) for line in lines.iter_lines() if line]
        return json.dumps(answers)

    def _asks_for(self, wanted: dict[str, Any], told: dict[str, Any]) -> httpx.Response:
        given = [self._values[each] for each in wanted["inputs"]]
        asked = {"data": given, "event_data": told, "fn_index": wanted["id"], "session_hash": "visitor"}
        return self._http.post("gradio_api/queue/join", json=asked)

    def uploads(self) -> httpx.Response:
        return self._http.post("gradio_api/upload", files={"files": ("posts.csv", b"text\norbit\n")})

    def asks(self, name: str, **arguments: Any) -> httpx.Response:
        return self._http.post(f"gradio_api/call/v2/{name}", json=arguments)


@contextmanager
def serving(store: Path, address: Address) -> Iterator[str]:
    """Serve the app with all its doors, and return its address."""
    with pytest.MonkeyPatch.context() as patch, Explorer.open(store) as explorer:
        patch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: WordEmbedder())
        screens = {"small": Screen(explorer)}
        page = build_page(screens)
        yield launch(page, address, McpServer(Asking(screens)))
        page.close(verbose=False)


@contextmanager
def serving_store(folder: Path, address: Address, uploads: Path) -> Iterator[tuple[str, Corpora]]:
    """Serve all that a store has, be that nothing, as ``python -m explorer`` does; what is sent lands in a folder."""
    with pytest.MonkeyPatch.context() as patch, Store(folder, create=True) as store:
        for name in ("minilm", WordEmbedder.name):
            patch.setitem(EMBEDDERS, name, lambda *_: WordEmbedder())
        corpora = Corpora(store, rights=address.rights)
        page = build_page(corpora, Desk(corpora, uploads))
        yield launch(page, address, McpServer(Asking(corpora))), corpora
        page.close(verbose=False)


def copied(store: Path, folder: Path) -> Path:
    return Path(shutil.copytree(store, folder / "store"))
