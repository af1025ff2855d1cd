"""Locating: among the neighbors, and as the fitted PCA would."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import PCA

from explorer.locating import locate_by_neighbors, pca_transform
from explorer.projection import METHODS
from explorer.surroundings import DEFAULTS, Surroundings


def located(places: list[tuple[float, float]], similarities: list[float]) -> tuple[float, float]:
    coordinates = np.array([(99, 99), *places], np.float32)
    return locate_by_neighbors(coordinates, np.arange(1, len(coordinates)), np.array(similarities, np.float32))


def random_vectors(n_posts: int, dimensions: int, seed: int = 0) -> NDArray[np.float32]:
    spread = np.geomspace(1, 0.05, dimensions)
    vectors = np.random.default_rng(seed).normal(scale=spread, size=(n_posts, dimensions)) + 0.1
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def test_the_place_is_the_neighbor_amid_the_others() -> None:
    assert located([(0, 0), (1, 0), (2, 0)], [0.5, 0.5, 0.5]) == (1, 0)


def test_between_two_groups_the_place_is_in_the_larger_one() -> None:
    assert located([(0, 0), (0, 1), (0, 2), (10, 0), (10, 1)], [0.5] * 5) in [(0, 0), (0, 1), (0, 2)]


def test_between_two_groups_of_a_size_the_place_is_in_the_more_similar_one() -> None:
    assert located([(0, 0), (0, 1), (10, 0), (10, 1)], [0.4, 0.4, 0.6, 0.6])[0] == 10


def test_between_two_equal_groups_the_place_is_in_one_of_them() -> None:
    assert located([(0, 0), (0, 1), (10, 0), (10, 1)], [0.5] * 4)[0] in (0, 10)


def test_a_stray_neighbor_does_not_draw_the_place_away() -> None:
    assert located([(0, 0), (0, 1), (1, 0), (100, 100)], [0.5, 0.5, 0.5, 0.6])[0] <= 1


def test_a_model_with_a_narrow_range_gives_the_same_place() -> None:
    places = [(0.0, 0.0), (0.0, 1.0), (10.0, 0.0), (10.0, 1.0), (10.0, 2.0)]

    assert located(places, [0.9, 0.8, 0.3, 0.2, 0.2]) == located(places, [0.89, 0.88, 0.83, 0.82, 0.82])


def test_the_order_of_the_neighbors_does_not_matter() -> None:
    assert located([(0, 0), (10, 0)], [0.4, 0.6]) == located([(10, 0), (0, 0)], [0.6, 0.4]) == (10, 0)


def test_one_neighbor_is_the_place() -> None:
    assert located([(3, 4)], [0.2]) == (3, 4)


@pytest.mark.parametrize(
    ("n_posts", "dimensions", "tolerance"),
    [(1_000, 16, 1e-4), (30, 64, 1e-4), (700, 600, 1e-4), (60, 1200, 1e-2)],
    ids=["many", "few", "estimated", "estimated, few of many dimensions"],
)
def test_a_new_vector_is_placed_as_the_fitted_pca_places_it(n_posts: int, dimensions: int, tolerance: float) -> None:
    vectors, new = random_vectors(n_posts, dimensions), random_vectors(1, dimensions, seed=1)
    fitted = PCA(2, random_state=0)
    coordinates = fitted.fit_transform(vectors).astype(np.float32)

    assert pca_transform(vectors, coordinates, new[0]) == pytest.approx(fitted.transform(new)[0], abs=tolerance)


def test_a_post_of_a_stored_pca_map_is_placed_where_it_is() -> None:
    vectors = random_vectors(200, 32)
    coordinates = METHODS["pca"].project(Surroundings.of(vectors), DEFAULTS, 0, None)

    assert pca_transform(vectors, coordinates, vectors[7]) == pytest.approx(coordinates[7], abs=1e-4)


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_where_all_posts_are_equal_every_vector_is_placed_with_them() -> None:
    vectors = np.repeat(random_vectors(1, 8), 10, axis=0)

    assert pca_transform(vectors, np.zeros((10, 2), np.float32), random_vectors(1, 8, seed=1)[0]) == (0, 0)
