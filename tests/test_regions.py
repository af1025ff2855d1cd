"""Regions: squares, bow ties and circles of which one knows what is inside."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.regions import inside
from ingest.errors import UserError

SQUARE = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0)]
BOW_TIE = [(0.0, 0.0), (4.0, 4.0), (4.0, 0.0), (0.0, 4.0)]


def are_inside(points: list[tuple[float, float]], polygon: list[tuple[float, float]]) -> list[bool]:
    found: list[bool] = inside(np.array(points, np.float32).reshape(-1, 2), polygon).tolist()
    return found


def test_points_are_told_apart_by_where_they_lie() -> None:
    assert are_inside([(1, 1), (5, 1), (-1, -1), (3.9, 3.9)], SQUARE) == [True, False, False, True]


def test_the_border_and_the_corners_are_inside() -> None:
    assert are_inside([(2, 0), (0, 0), (4, 4), (0, 3)], SQUARE) == [True] * 4


def test_a_bay_is_outside() -> None:
    bay = [(0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (2.0, 1.0), (0.0, 4.0)]

    assert are_inside([(2, 0.5), (2, 3), (3.8, 3)], bay) == [True, False, True]


def test_both_loops_of_a_line_that_crosses_itself_are_inside() -> None:
    assert are_inside([(0.5, 2), (3.5, 2), (2, 0.5), (2, 3.5), (2, 2)], BOW_TIE) == [True, True, False, False, True]


def test_what_is_circled_twice_is_inside() -> None:
    assert are_inside([(2, 2), (5, 5)], SQUARE + SQUARE) == [True, False]


def test_the_way_around_does_not_matter() -> None:
    assert are_inside([(1, 1), (5, 1)], SQUARE[::-1]) == [True, False]


@pytest.mark.parametrize(
    "polygon",
    [[], SQUARE[:1], SQUARE[:2], [(0.0, 0.0), (1.0, 1.0), (2.0, 2.0)], [(1.0, 1.0)] * 5],
    ids=["nothing", "a point", "a line", "three corners in a line", "one corner five times"],
)
def test_what_has_no_area_has_nothing_inside(polygon: list[tuple[float, float]]) -> None:
    assert are_inside([(0, 0), (1, 1), (0.5, 0.5)], polygon) == [False] * 3


@pytest.mark.parametrize("corner", [(float("nan"), 0.0), (0.0, float("inf"))])
def test_a_corner_that_is_no_place_is_refused(corner: tuple[float, float]) -> None:
    with pytest.raises(UserError, match=r"A region has a corner that is no finite number: draw it anew\."):
        are_inside([(1, 1)], [*SQUARE, corner])


def test_a_map_without_points_has_none_inside() -> None:
    assert are_inside([], SQUARE) == []


def test_many_points_are_counted_as_their_share_of_a_circle() -> None:
    angles = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    points = np.random.default_rng(0).uniform(-1, 1, (200_000, 2)).astype(np.float32)

    found = inside(points, list(zip(np.cos(angles).tolist(), np.sin(angles).tolist(), strict=True)))

    assert (found.shape, found.dtype) == ((200_000,), np.bool_)
    assert found.mean() == pytest.approx(np.pi / 4, abs=0.005)
