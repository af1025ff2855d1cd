"""Smoothing: averages worked out by hand, and clusters that a plain clustering mistakes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.neighborhoods import Neighborhoods, find_neighborhoods
from explorer.smoothing import BLOCK, n_smoothing, smoothed


def neighborhoods_of(*rows: list[int]) -> Neighborhoods:
    """Return neighborhoods of these rows, equally similar."""
    found = np.array(rows, np.int32).reshape(len(rows), -1)
    return Neighborhoods(found, np.ones(found.shape, np.float32))


def rows_of(*rows: list[float]) -> NDArray[np.float32]:
    return np.array(rows, np.float32)


def test_a_vector_moves_halfway_to_the_mean_of_its_neighbors() -> None:
    vectors = rows_of([6, 0], [0, 4], [0, 12])

    drawn = smoothed(vectors, neighborhoods_of([1, 2], [1, 1], [2, 2]))

    assert drawn == pytest.approx(rows_of([0.6, 0.8], [0, 1], [0, 1]))


def test_only_the_nearest_count() -> None:
    vectors = rows_of([6, 0], [0, 8], [500, 500])

    drawn = smoothed(vectors, neighborhoods_of([1, 2], [0, 2], [2, 0]), n_neighbors=1)

    assert drawn[:2] == pytest.approx(rows_of([0.6, 0.8], [0.6, 0.8]))


@pytest.mark.parametrize(("n_posts", "n_neighbors"), [(0, 0), (9, 0), (50, 1), (249, 4), (250, 5), (18_846, 5)])
def test_in_a_small_corpus_fewer_neighbors_count(n_posts: int, n_neighbors: int) -> None:
    assert n_smoothing(n_posts) == n_neighbors


def test_neighbors_are_averaged_as_they_were_and_not_as_they_are_drawn() -> None:
    vectors = rows_of([6, 0], [0, 8], [-8, 0])

    drawn = smoothed(vectors, neighborhoods_of([1], [2], [2]))

    assert drawn == pytest.approx(rows_of([0.6, 0.8], [-np.sqrt(0.5), np.sqrt(0.5)], [-1, 0]))


def test_opposites_that_cancel_each_other_out_end_as_zeros() -> None:
    assert smoothed(rows_of([1, 0], [-1, 0]), neighborhoods_of([1], [0])).tolist() == [[0, 0], [0, 0]]


def test_the_vectors_themselves_are_left_as_they_are() -> None:
    vectors = rows_of([6, 0], [0, 8])

    smoothed(vectors, neighborhoods_of([1], [0]))

    assert vectors.tolist() == [[6, 0], [0, 8]]


def test_a_post_alone_keeps_its_direction() -> None:
    alone = rows_of([0.6, 0.8])

    assert smoothed(alone, find_neighborhoods(alone)) == pytest.approx(alone)


@pytest.mark.parametrize("n_posts", [0, 1, BLOCK, BLOCK + 1])
def test_every_post_is_drawn_however_many_are_gathered_at_a_time(n_posts: int) -> None:
    to_the_first = Neighborhoods(np.zeros((n_posts, 1), np.int32), np.ones((n_posts, 1), np.float32))
    vectors = np.tile(rows_of([0, 8]), (n_posts, 1))
    vectors[:1] = [6, 0]

    drawn = smoothed(vectors, to_the_first)

    assert (drawn.shape, drawn.dtype) == ((n_posts, 2), np.float32)
    assert drawn[1:] == pytest.approx(np.tile(rows_of([0.6, 0.8]), (max(n_posts - 1, 0), 1)))


def test_what_posts_of_like_meaning_do_not_share_is_averaged_out() -> None:
    meanings = np.repeat(np.eye(2, 40), 50, axis=0)
    blurred = meanings + np.random.default_rng(0).normal(scale=0.1, size=meanings.shape)
    vectors = (blurred / np.linalg.norm(blurred, axis=1, keepdims=True)).astype(np.float32)

    drawn = smoothed(vectors, find_neighborhoods(vectors))

    assert (vectors * meanings).sum(axis=1).max() < (drawn * meanings).sum(axis=1).mean()
