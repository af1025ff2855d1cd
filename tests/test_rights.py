"""Rights: what visitors of a served app can have done with the store, whatever their requests ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from gradio.utils import get_upload_folder

from explorer.app import Address
from explorer.app.asking import Asking
from explorer.app.clusterer import Clusterer
from explorer.app.corpora import Corpora
from explorer.app.desk import Desk
from explorer.app.jobs import DELETE, INGEST, REBUILD, VERIFY, Job, Request
from explorer.app.panes import clusters_of
from explorer.app.query_pane import ask_queries, queries_of
from explorer.app.rights import READ_ONLY, TO_BE_FILLED, Rights
from explorer.app.view import CLUSTER, FIRST
from explorer.verbs.parsing import parse
from ingest.embedders.gemini import GeminiEmbedder
from ingest.errors import UserError
from ingest.job import ingest
from ingest.order import Order
from ingest.progress import Silent
from ingest.store import Store
from tests.conftest import make_corpus
from tests.gemini_server import GeminiServer
from tests.served import Visitor, copied, serving_store
from tests.word_embedder import WordEmbedder

AUTH = ("ada", "lovelace")
READING = Rights(to_change=False)


@pytest.fixture(scope="module")
def read_only(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Visitor, Corpora]]:
    """A visitor of an app that asks for a password, and says nothing of changes."""
    folder = tmp_path_factory.mktemp("read-only")
    with serving_store(copied(filled, folder), Address(auth=AUTH), folder) as (url, corpora):
        yield Visitor(url, AUTH), corpora


@pytest.mark.parametrize(
    ("options", "rights"),
    [
        ([], Rights()),
        (["--auth", "ada:lovelace"], READING),
        (["--host", "0.0.0.0", "--auth", "ada:lovelace"], READING),
        (["--auth", "ada:lovelace", "--allow-changes", "--max-cost", "2"], Rights(most_usd=2.0)),
    ],
)
def test_a_password_lets_others_look_and_an_option_lets_them_change(options: list[str], rights: Rights) -> None:
    given = parse(["app", *options])

    assert Address(given.host, 0, given.auth, False, False, given.allow_changes, given.max_cost).rights == rights


@pytest.mark.parametrize("kind", [VERIFY, REBUILD, DELETE])
def test_nothing_is_done_with_the_store_whatever_is_sent(read_only: tuple[Visitor, Corpora], kind: str) -> None:
    visitor, corpora = read_only

    assert READ_ONLY in visitor.does("holdings", "submit", kind=kind, corpus="small")
    assert {manifest.corpus for manifest in corpora.store.manifests()} == {"small"}


@pytest.mark.parametrize(
    ("elem_id", "event", "told"),
    [
        ("estimate", "click", READ_ONLY),
        ("upload", "change", READ_ONLY),
        ("work-done", "submit", "Estimate first"),
        ("clusters", "submit", READ_ONLY),
        ("queries", "submit", READ_ONLY),
    ],
)
def test_nor_is_anything_begun_that_changes_or_costs(
    read_only: tuple[Visitor, Corpora], elem_id: str, event: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, _ = read_only
    monkeypatch.setattr(WordEmbedder, "usd_per_million_tokens", 1.0)
    visitor.does("address", "input", query="tab=compare", place=1)

    assert told in visitor.does(elem_id, event)


def test_nothing_can_be_uploaded(read_only: tuple[Visitor, Corpora]) -> None:
    assert read_only[0].uploads().status_code == 403


def test_questions_are_answered(read_only: tuple[Visitor, Corpora]) -> None:
    assert read_only[0].asks("search", text="orbit").is_success


def test_what_is_held_is_told_with_how_it_could_be_changed(read_only: tuple[Visitor, Corpora]) -> None:
    told = read_only[0].does("pages", "input", chosen="data")

    assert "retrieval-document" in told.lower() or "RETRIEVAL_DOCUMENT" in told
    assert READ_ONLY in told


def test_with_changes_allowed_they_are_made(filled: Path, tmp_path: Path) -> None:
    address = Address(auth=AUTH, allows_changes=True)
    with serving_store(copied(filled, tmp_path), address, Path(get_upload_folder())) as (url, corpora):
        visitor = Visitor(url, AUTH)

        assert visitor.uploads().is_success
        assert "small is deleted" in visitor.does("holdings", "submit", kind=DELETE, corpus="small")
        assert corpora.store.manifests() == []


def test_of_an_empty_store_visitors_are_told_of_nothing_that_they_may_not_do(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with serving_store(folder, Address(auth=AUTH), tmp_path) as (url, corpora):
        visitor = Visitor(url, AUTH)
        visitor.does("address", "input", query="", place=1)

        assert TO_BE_FILLED in visitor.does("pages", "input", chosen="explore")
        with pytest.raises(UserError, match=f"^{re.escape(TO_BE_FILLED)}$"):
            Asking(corpora)("search", {"text": "orbit"})


class TestMoney:
    """What is paid for with the key of whoever started the app."""

    @pytest.fixture
    def corpora(self, store: Store, server: GeminiServer) -> Corpora:
        """Nine posts that Gemini embedded, for visitors who may not have it paid for anything else."""
        ingest(make_corpus(), Order(), GeminiEmbedder(dimensions=128), store, Silent())
        return Corpora(store, rights=READING)

    def test_a_typed_question_is_embedded_for_everybody(self, corpora: Corpora, server: GeminiServer) -> None:
        asking, n_before = Asking(corpora), server.n_requests

        assert asking.sends_texts
        assert asking("search", {"text": "orbit", "n_results": 1})
        assert server.n_requests == n_before + 1

    def test_neither_titles_nor_many_questions_are(self, corpora: Corpora, server: GeminiServer) -> None:
        (screen,), n_before = corpora.values(), server.n_requests
        asked = list(ask_queries(screen))

        with pytest.raises(UserError, match="--allow-changes"):
            screen.write_titles(Clusterer(k=3))
        assert clusters_of(screen, replace(FIRST, color=CLUSTER, k=3))["offer"] == ""
        assert [each["problem"] for each in (*asked, queries_of(screen))] == [READ_ONLY, READ_ONLY]
        assert server.n_requests == n_before

    def test_an_ingest_that_could_cost_more_than_is_allowed_sends_nothing(
        self, store: Store, server: GeminiServer, tmp_path: Path
    ) -> None:
        desk = Desk(Corpora(store, rights=Rights(most_usd=0.0)), tmp_path)
        found = desk.wait_for(Job(INGEST, Request("sample", embedder="gemini")))

        assert "more than --max-cost 0" in found.problem
        assert (server.n_requests, store.manifests()) == (0, [])
