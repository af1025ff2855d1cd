"""Precision, on posts whose neighbors can be seen."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from explorer import precision
from explorer.precision import Precision, precision_at, precision_beyond_kin
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


def test_a_query_is_answered_by_the_newsgroup_of_the_post_that_it_was_made_of() -> None:
    # A query at 65 degrees was made of the last b; of the five other posts, two are b's.
    query = np.array([[np.cos(np.deg2rad(65)), np.sin(np.deg2rad(65))]], np.float32)

    found = precision_beyond_kin(query, np.array([5]), VECTORS, NEWSGROUPS, np.arange(6))

    assert found == Precision(2 / 5, n=5)


def test_no_more_neighbors_count_than_there_are_posts() -> None:
    assert precision_at(VECTORS, NEWSGROUPS, np.array([0]), n=10) == pytest.approx(2 / 5)


def test_many_posts_are_asked_about_in_blocks_as_scikit_learn_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "BLOCK_BYTES", 20_000)
    draw = np.random.default_rng(0)
    vectors = draw.normal(size=(200, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    newsgroups = draw.choice(["a", "b", "c"], 200)

    found = precision_at(vectors, newsgroups.tolist(), np.arange(200), n=5)

    nearest = NearestNeighbors(n_neighbors=5, metric="cosine").fit(vectors).kneighbors(return_distance=False)
    assert found == pytest.approx(np.mean(newsgroups[nearest] == newsgroups[:, np.newaxis]))


def test_what_is_kin_to_the_post_that_asks_does_not_count() -> None:
    # The second a asks; the first and the third are its thread, so the last b and the first b are the nearest left.
    kin = np.array([0, 0, 0, 1, 2, 3])

    found = precision_beyond_kin(VECTORS[1:2], np.array([1]), VECTORS, NEWSGROUPS, kin)

    assert found == Precision(0.0, n=3)


@pytest.mark.parametrize("n", [0, -1])
def test_no_neighbors_are_no_precision(n: int) -> None:
    with pytest.raises(UserError, match="n of 1 or more"):
        precision_at(VECTORS, NEWSGROUPS, np.array([0]), n)


def test_no_questions_are_no_precision() -> None:
    with pytest.raises(UserError, match="not 0 queries"):
        precision_at(VECTORS, NEWSGROUPS, np.array([], np.int64))
