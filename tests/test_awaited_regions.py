"""Regions of maps that are not there yet: the page tells how far the map is, and shows the posts when it has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest

from explorer.app.layout import lay_out
from explorer.app.mapping import MapHandlers
from explorer.app.screen import Screen
from explorer.app.stage import Stage
from explorer.app.view import EVERYTHING, FIRST, Region, Scope
from explorer.plan import Plan
from tests.screens import screen_of

ANN = gr.Request(session_hash="ann")
WIDE = 10_000.0  # wider than any map
ALL = Region(Plan("tsne"), ((-WIDE, -WIDE), (WIDE, -WIDE), (WIDE, WIDE), (-WIDE, WIDE)))
SELECTED = replace(FIRST, method="pca", scope=Scope(region=ALL))


@pytest.fixture
def stage(filled: Path, tmp_path: Path) -> Iterator[Stage]:
    with screen_of(filled, tmp_path / "store") as screen:
        with gr.Blocks():
            parts, _ = lay_out({screen.key: screen})
        yield Stage({screen.key: screen}, parts)


def screen_in(stage: Stage) -> Screen:
    (screen,) = stage.screens.values()
    return screen


def test_the_posts_are_shown_when_the_map_has_come(stage: Stage) -> None:
    updates = list(stage.open(ANN, SELECTED))

    chips = [update[stage.parts.chips] for update in updates if stage.parts.chips in update]
    assert screen_in(stage).explorer.has_projection(ALL.plan)
    assert chips[-1]["n_shown"] == 9


def test_until_then_the_map_tells_how_far_it_is(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    updates = stage.open(ANN, SELECTED)

    shown = (update.get(stage.parts.map, {}) for update in updates)
    waiting = next(each for each in shown if "t-SNE" in each.get("message", ""))
    assert waiting["message"] == "Computing t-SNE of 9 posts …"
    assert "done" in waiting["progress"]


def test_who_does_not_want_to_wait_takes_the_region_off(stage: Stage) -> None:
    updates = stage.open(ANN, SELECTED)
    next(update for update in updates if "t-SNE" in update.get(stage.parts.map, {}).get("message", ""))
    screen = screen_in(stage)
    if screen.awaited(SELECTED):
        list(MapHandlers(stage).cancel(ANN))
        assert stage.view(ANN).scope == EVERYTHING
