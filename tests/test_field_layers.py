"""Colorings by metadata, of posts that do not all have it: what their legends narrow to, and what is pressed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.app.field_controls import about_of, colorings_of
from explorer.app.layers import coloring_of
from explorer.app.mapping import pressed
from explorer.app.scope import Scope
from explorer.app.screen import Screen
from explorer.app.view import FIRST, SUBSET
from explorer.field_painting import MOST_FREQUENT, OTHERS
from explorer.point_map import Coloring
from tests.foreign import client_of

COLORED = replace(FIRST, color="field:topic")
METADATA: list[Mapping[str, object]] = [
    {"topic": "space", "split": "train"},
    {"topic": "sport", "split": "test"},
    {"year": 1993},
]
# Thirty authors of two records each, behind 25 of one; each record has a key of its own, and a number.
AUTHORS = [f"a{number:02}" for number in range(25)] + [f"b{number:02}" for number in range(30) for _ in range(2)]
WRITTEN: list[Mapping[str, object]] = [
    {"author": author, "key": f"key {number}", "number": number, "half": number // 2 % 2}
    for number, author in enumerate(AUTHORS)
]
BY_AUTHOR = replace(FIRST, color="field:author")


@contextmanager
def opened(folder: Path, metadata: Sequence[Mapping[str, object]]) -> Iterator[Screen]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        with Explorer.open(_made(folder / "db", metadata)) as explorer:
            yield Screen(explorer)


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Three records, of which the last has neither topic nor split."""
    with opened(tmp_path_factory.mktemp("notes"), METADATA) as screen:
        yield screen


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """85 records of 55 authors."""
    with opened(tmp_path_factory.mktemp("written"), WRITTEN) as screen:
        yield screen


def _made(folder: Path, metadata: Sequence[Mapping[str, object]]) -> Path:
    with client_of(folder) as client:
        notes = client.create_collection("notes", embedding_function=None)
        ids = [str(number) for number in range(len(metadata))]
        vectors = [[1.0, float(number)] for number in range(len(metadata))]
        notes.add(ids=ids, embeddings=vectors, metadatas=metadata)  # type: ignore[arg-type]
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


def test_of_a_field_with_many_values_the_most_frequent_have_colors_and_the_others_are_one_gray_group(
    written: Screen,
) -> None:
    coloring = coloring_of(written, BY_AUTHOR)
    assert isinstance(coloring, Coloring)
    assert list(coloring.names) == [*(f"b{number:02}" for number in range(MOST_FREQUENT)), "25 others"]
    assert coloring.codes.tolist() == [30] * 25 + [number for number in range(30) for _ in range(2)]
    assert coloring.colors[-1] == OTHERS
    assert OTHERS not in coloring.colors[:-1]


def test_a_frequent_value_narrows_to_its_posts_and_the_others_to_nothing(written: Screen) -> None:
    view = pressed(written, BY_AUTHOR, [29, 30])
    assert view.scope == Scope(where=("author=b29",))
    assert [row for row, is_shown in enumerate(written.shown(view)) if is_shown] == [83, 84]
    coloring = coloring_of(written, view)
    assert isinstance(coloring, Coloring)
    assert list(coloring.chosen) == [29]


def test_a_field_of_which_nearly_every_post_has_a_value_of_its_own_colors_nothing_and_that_is_said(
    written: Screen,
) -> None:
    offered = [name for name in colorings_of(written) if name.startswith("field:")]
    assert offered == ["field:author", "field:half", "field:number"]
    assert about_of(written).endswith("color no map, since nearly every record has a value of its own: key.")
