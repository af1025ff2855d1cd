"""Trust: what a map shows of neighbors, against scikit-learn's measure and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.manifold import trustworthiness

from explorer.neighborhoods import Neighborhoods, find_neighborhoods
from explorer.trust import Trust, misplacement, trust

N_POSTS = 200


def on_arc(n_posts: int) -> NDArray[np.float32]:
    """Make unit vectors along a quarter of a circle, so that neighbors are those next in order."""
    angles = np.linspace(0, np.pi / 2, n_posts)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def random_vectors(n_posts: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(0).normal(size=(n_posts, 8))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def random_places(n_posts: int) -> NDArray[np.float32]:
    return np.random.default_rng(1).normal(size=(n_posts, 2)).astype(np.float32)


def neighborhoods_of(*rows: list[int]) -> Neighborhoods:
    return Neighborhoods(np.array(rows, np.int32), np.ones((len(rows), len(rows[0])), np.float32))


def in_a_row(n_posts: int) -> NDArray[np.float32]:
    """Place posts on a line whose gaps widen, so that the nearest of each are known."""
    return np.column_stack([1.01 ** np.arange(n_posts), np.zeros(n_posts)]).astype(np.float32)


class TestTrust:
    def test_it_is_what_scikit_learn_says_when_every_post_is_sampled(self) -> None:
        vectors, places = random_vectors(N_POSTS), random_places(N_POSTS)

        found = trust(vectors, places, n_sampled=N_POSTS)

        expected = trustworthiness(vectors, places, n_neighbors=15, metric="cosine")
        assert found.trustworthiness == pytest.approx(expected, abs=1e-6)

    def test_a_map_of_what_lies_on_an_arc_is_trusted_fully(self) -> None:
        vectors = on_arc(N_POSTS)

        assert trust(vectors, vectors, n_sampled=N_POSTS) == Trust(1.0, 1.0, 15, N_POSTS)

    def test_neighbors_kept_are_those_among_the_nearest_on_the_map(self) -> None:
        vectors, places = random_vectors(N_POSTS), random_places(N_POSTS)
        distances = np.linalg.norm(places[:, np.newaxis] - places, axis=2) + np.diag([np.inf] * N_POSTS)
        near = distances.argsort(axis=1)[:, :15]
        true = find_neighborhoods(vectors).rows
        kept = [len(set(one) & set(other)) / 15 for one, other in zip(near.tolist(), true.tolist(), strict=True)]

        assert trust(vectors, places, n_sampled=N_POSTS).neighbors_kept == pytest.approx(np.mean(kept))

    def test_a_sample_is_compared_with_all_posts(self) -> None:
        vectors, places = random_vectors(2_000), random_places(2_000)

        sampled, whole = trust(vectors, places, n_sampled=500), trust(vectors, places, n_sampled=2_000)

        assert sampled.n_sampled == 500
        assert sampled.trustworthiness == pytest.approx(whole.trustworthiness, abs=0.02)

    def test_a_seed_draws_the_same_sample_again(self) -> None:
        vectors, places = random_vectors(N_POSTS), random_places(N_POSTS)

        first, again, other = (trust(vectors, places, seed, n_sampled=20) for seed in (1, 1, 2))

        assert first == again != other

    @pytest.mark.parametrize(("n_posts", "n_neighbors"), [(4, 1), (5, 2), (31, 15)])
    def test_of_few_posts_fewer_neighbors_are_compared(self, n_posts: int, n_neighbors: int) -> None:
        vectors = on_arc(n_posts)

        assert trust(vectors, in_a_row(n_posts)).n_neighbors == n_neighbors

    @pytest.mark.parametrize("n_posts", [4, 5, 40])
    def test_of_equal_posts_every_map_is_true(self, n_posts: int) -> None:
        vectors = np.repeat(random_vectors(1), n_posts, axis=0)

        found = trust(vectors, random_places(n_posts))

        assert (found.trustworthiness, found.neighbors_kept) == (1, 1)

    def test_posts_that_are_all_in_one_place_have_others_for_neighbors(self) -> None:
        found = trust(random_vectors(N_POSTS), np.zeros((N_POSTS, 2), np.float32))

        assert 0.4 < found.trustworthiness < 0.6
        assert found.neighbors_kept < 0.2


class TestMisplacement:
    def test_posts_amid_their_neighbors_are_placed_well(self) -> None:
        assert misplacement(in_a_row(4), neighborhoods_of([1, 2], [0, 2], [1, 3], [2, 1])).tolist() == [0, 0, 0, 0]

    def test_a_neighbor_counts_less_with_the_logarithm_of_its_rank(self) -> None:
        far_and_near = [[10], [0], *([row - 1] for row in range(2, 100))]

        found = misplacement(in_a_row(100), neighborhoods_of(*far_and_near))

        assert found[0] == 1  # the tenth nearest, where only one is asked for
        assert found[1:].max() == 0

    def test_a_neighbor_half_down_counts_by_half(self) -> None:
        rows = [[3], [0], *([row - 1] for row in range(2, 100))]

        found = misplacement(in_a_row(100), neighborhoods_of(*rows))

        assert found[0] == pytest.approx(np.log10(3))

    def test_it_is_a_number_from_0_to_1_for_every_post(self) -> None:
        found = misplacement(random_places(N_POSTS), find_neighborhoods(random_vectors(N_POSTS)))

        assert (found.shape, found.dtype) == ((N_POSTS,), np.float32)
        assert 0 <= found.min() < found.max() <= 1

    def test_one_post_far_from_its_neighbors_is_placed_worst(self) -> None:
        vectors = on_arc(N_POSTS)
        places = vectors.copy()
        places[17] = (9, 9)

        assert misplacement(places, find_neighborhoods(vectors, 5)).argmax() == 17

    @pytest.mark.parametrize("n_posts", [4, 5, 40])
    def test_equal_posts_in_one_place_are_placed_well(self, n_posts: int) -> None:
        vectors = np.repeat(random_vectors(1), n_posts, axis=0)

        found = misplacement(np.zeros((n_posts, 2), np.float32), find_neighborhoods(vectors))

        assert found.tolist() == [0] * n_posts
