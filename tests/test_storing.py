"""Storing: what a visitor is shown of the desk, and what may be started there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import gradio as gr
import pytest

from explorer.app.corpora import Corpora
from explorer.app.desk import Desk
from explorer.app.jobs import ESTIMATE, VERIFY, Job, Request
from explorer.app.layout import lay_out
from explorer.app.live_progress import LiveProgress
from explorer.app.parts import DataForm, Update
from explorer.app.rights import EVERY_RIGHT
from explorer.app.stage import Stage
from explorer.app.storing import Storing
from ingest.embedders import EMBEDDERS
from ingest.store import Store
from tests.word_embedder import WordEmbedder

ANN = gr.Request(session_hash="ann")
SAMPLE = Request("sample", embedder="minilm")


@pytest.fixture
def desk(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setitem(EMBEDDERS, "minilm", lambda *_: WordEmbedder())
    return Desk(Corpora(store), tmp_path)


@pytest.fixture
def going_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """A verification that somebody else began, which goes on until it may end."""
    may_end = Event()

    def verify_when_it_may(store: Store, name: None, progress: LiveProgress) -> list[object]:
        assert may_end.wait(30)
        return []

    monkeypatch.setattr("explorer.app.desk.verify", verify_when_it_may)
    desk.start(Job(VERIFY))
    yield may_end
    may_end.set()


class Seen:
    """What Ann is shown of the work on the page, and what she does there."""

    def __init__(self, desk: Desk) -> None:
        with gr.Blocks():
            parts, buttons = lay_out(desk.corpora, EVERY_RIGHT)
        assert buttons.data
        self.form: DataForm = buttons.data
        self.parts = parts
        self.storing = Storing(Stage(desk.corpora, parts), desk, self.form)

    def estimating(self) -> Iterator[Update]:
        """Have the bundled sample estimated."""
        chosen = {field: field.value for field in self.form.fields.values()}
        return self.storing.estimate({**chosen, self.form.source: "sample", self.form.embedder: "minilm"}, ANN)

    def works(self, updates: list[Update]) -> list[dict[str, object]]:
        return [update[self.parts.work_done] for update in updates if self.parts.work_done in update]

    def notices(self, updates: list[Update]) -> list[object]:
        return [update[self.parts.notice]["text"] for update in updates if self.parts.notice in update]


@pytest.fixture
def seen(desk: Desk) -> Seen:
    return Seen(desk)


def outcome(work: dict[str, object]) -> dict[str, object]:
    found = work["outcome"]
    assert isinstance(found, dict)
    return found


def test_what_was_estimated_can_be_started(seen: Seen) -> None:
    estimated = outcome(seen.works([*seen.estimating()])[-1])
    started = outcome(seen.works([*seen.storing.start(ANN)])[-1])

    assert str(estimated["start"]).startswith("Start: embed")
    assert str(started["line"]).startswith("sample: 340 posts of 340 read")


def test_what_could_not_be_estimated_cannot(seen: Seen, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.app.desk.estimate", lambda *_: 1 / 0)
    failed = outcome(seen.works([*seen.estimating()])[-1])

    assert failed["problem"]
    assert seen.notices([*seen.storing.start(ANN)]) == ["Estimate first what is to be ingested."]
    assert desk.store.manifests() == []


def test_a_refusal_as_busy_shows_what_the_store_is_busy_with_and_then_leaves_nothing_to_start(
    seen: Seen, going_on: Event
) -> None:
    shown: list[Update] = []
    for update in seen.estimating():
        shown.append(update)
        if seen.works([update]):
            going_on.set()
    works = seen.works(shown)

    assert "busy with what is shown below" in str(seen.notices(shown)[0])
    assert (works[0]["title"], outcome(works[-1])["line"]) == ("Verifying", "All is sound.")
    assert seen.notices([*seen.storing.start(ANN)]) == ["Estimate first what is to be ingested."]


def test_whoever_follows_a_job_is_shown_its_outcome_and_no_other_s(seen: Seen, desk: Desk) -> None:
    following = seen.estimating()
    shown = [next(following)]
    desk.wait_for(Job(ESTIMATE, SAMPLE))
    desk.wait_for(Job(VERIFY))
    shown += following

    assert outcome(seen.works(shown)[-1])["estimates"]
