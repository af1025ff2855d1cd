"""Nesting: each fine part lies inside a coarse one, whichever way posts are cut."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from explorer.hierarchy import build_hierarchy
from explorer.nesting import Nesting, nested_cells, nested_clusters

N_POSTS = 1_000
POINTS = np.random.default_rng(0).normal(size=(N_POSTS, 2)).astype(np.float32)
WAYS: list[Callable[[], Nesting]] = [
    lambda: nested_clusters(build_hierarchy(POINTS)),
    lambda: nested_cells(POINTS),
]


@pytest.mark.parametrize("cut", WAYS, ids=["clusters", "cells"])
class TestNesting:
    def test_each_fine_part_lies_inside_one_coarse_part(self, cut: Callable[[], Nesting]) -> None:
        nesting = cut()

        assert len({*zip(nesting.fine.tolist(), nesting.coarse.tolist(), strict=True)}) == nesting.fine.max() + 1

    def test_a_coarse_part_is_due_to_100_posts_and_a_fine_one_to_40(self, cut: Callable[[], Nesting]) -> None:
        nesting = cut()

        assert np.array_equal(np.unique(nesting.coarse), np.arange(10))
        assert 20 <= nesting.fine.max() + 1 <= 30

    def test_fine_numbers_go_on_from_one_coarse_part_to_the_next(self, cut: Callable[[], Nesting]) -> None:
        nesting = cut()
        firsts = [nesting.fine[nesting.coarse == part].min() for part in range(10)]
        lasts = [nesting.fine[nesting.coarse == part].max() for part in range(10)]

        assert firsts == [0, *(last + 1 for last in lasts[:-1])]

    def test_parts_are_arrays_of_the_documented_shapes(self, cut: Callable[[], Nesting]) -> None:
        nesting = cut()

        for labels in (nesting.coarse, nesting.fine):
            assert (labels.shape, labels.dtype) == ((N_POSTS,), np.int32)
