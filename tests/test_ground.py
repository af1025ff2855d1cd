"""The ground of a map: crowds whose places and shares are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.ground import FEWEST_POSTS, Ground

FloatMatrix = NDArray[np.float32]


def crowd(x: float, y: float, n_posts: int) -> FloatMatrix:
    return np.random.default_rng(0).normal((x, y), 0.3, (n_posts, 2)).astype(np.float32)


def places_of(*crowds: FloatMatrix, among: FloatMatrix) -> FloatMatrix:
    """Return where crowds stand together on a map that others are on too."""
    coordinates = np.concatenate([*crowds, among])
    rows = np.arange(len(coordinates) - len(among))
    return coordinates[Ground(coordinates).places_of(rows)]


def test_a_crowd_stands_where_it_is_densest() -> None:
    (place,) = places_of(crowd(0, 0, 300), crowd(3, 0, 30), among=crowd(50, 50, 300))

    assert place == pytest.approx([0, 0], abs=1)


def test_posts_that_fall_into_two_distant_pieces_stand_in_both_the_larger_first() -> None:
    larger, smaller = places_of(crowd(0, 0, 300), crowd(50, 0, 200), among=crowd(50, 50, 300))

    assert larger == pytest.approx([0, 0], abs=1)
    assert smaller == pytest.approx([50, 0], abs=1)


def test_a_small_piece_is_not_stood_for() -> None:
    assert len(places_of(crowd(0, 0, 300), crowd(50, 0, 40), among=crowd(50, 50, 300))) == 1


def test_pieces_near_to_each_other_are_stood_for_once() -> None:
    assert len(places_of(crowd(0, 0, 3_000), crowd(5, 0, 3_000), among=crowd(50, 50, 3_000))) == 1


def test_where_others_prevail_nobody_stands() -> None:
    assert len(places_of(crowd(0, 0, 100), among=np.concatenate([crowd(0, 0, 400), crowd(50, 50, 100)]))) == 0


def test_a_few_posts_are_no_piece() -> None:
    assert len(places_of(crowd(0, 0, FEWEST_POSTS - 1), among=crowd(50, 50, 100))) == 0
    assert len(places_of(crowd(0, 0, FEWEST_POSTS), among=crowd(50, 50, 100))) == 1


def test_posts_at_one_place_stand_there() -> None:
    assert Ground(np.ones((20, 2), np.float32)).places_of(np.arange(20)) == [0]
