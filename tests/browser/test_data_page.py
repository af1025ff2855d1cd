"""The page of data, in a real browser: a file of one's own is ingested and explored, without a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from gradio.utils import get_upload_folder
from playwright.sync_api import Page, expect

from explorer.app import Address, launch
from explorer.app.corpora import Corpora
from explorer.app.desk import Desk
from explorer.app.page import build_page
from ingest.embedders import EMBEDDERS
from ingest.store import Store
from tests.browser.page_driver import SECONDS
from tests.conftest import make_corpus
from tests.word_embedder import WordEmbedder

WAIT = 60 * SECONDS


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where the app is served on an empty store, with an embedder that counts words."""
    for name in ("minilm", WordEmbedder.name):
        monkeypatch.setitem(EMBEDDERS, name, lambda *_: WordEmbedder())
    with Store(tmp_path / "store", create=True) as store:
        corpora = Corpora(store)
        app = build_page(corpora, Desk(corpora, Path(get_upload_folder())))
        yield launch(app, Address())
        app.close(verbose=False)


@pytest.fixture
def nine(tmp_path: Path) -> Path:
    rows = [f"{post.text},{post.newsgroup}" for post in make_corpus().posts]
    path = tmp_path / "nine.csv"
    path.write_text("\n".join(["remark,team", *rows]), encoding="utf-8")
    return path


def test_a_file_is_estimated_ingested_explored_and_deleted(empty: str, page: Page, nine: Path) -> None:
    page.goto(empty)
    expect(page.get_by_role("tab", name="Data")).to_have_attribute("aria-selected", "true", timeout=WAIT)
    expect(page.locator("#holdings")).to_contain_text("Nothing yet")
    expect(page.locator("#holdings .read-only")).to_have_count(0)

    page.get_by_label("A file of yours").check()
    page.locator("#upload input[type=file]").set_input_files(nine)
    expect(page.get_by_label("Text column")).to_have_value("remark", timeout=WAIT)
    expect(page.get_by_label("Label column")).to_be_visible()
    expect(page.get_by_label("Label column")).to_have_value("team")
    page.get_by_label("The bundled sample").check()
    expect(page.get_by_label("Label column")).to_be_hidden()
    page.get_by_label("A file of yours").check()
    expect(page.get_by_label("Label column")).to_have_value("team")
    page.get_by_role("button", name="Estimate").click()
    page.get_by_role("button", name="Start: embed 9 texts").click(timeout=WAIT)
    expect(page.locator("#work-done")).to_contain_text("9 posts written", timeout=WAIT)
    expect(page.locator("#holdings tbody tr")).to_have_count(2)

    page.get_by_role("tab", name="Explore").click()
    expect(page.locator("#chips .count")).to_have_text("All 9 posts", timeout=WAIT)
    expect(page.get_by_label("Meaning")).to_be_checked()
    page.wait_for_selector("#map .surface[data-ready=true]", timeout=WAIT)

    page.get_by_role("tab", name="Data").click()
    page.get_by_role("button", name="Delete nine …").click()
    page.get_by_role("button", name="Delete nine", exact=True).click()
    expect(page.locator("#work-done")).to_contain_text("nine is deleted: 2 collections", timeout=WAIT)
    expect(page.locator("#holdings")).to_contain_text("Nothing yet")


def test_an_address_leads_to_what_the_store_holds(folder: Path, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: WordEmbedder())
    with Store(folder) as store:
        corpora = Corpora(store)
        app = build_page(corpora, Desk(corpora, Path(get_upload_folder())))
        page.goto(f"{launch(app, Address())}?tab=data&method=pca")

        expect(page.locator("#holdings tbody tr").first).to_contain_text("small", timeout=WAIT)
        app.close(verbose=False)
