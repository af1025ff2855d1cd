"""What tests of the doors share: the app, served on nine posts in this process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

NAMES = ["search", "similar", "cluster", "explain", "project", "evaluate", "classify", "export", "collections"]
POST = "test/sci.space/2"  # "orbit"


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
