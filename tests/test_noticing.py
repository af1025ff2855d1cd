"""Noticing: pages that are open, and those that are opened, show what was ingested or deleted meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from explorer.app import corpora as corpora_module
from explorer.app.asking import Asking
from explorer.app.corpora import Corpora
from explorer.app.layout import lay_out
from explorer.app.mapping import MapHandlers
from explorer.app.parts import Update
from explorer.app.rights import TO_FILL
from explorer.app.stage import CHANGED, RENEWED, Stage
from explorer.app.switch import Sight, choices_for, look_again
from explorer.app.view import DATA, FIRST, NEWSGROUP, View
from ingest.embedders import EMBEDDERS
from ingest.errors import UserError
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Silent
from ingest.store import Opening, Store, remote_requests
from tests.chroma_server import ChromaServer
from tests.conftest import make_corpus
from tests.word_embedder import WordEmbedder

SMALL, OTHER = "small.word-counts.7", "other.word-counts.7"
ANN = gr.Request(session_hash="ann")
OPENED = replace(FIRST, method="pca", corpus=SMALL)
LESS = Corpus("small", "small", make_corpus().posts[:6])


def make_stage(corpora: Corpora) -> Stage:
    with gr.Blocks():
        parts, _ = lay_out(corpora)
    return Stage(corpora, parts)


@pytest.fixture
def stage(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: WordEmbedder())
    with Store(folder) as store:
        yield make_stage(Corpora(store))


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Stage]:
    with Store(tmp_path / "empty", create=True) as store:
        yield make_stage(Corpora(store))


def store_of(stage: Stage) -> Store:
    assert isinstance(stage.screens, Corpora)
    return stage.screens.store


def put(stage: Stage, corpus: Corpus, *, anew: bool = False) -> None:
    """Ingest, and let the stage notice."""
    ingest(corpus, Order(replace=anew), WordEmbedder(), store_of(stage), Silent())
    stage.notice_changes()


def opened(stage: Stage, view: View = OPENED) -> list[Update]:
    return list(stage.open(ANN, view))


def test_nothing_is_replaced_where_nothing_has_changed(stage: Stage) -> None:
    before = stage.screens[SMALL]
    stage.notice_changes()

    assert stage.screens[SMALL] is before


def test_another_corpus_leaves_the_first_as_it_was(stage: Stage) -> None:
    before = stage.screens[SMALL]
    put(stage, make_corpus("other"))

    assert set(stage.screens) == {SMALL, OTHER}
    assert stage.screens[SMALL] is before
    assert before.explorer.search("orbit", 1)[0].post.id == "test/sci.space/2"


def test_an_open_page_goes_on_with_what_it_shows_until_its_visitor_does_something(stage: Stage) -> None:
    opened(stage)
    before = stage.screen(ANN)
    put(stage, LESS, anew=True)

    assert stage.screen(ANN) is before
    assert before.explorer.post("train/sci.crypt/0").newsgroup == "sci.crypt"
    updates = list(MapHandlers(stage).recolor(NEWSGROUP, ANN))
    assert stage.screen(ANN).n_posts == 6
    assert updates[-1][stage.parts.notice]["text"] == RENEWED


def test_what_the_corpus_has_no_longer_is_left_out_of_the_page(stage: Stage) -> None:
    opened(stage, replace(OPENED, post="train/sci.crypt/0"))
    gone = make_corpus().posts[-1].id
    list(stage.change(ANN, lambda view: replace(view, post=gone)))
    put(stage, LESS, anew=True)
    list(stage.renew(ANN))

    assert stage.view(ANN).post == ""


def test_a_page_that_is_opened_later_shows_what_is_new(stage: Stage) -> None:
    ingest(make_corpus("other"), Order(), WordEmbedder(), store_of(stage), Silent())
    page = opened(stage, replace(OPENED, corpus=OTHER))

    titles = next(update[stage.parts.controls.corpus] for update in page if stage.parts.controls.corpus in update)
    assert stage.view(ANN).corpus == OTHER
    assert {key for _, key in titles["choices"]} == {SMALL, OTHER}


def test_a_page_whose_corpus_was_deleted_shows_another(stage: Stage) -> None:
    put(stage, make_corpus("other"))
    opened(stage, replace(OPENED, corpus=OTHER))
    store_of(stage).delete("other")
    stage.notice_changes()
    list(stage.renew(ANN))

    assert stage.view(ANN).corpus == SMALL


def test_a_wanted_corpus_that_is_deleted_is_shown_no_more(stage: Stage) -> None:
    put(stage, make_corpus("other"))
    wanted = Corpora(store_of(stage), "other")
    store_of(stage).delete("other")
    wanted.notice()

    assert len(wanted) == 0


def test_what_is_looped_over_is_what_was_there_when_that_began(stage: Stage) -> None:
    put(stage, make_corpus("other"))
    keys = []
    for key, _ in stage.screens.items():
        keys.append(key)
        store_of(stage).delete("other") if len(keys) == 1 else None
        stage.notice_changes()

    assert set(keys) == {SMALL, OTHER}


def test_an_empty_store_leads_to_where_it_is_filled(empty: Stage) -> None:
    (page,) = opened(empty, FIRST)

    assert page[empty.parts.pages]["chosen"] == DATA
    (told,) = empty.change(ANN, lambda view: replace(view, page="explore"))
    assert told[empty.parts.notice]["text"] == TO_FILL


def test_once_it_is_filled_the_page_shows_the_posts(empty: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: WordEmbedder())
    opened(empty, FIRST)
    put(empty, make_corpus())
    next(iter(empty.renew(ANN)))

    assert empty.view(ANN).page == DATA
    assert empty.screen(ANN).n_posts == 9


def test_the_switch_of_an_open_page_lists_what_there_is_and_what_the_page_still_shows(stage: Stage) -> None:
    opened(stage)
    put(stage, make_corpus("other"))
    with_other = choices_for(stage, ANN)
    store_of(stage).delete("small")
    stage.notice_changes()

    assert {key for _, key in with_other} == {SMALL, OTHER}
    assert stage.view(ANN).corpus == SMALL
    assert [title.partition(" · ")[0] for title, _ in choices_for(stage, ANN)] == ["other", "small"]
    assert choices_for(stage, ANN)[-1][0].endswith("(deleted)")


def test_the_switch_of_a_page_on_an_empty_store_lists_what_others_put_in(empty: Stage) -> None:
    opened(empty, FIRST)
    put(empty, make_corpus())

    assert [key for _, key in choices_for(empty, ANN)] == [SMALL]


class OnServer:
    """An app's stage on a server, and the store of somebody else who writes to that."""

    def __init__(self, own: Store, elsewhere: Store) -> None:
        self.stage, self.elsewhere = make_stage(Corpora(own)), elsewhere
        self.sight = Sight()

    def ingest(self, corpus: Corpus, *, anew: bool = False) -> None:
        ingest(corpus, Order(replace=anew), WordEmbedder(), self.elsewhere, Silent())

    def look(self) -> Update:
        """Look as Ann's page does each time that some seconds have passed."""
        update, self.sight = look_again(self.stage, self.sight, ANN)
        return update


@pytest.fixture
def on_server(
    tmp_path: Path, chroma_url: str, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OnServer]:
    monkeypatch.setattr(corpora_module, "SECONDS_A_LOOK_COUNTS", 0.0)
    with (
        Store(tmp_path / "own", chroma_url=chroma_url) as own,
        Store(tmp_path / "else", chroma_url=chroma_url) as other,
    ):
        ingest(make_corpus(), Order(), embedder, other, Silent())
        yield OnServer(own, other)


def test_an_open_page_learns_of_a_corpus_that_somebody_else_put_on_the_server(on_server: OnServer) -> None:
    opened(on_server.stage)
    on_server.look()
    on_server.ingest(make_corpus("other"))
    page, parts = on_server.look(), on_server.stage.parts

    assert {key for _, key in page[parts.controls.corpus]["choices"]} == {SMALL, OTHER}
    assert parts.notice not in page


def test_an_open_page_is_told_once_of_posts_that_somebody_else_put_on_the_server(on_server: OnServer) -> None:
    notice = on_server.stage.parts.notice
    opened(on_server.stage)
    on_server.look()
    on_server.ingest(LESS, anew=True)

    assert on_server.look()[notice]["text"] == CHANGED
    assert on_server.look() == {}
    assert list(MapHandlers(on_server.stage).recolor(NEWSGROUP, ANN))[-1][notice]["text"] == RENEWED
    assert on_server.stage.screen(ANN).n_posts == 6


def test_who_asks_finds_what_somebody_else_put_on_the_server(on_server: OnServer) -> None:
    ask = Asking(on_server.stage.screens)
    with pytest.raises(UserError, match="has no corpus 'other'"):
        ask("search", {"text": "puck", "corpus": "other"})
    on_server.ingest(make_corpus("other"))

    assert ask("search", {"text": "puck", "corpus": "other"})[0]["text"] == "the puck"


def test_a_moment_after_one_who_asked_nobody_looks_again(on_server: OnServer, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Asking(on_server.stage.screens)
    monkeypatch.setattr(corpora_module, "SECONDS_A_LOOK_COUNTS", 60.0)
    ask("collections", {})
    on_server.ingest(make_corpus("other"))
    ask("collections", {})

    assert set(on_server.stage.screens) == {SMALL}


def test_a_corpus_that_somebody_else_is_writing_to_is_what_it_was_before(on_server: OnServer) -> None:
    opened(on_server.stage)
    before, manifests = on_server.stage.screen(ANN), on_server.elsewhere.manifests()
    before.explorer.search("orbit", 1)
    on_server.look()
    with on_server.elsewhere.writing(Silent()) as writer:
        writer.open([Opening(each) for each in manifests])
        writer.begin(manifests[0].collection)
        page = on_server.look()

    assert page == {}
    assert on_server.stage.screens[SMALL] is before
    assert Asking(on_server.stage.screens)("search", {"text": "orbit"})[0]["id"] == "test/sci.space/2"


def test_while_the_server_is_down_an_open_page_keeps_what_it_shows(
    tmp_path: Path, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_requests, "FIRST_WAIT", 0.0)
    with ChromaServer(tmp_path / "chroma") as server, Store(tmp_path / "own", chroma_url=server.url) as own:
        ingest(make_corpus(), Order(), embedder, own, Silent())
        stage = make_stage(Corpora(own))
        opened(stage)
        _, sight = look_again(stage, Sight(), ANN)
        server.kill()
        update, _ = look_again(stage, sight, ANN)

        assert (update, set(stage.screens)) == ({}, {SMALL})
