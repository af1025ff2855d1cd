"""Scale: growth worked out by hand, a corpus that grows, and memory that is known."""

from __future__ import annotations

import os
from math import log

import numpy as np
import pytest

from benchmarks.growth import foretold, is_worse, slope, slope_of_sorting
from benchmarks.memory import PROC, Peak
from benchmarks.scale import Cost, growth_table
from benchmarks.scale_corpus import Variations
from ingest.posts import Post

SIZES = (20_000.0, 50_000.0, 100_000.0, 200_000.0)
POSTS = [
    Post(f"train/{group}/{number}", group, "train", f"{group} {number}", f"{group} {number} one\n{group} {number} two")
    for group in ("sci.space", "sci.med")
    for number in range(10)
]
VECTORS = np.repeat(np.eye(2, 64, dtype=np.float32), 10, axis=0)


def test_what_quadruples_where_posts_double_grows_as_their_square() -> None:
    assert slope((1_000, 2_000), (3, 12)) == pytest.approx(2)


def test_sorting_grows_a_little_faster_than_the_posts() -> None:
    assert slope_of_sorting((100, 10_000)) == pytest.approx(1 + log(2) / log(100))


def test_only_what_grows_faster_than_sorting_is_worse() -> None:
    assert not is_worse((100, 10_000), (1, 200))
    assert is_worse((100, 10_000), (1, 1_000))


def test_what_grows_as_sorting_does_is_foretold_exactly() -> None:
    known = [(size, 5 + 1e-4 * size * log(size)) for size in SIZES]

    assert foretold(known, 1e6) == pytest.approx(5 + 1e-4 * 1e6 * log(1e6))


def test_memory_is_foretold_in_a_line() -> None:
    assert foretold([(size, 1e9 + 1e4 * size) for size in SIZES], 1e6, linear=True) == pytest.approx(1.1e10)


def test_the_table_marks_what_grows_too_fast_and_leaves_out_what_failed() -> None:
    costs = [
        *(Cost(size, "square", size**2 / 1e6, 1_000_000_000) for size in (1_000, 2_000)),
        *(Cost(size, "line", size / 1e3, None) for size in (1_000, 2_000)),
        Cost(2_000, "broken", 0.5, None, "failed: status -11"),
    ]

    _, _, square, line, broken = growth_table(costs)

    assert "| 2.00 worse |" in square and "| 1.00 |" in line
    assert square.endswith("| 1.00 |")
    assert set(broken.removeprefix("| broken")) == {"|", " "}


def test_a_step_is_judged_by_the_three_largest_sizes() -> None:
    costs = [
        Cost(size, "line", seconds, None) for size, seconds in [(1_000, 9.0), (2_000, 2.0), (4_000, 3.0), (8_000, 9.0)]
    ]

    _, _, line = growth_table(costs)

    assert "| -2.17, 0.58, 1.58 |" in line


def test_a_larger_corpus_begins_with_the_smaller_one() -> None:
    one, other = Variations(POSTS, VECTORS), Variations(POSTS, VECTORS)

    assert [one.post(number) for number in range(5)] == [other.post(number) for number in range(9)][:5]
    assert np.array_equal(one.vectors(range(5)), other.vectors(range(9))[:5])


def test_varied_posts_differ_and_stay_near_to_their_newsgroup() -> None:
    variations = Variations(POSTS, VECTORS)
    posts, vectors = [variations.post(number) for number in range(40)], variations.vectors(range(40))
    own = [VECTORS[0 if post.newsgroup == "sci.space" else -1] for post in posts]

    assert len({post.text for post in posts}) == 40
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-6)
    assert np.einsum("ij,ij->i", vectors, own).min() > 0.9


@pytest.mark.skipif(not (PROC / "self" / "smaps_rollup").exists(), reason="the system does not tell of memory so")
def test_the_peak_is_of_all_since_it_was_last_asked_for() -> None:
    with Peak(os.getpid()) as peak:
        before = peak.taken() or 0
        held = np.ones(30_000_000, np.uint8)
        during = peak.taken() or 0

    assert during - before == pytest.approx(len(held), rel=0.5)
