"""Evaluation, on examples that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.evaluation import majority_shares, precision_at, v_measure

# Two newsgroups on a quarter circle: a a a b b b, a step apart, but for the last b, which lies beside the first a.
ANGLES = np.deg2rad([0, 10, 20, 60, 70, -5])
VECTORS = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)]).astype(np.float32)
NEWSGROUPS = ["a", "a", "a", "b", "b", "b"]
LABELS = np.array([0, 0, 1, 1, 1, 1], np.int32)


@pytest.mark.parametrize(
    ("row", "n", "share"),
    [(1, 2, 1.0), (3, 1, 1.0), (3, 2, 0.5), (5, 2, 0.0)],
    ids=["two of its own", "the nearest is its own", "one of two", "none of two"],
)
def test_precision_is_the_share_of_neighbors_of_the_same_newsgroup(row: int, n: int, share: float) -> None:
    assert precision_at(VECTORS, NEWSGROUPS, np.array([row]), n) == share


def test_precision_is_the_mean_over_the_posts_asked_about() -> None:
    assert precision_at(VECTORS, NEWSGROUPS, np.array([1, 5]), n=2) == 0.5


def test_a_post_is_not_its_own_neighbor() -> None:
    assert precision_at(VECTORS[[0, 5]], ["a", "b"], np.array([0, 1]), n=1) == 0.0


def test_a_majority_share_is_that_of_the_cluster_which_has_most_of_a_newsgroup() -> None:
    assert majority_shares(LABELS, NEWSGROUPS) == {"a": pytest.approx(2 / 3), "b": 1.0}


def test_v_measure_is_one_where_clusters_are_the_newsgroups_whatever_their_numbers() -> None:
    assert v_measure(np.array([4, 4, 4, 1, 1, 1], np.int32), NEWSGROUPS) == 1.0


def test_v_measure_is_nothing_where_all_are_in_one_cluster() -> None:
    assert v_measure(np.zeros(6, np.int32), NEWSGROUPS) == 0.0
