"""Comparing: clusterings side by side, on examples that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from explorer.clustering import Clustering
from explorer.comparing import Comparison, Difference, compare, compared, differences, side_by_side
from explorer.evaluation import evaluate
from ingest.errors import UserError

NEWSGROUPS = ["a", "a", "b", "b"]
RIGHT = np.array([1, 1, 0, 0], np.int32)
MIXED = np.array([0, 0, 0, 1], np.int32)


def test_two_clusterings_agree_whatever_their_numbers() -> None:
    found = compare(RIGHT, 1 - RIGHT)

    assert (found.adjusted_rand, found.nmi) == (1.0, 1.0)
    assert found.counts.tolist() == [[0, 2], [2, 0]]


def test_overlaps_are_counted_in_the_order_of_the_clusters_with_noise_last() -> None:
    found = compare(np.array([-1, 0, 3, 3], np.int32), MIXED)

    assert (found.of_one, found.of_other) == ((0, 3, -1), (0, 1))
    assert found.counts.tolist() == [[1, 0], [1, 1], [1, 0]]


def test_agreement_is_that_of_scikit_learn() -> None:
    draw = np.random.default_rng(0)
    one, other = draw.integers(-1, 5, 300), draw.integers(0, 4, 300)
    other = np.where(draw.random(300) < 0.5, one, other)

    found = compare(one.astype(np.int32), other.astype(np.int32))

    assert found.adjusted_rand == pytest.approx(adjusted_rand_score(one, other))
    assert found.nmi == pytest.approx(normalized_mutual_info_score(one, other))


@pytest.mark.parametrize("n_others", [3, 0])
def test_only_clusterings_of_the_same_posts_are_compared(n_others: int) -> None:
    with pytest.raises(UserError, match=f"not of 4 and {n_others} posts"):
        compare(RIGHT, MIXED[:n_others])


def clustering_of(post_ids: str, labels: list[int]) -> Clustering:
    return Clustering(list(post_ids), np.array(labels, np.int32), len(set(labels)), None, 0, "kmeans", "CLUSTERING")


def test_side_by_side_are_the_posts_that_both_clusterings_have() -> None:
    one, other = clustering_of("wxyz", [0, 0, 1, 1]), clustering_of("zxwv", [5, 4, 4, 5])

    found = side_by_side(one, other, ["a", "a", "b", "b"])

    assert (found.n_posts, found.n_left_out) == (3, (1, 1))
    assert found.overlap.counts.tolist() == [[2, 0], [0, 1]]
    assert (found.one.newsgroups, found.one.confusion.tolist()) == (("a", "b"), [[2, 0], [0, 1]])
    assert [each.change for each in found.differences] == [0.0] * 8


def test_clusterings_without_a_post_in_common_are_not_compared() -> None:
    with pytest.raises(UserError, match="no post in common"):
        side_by_side(clustering_of("ab", [0, 1]), clustering_of("cd", [0, 1]), ["a", "b"])


def test_evaluations_differ_measure_by_measure() -> None:
    found = differences(evaluate(MIXED, NEWSGROUPS), evaluate(RIGHT, NEWSGROUPS))

    assert found[0] == Difference("mean_share", 0.75, 1.0)
    assert found[0].change == 0.25
    assert [each.measure for each in found[2:5]] == ["adjusted_rand", "nmi", "v_measure"]


def test_a_comparison_shows_the_figures_of_an_evaluation() -> None:
    assert compared("kmeans", evaluate(RIGHT, NEWSGROUPS), precision=0.5) == Comparison("kmeans", 2, 1.0, 1.0, 1.0, 0.5)
