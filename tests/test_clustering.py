"""Clustering: worked out by hand where it can be, otherwise against scikit-learn."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from explorer.clustering import N_STARTS, inertia_of, kmeans_labels, largest_first, require_n_clusters
from ingest.errors import UserError

# Unit vectors: two on the left, three on the right.
POINTS = np.array([[-1, 0], [1, 0], [0.8, 0.6], [-0.8, 0.6], [0.8, -0.6]], np.float32)
LEFT, RIGHT = frozenset({0, 3}), frozenset({1, 2, 4})


def random_vectors(n_posts: int = 200, dimensions: int = 16) -> NDArray[np.float32]:
    vectors = np.random.default_rng(0).normal(size=(n_posts, dimensions))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def groups_of(labels: NDArray[np.int32]) -> set[frozenset[int]]:
    """Return the rows of each cluster, whatever the clusters' numbers."""
    return {frozenset(np.flatnonzero(labels == cluster).tolist()) for cluster in set(labels.tolist())}


@pytest.mark.parametrize("seed", range(5))
def test_points_that_lie_together_are_clustered_together(seed: int) -> None:
    assert groups_of(kmeans_labels(POINTS, 2, seed)) == {LEFT, RIGHT}


def test_the_largest_cluster_is_the_first() -> None:
    assert kmeans_labels(POINTS, 2, seed=0).tolist() == [1, 0, 0, 1, 0]


def test_labels_have_the_shape_and_type_that_is_documented() -> None:
    labels = kmeans_labels(random_vectors(), 7, seed=0)

    assert labels.shape == (200,)
    assert labels.dtype == np.int32


def test_every_cluster_has_a_post() -> None:
    assert set(kmeans_labels(random_vectors(), 7, seed=0).tolist()) == set(range(7))


def test_a_seed_gives_the_same_clusters_again() -> None:
    assert np.array_equal(kmeans_labels(random_vectors(), 7, seed=3), kmeans_labels(random_vectors(), 7, seed=3))


def test_another_seed_begins_elsewhere() -> None:
    assert groups_of(kmeans_labels(random_vectors(), 7, seed=0)) != groups_of(kmeans_labels(random_vectors(), 7, 1))


def test_one_cluster_holds_every_post() -> None:
    assert kmeans_labels(POINTS, 1, seed=0).tolist() == [0, 0, 0, 0, 0]


def test_as_many_clusters_as_posts_hold_one_each() -> None:
    assert sorted(kmeans_labels(POINTS, 5, seed=0).tolist()) == [0, 1, 2, 3, 4]


def test_equal_vectors_share_a_cluster_however_many_are_asked_for() -> None:
    with warnings.catch_warnings(action="error"):
        assert kmeans_labels(np.repeat(POINTS[:1], 4, axis=0), 3, seed=0).tolist() == [0, 0, 0, 0]


def test_clusters_are_renumbered_by_falling_size() -> None:
    assert largest_first(np.array([2, 0, 0, 1, 1, 1], np.int32)).tolist() == [2, 1, 1, 0, 0, 0]


def test_of_clusters_of_equal_size_the_one_that_appears_first_comes_first() -> None:
    assert largest_first(np.array([1, 0, 2, 2], np.int32)).tolist() == [1, 2, 0, 0]


def test_numbers_that_no_post_has_are_closed_up() -> None:
    assert largest_first(np.array([7, 3, 3], np.int32)).tolist() == [1, 0, 0]


def test_inertia_is_what_it_is_by_hand() -> None:
    # Of unit vectors: their number less, for each cluster, the squared length of their sum over their number.
    right, left = 3 - 2.6**2 / 3, 2 - (1.8**2 + 0.6**2) / 2
    assert inertia_of(POINTS, np.array([1, 0, 0, 1, 0], np.int32)) == pytest.approx(right + left)


def test_inertia_is_nothing_where_every_post_is_a_cluster() -> None:
    assert inertia_of(POINTS, np.arange(5, dtype=np.int32)) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("n_clusters", [1, 4, 20])
def test_inertia_equals_that_of_scikit_learn(n_clusters: int) -> None:
    vectors = random_vectors()
    kmeans = KMeans(n_clusters, random_state=0, n_init=N_STARTS).fit(vectors)

    assert inertia_of(vectors, kmeans_labels(vectors, n_clusters, seed=0)) == pytest.approx(kmeans.inertia_, rel=1e-5)


def test_the_best_of_several_starts_is_kept() -> None:
    vectors = random_vectors()
    one_start = KMeans(7, random_state=0, n_init=1).fit(vectors)

    assert inertia_of(vectors, kmeans_labels(vectors, 7, seed=0)) < one_start.inertia_


@pytest.mark.parametrize("n_clusters", [-1, 0, 1_001])
def test_a_number_of_clusters_that_the_posts_do_not_allow_is_refused(n_clusters: int) -> None:
    with pytest.raises(UserError, match=f"k must be from 1 to 1,000, the number of posts, not {n_clusters:,}"):
        require_n_clusters(n_clusters, 1_000)


@pytest.mark.parametrize("n_clusters", [1, 1_000])
def test_one_cluster_and_one_for_each_post_are_allowed(n_clusters: int) -> None:
    require_n_clusters(n_clusters, 1_000)
