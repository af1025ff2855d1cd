"""The hierarchy: worked out by hand where it can be, otherwise against scipy's Ward linkage."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.cluster.hierarchy import cut_tree, ward
from sklearn.metrics import adjusted_rand_score

from explorer.hierarchy import N_LEAVES, Hierarchy, build_hierarchy


def random_components(n_posts: int, n_components: int = 8) -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(n_posts, n_components)).astype(np.float32)


def on_a_line(*places: float) -> NDArray[np.float32]:
    return np.array(places, np.float32)[:, np.newaxis]


def test_the_larger_part_keeps_the_number_and_the_smaller_gets_the_next() -> None:
    # Two posts on the left, three on the right, of which one stands apart.
    hierarchy = build_hierarchy(on_a_line(0, 0.5, 10, 10.1, 12))

    assert hierarchy.cut(1).tolist() == [0, 0, 0, 0, 0]
    assert hierarchy.cut(2).tolist() == [1, 1, 0, 0, 0]
    assert hierarchy.cut(3).tolist() == [1, 1, 0, 0, 2]


def test_a_cut_by_hand_follows_the_parents() -> None:
    hierarchy = Hierarchy(np.array([0, 1, 2, 3], np.int32), np.array([0, 0, 1, 2], np.int32))

    assert [hierarchy.cut(k).tolist() for k in (1, 2, 3, 4)] == [[0, 0, 0, 0], [0, 1, 1, 1], [0, 1, 2, 2], [0, 1, 2, 3]]


@pytest.mark.parametrize("k", range(1, 60))
def test_from_one_cut_to_the_next_one_cluster_splits_and_its_larger_part_keeps_its_number(k: int) -> None:
    hierarchy = build_hierarchy(random_components(1_000))
    before, after = hierarchy.cut(k), hierarchy.cut(k + 1)

    moved = after != before

    assert set(after[moved].tolist()) == {k}
    assert len(parent := set(before[moved].tolist())) == 1
    assert np.sum(after == parent.pop()) >= moved.sum()


@pytest.mark.parametrize("k", [1, 2, 5, 30, 100])
def test_a_cut_has_as_many_clusters_as_are_asked_for(k: int) -> None:
    assert np.array_equal(np.unique(build_hierarchy(random_components(1_000)).cut(k)), np.arange(k))


@pytest.mark.parametrize("k", [2, 5, 20, 99])
def test_where_every_post_is_a_leaf_it_is_the_linkage_of_scipy(k: int) -> None:
    components = random_components(100)

    expected = cut_tree(ward(components), n_clusters=k).ravel()

    assert adjusted_rand_score(expected, build_hierarchy(components).cut(k)) == pytest.approx(1)


def test_of_many_posts_the_leaves_are_fine_clusters() -> None:
    hierarchy = build_hierarchy(random_components(1_000))

    assert (hierarchy.leaves.shape, hierarchy.leaves.dtype) == ((1_000,), np.int32)
    assert (hierarchy.parents.shape, hierarchy.parents.dtype) == ((N_LEAVES,), np.int32)


def test_a_cut_is_never_finer_than_the_leaves() -> None:
    hierarchy = build_hierarchy(random_components(10))

    assert np.array_equal(hierarchy.cut(50), hierarchy.cut(10))


def test_a_seed_gives_the_same_hierarchy_again_and_another_seed_another() -> None:
    components = random_components(1_000)
    one, again, other = (build_hierarchy(components, seed) for seed in (1, 1, 2))

    assert np.array_equal(one.leaves, again.leaves) and np.array_equal(one.parents, again.parents)
    assert not np.array_equal(one.leaves, other.leaves)


def test_equal_posts_share_a_leaf() -> None:
    assert build_hierarchy(np.ones((5, 3), np.float32)).cut(3).tolist() == [0, 0, 0, 0, 0]


def test_one_post_is_a_hierarchy() -> None:
    assert build_hierarchy(np.ones((1, 3), np.float32)).cut(1).tolist() == [0]
