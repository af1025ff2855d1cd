"""Lloyd's steps: worked out by hand where they can be, otherwise against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from explorer import lloyd
from explorer.lloyd import cluster_sums, inertia_of, settled

# Unit vectors: two on the left, three on the right.
POINTS = np.array([[-1, 0], [1, 0], [0.8, 0.6], [-0.8, 0.6], [0.8, -0.6]], np.float32)
SIDES = np.array([1, 0, 0, 1, 0], np.int32)


def random_vectors() -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(500, 12)).astype(np.float32)


def random_labels(n_clusters: int) -> NDArray[np.int32]:
    return np.concatenate([np.arange(n_clusters), np.random.default_rng(1).integers(0, n_clusters, 500)])[:500].astype(
        np.int32
    )


def test_a_post_moves_to_the_nearest_mean() -> None:
    # The means are (-0.067, 0.2) and (0.9, 0): only the third post is nearer to the other one.
    assert settled(POINTS, np.array([1, 0, 1, 1, 0], np.int32), 1).tolist() == SIDES.tolist()


def test_without_a_step_nothing_moves() -> None:
    assert settled(POINTS, np.array([1, 0, 1, 1, 0], np.int32), 0).tolist() == [1, 0, 1, 1, 0]


@pytest.mark.parametrize("n_clusters", [1, 2, 7, 40])
def test_they_end_where_those_of_scikit_learn_end(n_clusters: int) -> None:
    vectors, labels = random_vectors(), random_labels(n_clusters)
    means = np.array([vectors[labels == cluster].mean(axis=0) for cluster in range(n_clusters)])

    expected = KMeans(n_clusters, init=means, n_init=1, tol=0).fit(vectors).labels_

    assert np.mean(settled(vectors, labels, 300) == expected) > 0.99


def test_many_posts_are_compared_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, labels = random_vectors(), random_labels(7)
    at_once = settled(vectors, labels, 10)

    monkeypatch.setattr(lloyd, "BLOCK", 7 * 64)

    assert np.array_equal(settled(vectors, labels, 10), at_once)


def test_no_cluster_is_left_empty() -> None:
    # Equal posts are all nearest to the first of the equal means.
    assert settled(np.ones((4, 2), np.float32), np.array([0, 1, 1, 2], np.int32), 10).tolist() == [0, 1, 1, 2]


def test_sums_are_what_they_are_by_hand() -> None:
    sums = cluster_sums(POINTS, SIDES, 3)

    assert (sums.shape, sums.dtype) == ((3, 2), np.float32)
    assert sums == pytest.approx(np.array([[2.6, 0], [-1.8, 0.6], [0, 0]]))


def test_inertia_is_what_it_is_by_hand() -> None:
    # Of unit vectors: their number less, for each cluster, the squared length of their sum over their number.
    right, left = 3 - 2.6**2 / 3, 2 - (1.8**2 + 0.6**2) / 2
    assert inertia_of(POINTS, SIDES) == pytest.approx(right + left)


def test_inertia_is_nothing_where_every_post_is_a_cluster() -> None:
    assert inertia_of(POINTS, np.arange(5, dtype=np.int32)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("n_clusters", [1, 4, 20])
def test_inertia_equals_that_of_scikit_learn(n_clusters: int) -> None:
    vectors = random_vectors()
    kmeans = KMeans(n_clusters, random_state=0, n_init=1, tol=0).fit(vectors)

    assert inertia_of(vectors, kmeans.labels_) == pytest.approx(kmeans.inertia_, rel=1e-5)
