"""Regions of maps that are not there yet: the page tells how far the map is, and shows the posts when it has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import gradio as gr
import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.app.layout import lay_out
from explorer.app.mapping import MapHandlers
from explorer.app.parts import Update
from explorer.app.scope import EVERYTHING, Region, Scope
from explorer.app.stage import Stage
from explorer.app.view import FIRST
from explorer.plan import Plan
from explorer.projection import METHODS, pca
from explorer.shares import Progress
from explorer.surroundings import Parameters, Surroundings
from tests.screens import screen_of

SECONDS = 10.0
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


@pytest.fixture(autouse=True)
def go_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Put a quick projection in t-SNE's place, which waits until this happens."""
    may_go_on = Event()

    def project(
        surroundings: Surroundings, parameters: Parameters, seed: int, progress: Progress | None
    ) -> NDArray[np.float32]:
        assert may_go_on.wait(SECONDS)
        if progress:
            progress(0.5)
        return pca(surroundings, parameters, seed)

    monkeypatch.setitem(METHODS, "tsne", replace(METHODS["tsne"], project=project))
    yield may_go_on
    may_go_on.set()


def waiting(stage: Stage) -> Iterator[Update]:
    """Open the page, up to where it tells how far the map is."""
    updates = stage.open(ANN, SELECTED)
    told = (update.get(stage.parts.map, {}).get("progress") for update in updates)
    assert "done" in next(each for each in told if each)
    return updates


def test_the_posts_are_shown_when_the_map_has_come(stage: Stage, go_on: Event) -> None:
    updates = waiting(stage)
    go_on.set()

    chips = [update[stage.parts.chips] for update in updates if stage.parts.chips in update]
    assert [each["n_shown"] for each in chips] == [9]


def test_who_does_not_want_to_wait_takes_the_region_off(stage: Stage, go_on: Event) -> None:
    updates = waiting(stage)
    list(MapHandlers(stage).cancel(ANN))
    list(updates)
    go_on.set()

    (screen,) = stage.screens.values()
    assert stage.view(ANN).scope == EVERYTHING
    assert not screen.explorer.has_projection(ALL.plan)
