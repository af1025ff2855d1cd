"""Ranking: cosines, the best rows, ranks and their fusion, on numbers that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.ranking import RANK_OFFSET, best_rows, cosines, fused, ranks_of, unit_sum
from ingest.errors import UserError

ALL = np.ones(5, bool)
SCORES = np.array([0.1, 0.5, 0.3, 0.5, 0.2], np.float32)
EAST, NORTH = np.eye(2, dtype=np.float32)


def test_a_sum_is_of_unit_length() -> None:
    total = unit_sum([EAST, NORTH * 2, NORTH])

    assert (total.shape, total.dtype) == ((2,), np.float32)
    assert total.tolist() == pytest.approx([1 / 10**0.5, 3 / 10**0.5])


def test_a_sum_of_nothing_is_refused() -> None:
    with pytest.raises(UserError, match=r"^What is asked for has nothing in common"):
        unit_sum([EAST, -EAST])


@pytest.mark.parametrize("n_rows", [2, 200], ids=["many of all", "few of all"])
def test_cosines_are_of_the_rows_in_the_mask_and_nan_elsewhere(n_rows: int) -> None:
    vectors = np.tile(NORTH, (n_rows, 1))
    vectors[0] = EAST
    mask = np.arange(n_rows) == 0

    found = cosines(vectors, EAST, mask)

    assert (found.shape, found.dtype) == ((n_rows,), np.float32)
    assert found[0] == 1
    assert np.isnan(found[1:]).all()


def test_cosines_are_never_outside_their_bounds() -> None:
    longer = np.array([[1.0000001, 0]], np.float32)

    assert cosines(longer, longer[0], np.ones(1, bool)).tolist() == [1]
    assert cosines(longer, -longer[0], np.ones(1, bool)).tolist() == [-1]


@pytest.mark.parametrize(("n_rows", "rows"), [(1, [1]), (2, [1, 3]), (3, [1, 3, 2]), (9, [1, 3, 2, 4, 0])])
def test_the_best_rows_come_first_and_equal_ones_in_their_order(n_rows: int, rows: list[int]) -> None:
    assert best_rows(SCORES, ALL, n_rows).tolist() == rows


def test_only_rows_in_the_mask_are_among_the_best() -> None:
    assert best_rows(SCORES, np.array([True, False, True, False, True]), 2).tolist() == [2, 4]


def test_ranks_begin_at_1_and_rows_outside_the_mask_have_none() -> None:
    ranks = ranks_of(SCORES, np.array([True, False, True, True, True]))

    assert (ranks.shape, ranks.dtype) == ((5,), np.int32)
    assert ranks.tolist() == [4, 0, 2, 1, 3]


def test_fused_scores_are_weighted_reciprocal_ranks() -> None:
    scores = fused(np.array([1, 2, 0], np.int32), np.array([0, 1, 2], np.int32), 0.7)

    first, second = 1 / (RANK_OFFSET + 1), 1 / (RANK_OFFSET + 2)
    assert scores.tolist() == pytest.approx([0.7 * first, 0.7 * second + 0.3 * first, 0.3 * second])


@pytest.mark.parametrize(("weight", "order"), [(1.0, [0, 1, 2, 3, 4]), (0.0, [4, 3, 2, 1, 0])])
def test_a_ranking_with_all_the_weight_is_kept_as_it_is(weight: float, order: list[int]) -> None:
    up = np.arange(1, 6, dtype=np.int32)

    assert best_rows(fused(up, up[::-1], weight), ALL, 5).tolist() == order
