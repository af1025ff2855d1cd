"""Colorings by metadata, of posts that do not all have it: what their legends narrow to, and what is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.app.layers import coloring_of
from explorer.app.mapping import pressed
from explorer.app.scope import Scope
from explorer.app.screen import Screen
from explorer.app.view import FIRST, SUBSET
from explorer.point_map import Coloring
from tests.foreign import client_of

COLORED = replace(FIRST, color="field:topic")
METADATA = [{"topic": "space", "split": "train"}, {"topic": "sport", "split": "test"}, {"year": 1993}]


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Open three records, of which the last has neither topic nor split."""
    folder = tmp_path_factory.mktemp("notes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        with Explorer.open(_made(folder / "db")) as explorer:
            yield Screen(explorer)


def _made(folder: Path) -> Path:
    with client_of(folder) as client:
        notes = client.create_collection("notes", embedding_function=None)
        notes.add(ids=["a", "b", "c"], embeddings=[[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], metadatas=METADATA)  # type: ignore[arg-type]
    return folder


def test_no_value_in_the_legend_of_a_field_narrows_to_the_posts_without_one(screen: Screen) -> None:
    view = pressed(screen, COLORED, [-1])
    assert view.scope == Scope(where=("topic=",))
    assert screen.shown(view).tolist() == [False, False, True]
    coloring = coloring_of(screen, view)
    assert isinstance(coloring, Coloring)
    assert list(coloring.chosen) == [-1]


def test_posts_without_a_subset_are_in_no_group_and_nothing_is_pressed_for_them(screen: Screen) -> None:
    coloring = coloring_of(screen, replace(FIRST, color=SUBSET))
    assert isinstance(coloring, Coloring)
    assert (list(coloring.names), coloring.codes.tolist()) == (["train", "test"], [0, 1, -1])
    assert list(coloring.chosen) == []


def test_only_one_subset_that_has_a_name_can_be_narrowed_to(screen: Screen) -> None:
    narrowed = [pressed(screen, replace(FIRST, color=SUBSET), codes).scope.subset for codes in ([1], [0, 1], [-1])]
    assert narrowed == ["test", "", ""]
