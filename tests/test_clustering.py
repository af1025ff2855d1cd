"""Clustering: worked out by hand where it can be, otherwise against scikit-learn."""

from __future__ import annotations

import warnings
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.cluster import DBSCAN, HDBSCAN, KMeans

from explorer.clustering import (
    METHODS,
    Clustering,
    Options,
    kmeans,
    require_method,
    require_n_clusters,
)
from explorer.density import default_eps, on_sphere
from explorer.hierarchy import build_hierarchy
from explorer.lloyd import inertia_of
from explorer.space import Space
from ingest.errors import UnknownNameError, UserError

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


def clusters(vectors: NDArray[np.float32], n_clusters: int, seed: int = 0) -> NDArray[np.int32]:
    return kmeans(Space.of(vectors), Options(n_clusters), seed)


def crowds(n_crowds: int = 3, n_posts: int = 40) -> Space:
    """Return posts that crowd about some directions, and as many again anywhere."""
    rng = np.random.default_rng(0)
    near = np.repeat(np.eye(n_crowds, 16), n_posts, axis=0) + rng.normal(scale=0.02, size=(n_crowds * n_posts, 16))
    vectors = np.concatenate([near, rng.normal(size=near.shape)])
    return Space.of((vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32))


CROWDS = {frozenset(range(start, start + 40)) for start in (0, 40, 80)}


class TestKMeans:
    @pytest.mark.parametrize("seed", range(5))
    def test_points_that_lie_together_are_clustered_together(self, seed: int) -> None:
        assert groups_of(clusters(POINTS, 2, seed)) == {LEFT, RIGHT}

    def test_a_cluster_has_the_number_of_its_like_in_the_hierarchy(self) -> None:
        assert clusters(POINTS, 2).tolist() == [1, 0, 0, 1, 0]

    def test_labels_have_the_shape_and_type_that_is_documented(self) -> None:
        labels = clusters(random_vectors(), 7)

        assert labels.shape == (200,)
        assert labels.dtype == np.int32

    @pytest.mark.parametrize("n_clusters", [1, 7, 199, 200])
    def test_every_cluster_has_a_post(self, n_clusters: int) -> None:
        assert set(clusters(random_vectors(), n_clusters).tolist()) == set(range(n_clusters))

    def test_there_may_be_more_clusters_than_the_hierarchy_has_leaves(self) -> None:
        assert set(clusters(random_vectors(500), 300).tolist()) == set(range(300))

    def test_a_seed_gives_the_same_clusters_again(self) -> None:
        assert np.array_equal(clusters(random_vectors(2_000), 7, seed=3), clusters(random_vectors(2_000), 7, seed=3))

    def test_another_seed_begins_elsewhere(self) -> None:
        assert groups_of(clusters(random_vectors(2_000), 7)) != groups_of(clusters(random_vectors(2_000), 7, seed=1))

    def test_a_hierarchy_that_is_known_changes_nothing(self) -> None:
        space = Space.of(random_vectors())
        known = Space(space.vectors, space.components, partial(build_hierarchy, space.components))

        assert np.array_equal(kmeans(known, Options(7), 1), kmeans(space, Options(7), 1))

    def test_most_posts_keep_their_number_from_one_k_to_the_next(self) -> None:
        space = crowds(8)
        labels = [kmeans(space, Options(k), 0)[:320] for k in range(8, 13)]

        assert np.mean([before == after for before, after in pairwise(labels)]) > 0.9

    def test_clusters_keep_their_numbers_from_seed_to_seed(self) -> None:
        space = crowds(8)

        assert np.mean(kmeans(space, Options(12), 1)[:320] == kmeans(space, Options(12), 0)[:320]) > 0.9

    def test_one_cluster_holds_every_post(self) -> None:
        assert clusters(POINTS, 1).tolist() == [0, 0, 0, 0, 0]

    def test_as_many_clusters_as_posts_hold_one_each(self) -> None:
        assert sorted(clusters(POINTS, 5).tolist()) == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("n_clusters", [1, 3, 4])
    def test_equal_vectors_share_a_cluster_however_many_are_asked_for(self, n_clusters: int) -> None:
        space = Space(np.repeat(POINTS[:1], 4, axis=0), np.zeros((4, 2), np.float32))

        with warnings.catch_warnings(action="error"):
            assert kmeans(space, Options(n_clusters), 0).tolist() == [0, 0, 0, 0]

    @pytest.mark.parametrize("n_posts", [1, 2])
    def test_a_slice_of_one_or_two_posts_is_clustered(self, n_posts: int) -> None:
        space = Space.of(POINTS)
        part = Space(space.vectors[:n_posts], space.components[:n_posts])

        assert sorted(kmeans(part, Options(n_posts), 0).tolist()) == list(range(n_posts))

    @pytest.mark.parametrize("n_clusters", [4, 20])
    def test_it_is_as_good_as_the_best_of_four_random_starts(self, n_clusters: int) -> None:
        vectors = random_vectors(2_000, 8) + np.repeat(np.eye(20, 8, dtype=np.float32), 100, axis=0)
        best_of_four = KMeans(n_clusters, random_state=0, n_init=4).fit(vectors)

        assert inertia_of(vectors, clusters(vectors, n_clusters)) < 1.01 * best_of_four.inertia_

    def test_more_clusters_than_posts_are_refused(self) -> None:
        with pytest.raises(UserError, match="k must be from 1 to 5"):
            clusters(POINTS, 6)


@pytest.mark.parametrize("method", ["hdbscan", "dbscan"])
class TestDensity:
    def test_crowds_are_clusters_and_most_of_the_rest_is_noise(self, method: str) -> None:
        labels = METHODS[method].find(crowds(), Options(eps=0.3), 0)

        assert {frozenset(group & set(range(120))) for group in groups_of(labels)} >= CROWDS
        assert np.mean(labels[120:] == -1) > 0.5

    def test_the_largest_cluster_is_the_first(self, method: str) -> None:
        labels = METHODS[method].find(crowds(), Options(), 0)

        sizes = np.bincount(labels[labels >= 0])
        assert labels.dtype == np.int32
        assert np.all(np.diff(sizes) <= 0)

    def test_chance_has_no_part_in_it(self, method: str) -> None:
        find = METHODS[method].find

        assert np.array_equal(find(crowds(), Options(), 0), find(crowds(), Options(), 1))

    @pytest.mark.parametrize("n_posts", [1, 2, 4])
    def test_few_posts_are_no_crowd(self, method: str, n_posts: int) -> None:
        space = Space(POINTS[:n_posts], POINTS[:n_posts])

        assert METHODS[method].find(space, Options(), 0).tolist() == [-1] * n_posts

    def test_equal_posts_are_one_cluster(self, method: str) -> None:
        space = Space(np.ones((30, 4), np.float32), np.zeros((30, 4), np.float32))

        assert set(METHODS[method].find(space, Options(), 0).tolist()) <= {0, -1}


def test_hdbscan_is_that_of_scikit_learn_on_the_sphere() -> None:
    space = crowds()
    expected = HDBSCAN(min_cluster_size=7, min_samples=4, copy=True).fit(on_sphere(space.components)).labels_

    labels = METHODS["hdbscan"].find(space, Options(min_cluster_size=7, min_samples=4), 0)

    assert groups_of(labels) == groups_of(expected)


def test_dbscan_is_that_of_scikit_learn_on_the_sphere() -> None:
    space = crowds()
    expected = DBSCAN(eps=0.2, min_samples=4).fit(on_sphere(space.components)).labels_

    labels = METHODS["dbscan"].find(space, Options(eps=0.2, min_samples=4), 0)

    assert groups_of(labels) == groups_of(expected)


def test_a_quarter_of_all_posts_have_their_crowd_within_the_default_eps() -> None:
    # Points of the unit circle: the second nearest, the point itself included, is 0, 0, 2 and 2 away.
    points = np.array([[1, 0], [2, 0], [0, 1], [-1, 0]], np.float32)
    assert default_eps(points[:2], 2) == pytest.approx(0, abs=1e-6)
    assert default_eps(points[2:], 2) == pytest.approx(np.sqrt(2))


def test_points_of_the_sphere_have_unit_length_and_what_has_no_direction_stays() -> None:
    assert on_sphere(np.array([[3, 4], [0, 0]], np.float32)) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"min_cluster_size": 1}, "must be 2 or more, not 1"),
        ({"min_samples": 0}, "must be 1 or more, not 0"),
        ({"eps": 0.0}, "at most 2, the sphere's width, not 0"),
        ({"eps": float("nan")}, "at most 2, the sphere's width, not nan"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, float], complaint: str) -> None:
    with pytest.raises(UserError, match=complaint):
        Options(**options)  # type: ignore[arg-type]


def test_a_method_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UnknownNameError, match="no clustering 'mean': choose from kmeans, hdbscan, dbscan"):
        require_method("mean")


def test_a_result_depends_on_the_options_that_its_method_looks_at() -> None:
    kmeans_recipe = METHODS["kmeans"].recipe

    assert kmeans_recipe(Options(7), 0) != kmeans_recipe(Options(8), 0)
    assert kmeans_recipe(Options(7, eps=0.5), 0) == kmeans_recipe(Options(7), 0)


def test_noise_is_counted() -> None:
    assert Clustering([], np.array([0, -1, 1, -1], np.int32), 2, None, 0, "hdbscan").n_noise == 2


@pytest.mark.parametrize("n_clusters", [-1, 0, 1_001])
def test_a_number_of_clusters_that_the_posts_do_not_allow_is_refused(n_clusters: int) -> None:
    with pytest.raises(UserError, match=f"k must be from 1 to 1,000, the number of posts, not {n_clusters:,}"):
        require_n_clusters(n_clusters, 1_000)


@pytest.mark.parametrize("n_clusters", [1, 1_000])
def test_one_cluster_and_one_for_each_post_are_allowed(n_clusters: int) -> None:
    require_n_clusters(n_clusters, 1_000)
