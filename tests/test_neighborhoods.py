"""Neighborhoods: worked out by hand where they are small, and by both ways where they are large."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer import neighborhoods
from explorer.neighborhoods import (
    N_NEIGHBORS,
    Neighborhoods,
    approximate_neighborhoods,
    exact_neighborhoods,
    find_neighborhoods,
)


def at_degrees(*degrees: float) -> NDArray[np.float32]:
    """Return unit vectors of the plane, so that similarity falls with the angle between them."""
    angles = np.radians(degrees)
    return np.column_stack((np.cos(angles), np.sin(angles))).astype(np.float32)


def random_vectors(n_posts: int, dimensions: int = 8) -> NDArray[np.float32]:
    vectors = np.random.default_rng(0).normal(size=(n_posts, dimensions)).astype(np.float32)
    unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def never_itself(found: Neighborhoods) -> bool:
    return not (found.rows == np.arange(len(found.rows))[:, np.newaxis]).any()


def never_twice(found: Neighborhoods) -> bool:
    return all(len(set(row)) == len(row) for row in found.rows.tolist())


def test_neighbors_come_best_first_and_without_the_post() -> None:
    assert find_neighborhoods(at_degrees(0, 90, 10, 30)).rows.tolist() == [[2, 3, 1], [3, 2, 0], [0, 3, 1], [2, 0, 1]]


def test_similarities_are_cosines() -> None:
    found = find_neighborhoods(at_degrees(0, 60, 180), 2)

    assert found.similarities == pytest.approx(np.array([[0.5, -1], [0.5, -0.5], [-0.5, -1]]), abs=1e-6)


def test_only_as_many_are_found_as_are_asked_for() -> None:
    assert find_neighborhoods(at_degrees(0, 90, 10, 30), 1).rows.tolist() == [[2], [3], [0], [2]]


@pytest.mark.parametrize(
    ("n_posts", "n_neighbors"), [(0, 0), (1, 0), (2, 1), (15, 14), (16, 15), (17, N_NEIGHBORS), (100, N_NEIGHBORS)]
)
def test_there_are_no_more_neighbors_than_other_posts(n_posts: int, n_neighbors: int) -> None:
    found = find_neighborhoods(random_vectors(n_posts))

    assert found.rows.shape == found.similarities.shape == (n_posts, n_neighbors)
    assert (found.rows.dtype, found.similarities.dtype) == (np.int32, np.float32)


def test_a_block_that_is_smaller_than_the_corpus_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = find_neighborhoods(random_vectors(100))
    monkeypatch.setattr(neighborhoods, "BLOCK_BYTES", 7 * 100 * neighborhoods.BYTES_OF_A_PAIR)

    in_blocks = find_neighborhoods(random_vectors(100))

    assert np.array_equal(whole.rows, in_blocks.rows)


def test_many_posts_are_not_compared_one_with_every_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighborhoods, "EXACT_UP_TO", 99)
    monkeypatch.setattr(neighborhoods, "approximate_neighborhoods", lambda vectors, n_neighbors: "nearly so")

    assert find_neighborhoods(random_vectors(100)) == "nearly so"
    assert find_neighborhoods(random_vectors(99)).rows.shape == (99, N_NEIGHBORS)


def test_the_approximate_way_finds_nearly_all_that_the_exact_way_finds() -> None:
    vectors = random_vectors(2_000)

    exact, approximate = (find(vectors, 10) for find in (exact_neighborhoods, approximate_neighborhoods))

    found = sum(len(set(one) & set(other)) for one, other in zip(exact.rows, approximate.rows, strict=True))
    assert found / exact.rows.size > 0.95
    assert np.abs(exact.similarities - approximate.similarities).mean() < 0.01
    assert (np.diff(approximate.similarities) <= 0).all()


@pytest.mark.parametrize("find", [exact_neighborhoods, approximate_neighborhoods])
def test_equal_posts_are_neighbors_of_one_another(find: object) -> None:
    assert callable(find)
    found = find(np.repeat(random_vectors(40), 40, axis=0), 10)

    assert never_itself(found) and never_twice(found)
    assert np.array_equal(found.rows // 40, np.repeat(np.arange(1_600) // 40, 10).reshape(-1, 10))
    assert found.similarities == pytest.approx(1, abs=1e-6)
    assert found.similarities.max() <= 1


@pytest.mark.filterwarnings("error::UserWarning")
def test_what_the_approximate_way_does_not_find_is_found_exactly() -> None:
    vectors = np.abs(random_vectors(16))  # so few that their descent ends before all are found

    assert np.array_equal(approximate_neighborhoods(vectors, 15).rows, exact_neighborhoods(vectors, 15).rows)
