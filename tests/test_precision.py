"""Precision, on posts whose neighbors can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from explorer.precision import Precision, precision_at, precision_beyond_kin, precision_of
from ingest.errors import UserError

# Two newsgroups on a quarter circle: a a a b b b, a step apart, but for the last b, which lies beside the first a.
ANGLES = np.deg2rad([0, 10, 20, 60, 70, -5])
VECTORS = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)]).astype(np.float32)
NEWSGROUPS = ["a", "a", "a", "b", "b", "b"]


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


def test_a_typed_question_is_measured_by_the_newsgroup_that_it_wants() -> None:
    # A question at 65 degrees lies between two posts of b; the third nearest is an a.
    question = np.array([[np.cos(np.deg2rad(65)), np.sin(np.deg2rad(65))]], np.float32)

    assert precision_of(question, VECTORS, ["b"], NEWSGROUPS, n=2) == Precision(1.0, n=2, n_asked=1)
    assert precision_of(question, VECTORS, ["b"], NEWSGROUPS, n=3).mean == pytest.approx(2 / 3)
    assert precision_of(question, VECTORS, ["a"], NEWSGROUPS, n=2).mean == 0.0


def test_a_question_that_lies_on_a_post_finds_that_post() -> None:
    assert precision_of(VECTORS[:1], VECTORS, ["a"], NEWSGROUPS, n=1).mean == 1.0


def test_any_of_several_newsgroups_may_answer() -> None:
    assert precision_of(VECTORS[:1], VECTORS, [("a", "b")], NEWSGROUPS, n=6).mean == 1.0
    assert precision_of(VECTORS[:1], VECTORS, [("b", "c")], NEWSGROUPS, n=6).mean == 0.5


def test_no_more_neighbors_count_than_there_are_posts() -> None:
    assert precision_of(VECTORS[:1], VECTORS, ["a"], NEWSGROUPS, n=10) == Precision(0.5, n=6, n_asked=1)
    assert precision_at(VECTORS, NEWSGROUPS, np.array([0]), n=10) == pytest.approx(2 / 5)


def test_many_questions_are_asked_in_blocks_as_scikit_learn_answers_them() -> None:
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(200, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    newsgroups = draw.choice(["a", "b", "c"], 200).tolist()
    queries, wanted = np.tile(vectors, (6, 1)), newsgroups * 6

    found = precision_of(queries, vectors, wanted, newsgroups, n=5)

    _, nearest = NearestNeighbors(n_neighbors=5, metric="cosine").fit(vectors).kneighbors(queries)
    expected = np.mean(np.array(newsgroups)[nearest] == np.array(wanted)[:, np.newaxis])
    assert found.n_asked == 1_200
    assert found.mean == pytest.approx(expected)


def test_what_is_kin_to_the_post_that_asks_does_not_count() -> None:
    # The second a asks; the first and the third are its thread, so the last b and the first b are the nearest left.
    kin = np.array([0, 0, 0, 1, 2, 3])

    found = precision_beyond_kin(VECTORS[1:2], np.array([1]), VECTORS, NEWSGROUPS, kin)

    assert found == Precision(0.0, n=3, n_asked=1)


@pytest.mark.parametrize("n", [0, -1])
def test_no_neighbors_are_no_precision(n: int) -> None:
    with pytest.raises(UserError, match="n of 1 or more"):
        precision_of(VECTORS[:1], VECTORS, ["a"], NEWSGROUPS, n)


def test_no_questions_are_no_precision() -> None:
    with pytest.raises(UserError, match="not 0 queries"):
        precision_of(VECTORS[:0], VECTORS, [], NEWSGROUPS)
