"""Answering: what the app's own surroundings lack is told as the app's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from explorer.app.answering import Answering
from explorer.app.corpora import Corpora
from explorer.app.lending import OpenScreens
from explorer.app_pass import read_pass
from explorer.plan import Plan
from ingest.embedders import EMBEDDERS
from ingest.store import Store
from tests.word_embedder import WordEmbedder

ADDRESS = "http://127.0.0.1:7860/"


@pytest.fixture
def corpora(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Corpora]:
    monkeypatch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: WordEmbedder())
    with Store(folder) as store:
        yield Corpora(store)


def answered(corpora: Corpora, *arguments: str) -> dict[str, Any]:
    """Ask the app that has corpora open, and return the last event that it sends."""
    answering = Answering(OpenScreens(corpora))
    with answering.open_at(ADDRESS), TestClient(Starlette(routes=[answering.route])) as client:
        app_pass = read_pass(corpora.store.path)
        assert app_pass
        answer = client.post("/verbs", json=[*arguments], headers={"Authorization": f"Bearer {app_pass.token}"})
    return dict(json.loads(answer.text.splitlines()[-1]))


def test_a_key_that_is_missing_is_missing_where_the_app_was_started(corpora: Corpora) -> None:
    told = answered(corpora, "cluster", "-k", "3", "--titles")["error"]

    assert told.startswith("Gemini needs a key")
    assert told.endswith(
        f"This was answered by the app at {ADDRESS}, which has the store open and a key of its own, or none: "
        "end it, and start it again where the key is set."
    )


def test_what_is_wrong_with_a_question_is_not_the_apps_fault(corpora: Corpora) -> None:
    assert answered(corpora, "similar", "nope")["error"].startswith("small has no post 'nope'")
    assert ADDRESS not in answered(corpora, "similar", "nope")["error"]


def test_a_map_that_a_verb_asks_for_is_made_as_the_page_has_maps_made(corpora: Corpora) -> None:
    (screen,) = corpora.values()

    assert len(answered(corpora, "project", "--method", "pca")["answer"]["points"]) == 9
    assert screen.projecting.was_begun(Plan("pca"))
