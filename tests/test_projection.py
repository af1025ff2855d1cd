"""Projections: places that are there for every post, and there again the next time."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.projection import FEWEST_POSTS, METHODS, require_method
from ingest.errors import UserError

every_method = pytest.mark.parametrize("method", METHODS)


def two_groups(n_posts: int, dimensions: int = 64) -> NDArray[np.float32]:
    """Make unit vectors near one direction for even rows and near another for odd ones."""
    directions = np.eye(2, dimensions)[np.arange(n_posts) % 2]
    vectors = directions + np.random.default_rng(0).normal(scale=0.05, size=(n_posts, dimensions))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def are_places(coordinates: NDArray[np.float32], n_posts: int) -> bool:
    return coordinates.shape == (n_posts, 2) and bool(np.isfinite(coordinates).all())


@every_method
def test_every_post_has_a_place(method: str) -> None:
    assert are_places(METHODS[method].project(two_groups(60), 0), 60)


@every_method
def test_coordinates_have_the_type_that_is_documented(method: str) -> None:
    assert METHODS[method].project(two_groups(20), 0).dtype == np.float32


@every_method
def test_a_seed_gives_the_same_map_again(method: str) -> None:
    vectors = two_groups(60)

    assert np.array_equal(METHODS[method].project(vectors, 3), METHODS[method].project(vectors, 3))


@every_method
def test_what_is_near_stays_near(method: str) -> None:
    coordinates = METHODS[method].project(two_groups(60), 0)

    distances = np.linalg.norm(coordinates[:, np.newaxis] - coordinates, axis=2)
    nearest = (distances + np.diag([np.inf] * 60)).argmin(axis=1)

    assert np.array_equal(nearest % 2, np.arange(60) % 2)


def test_pca_keeps_the_direction_that_differs_most() -> None:
    coordinates = METHODS["pca"].project(two_groups(60), 0)

    assert np.ptp(coordinates[:, 0]) > 3 * np.ptp(coordinates[:, 1])


@pytest.mark.filterwarnings("error::UserWarning", "error::RuntimeWarning")
@pytest.mark.parametrize("n_posts", [FEWEST_POSTS, 5, 10, 15, 16])
@every_method
def test_few_posts_have_places_without_a_warning(method: str, n_posts: int) -> None:
    assert are_places(METHODS[method].project(two_groups(n_posts), 0), n_posts)


@pytest.mark.filterwarnings("ignore:invalid value encountered in divide:RuntimeWarning")
@pytest.mark.parametrize("n_posts", [FEWEST_POSTS, 16, 40])
@every_method
def test_equal_posts_have_places(method: str, n_posts: int) -> None:
    assert are_places(METHODS[method].project(np.repeat(two_groups(1), n_posts, axis=0), 0), n_posts)


@pytest.mark.parametrize("n_posts", [FEWEST_POSTS, 16])
@every_method
def test_a_post_unlike_all_the_others_has_a_place(method: str, n_posts: int) -> None:
    one, other = two_groups(2)

    assert are_places(METHODS[method].project(np.array([one] + [other] * (n_posts - 1)), 0), n_posts)


@every_method
def test_a_known_method_is_found_with_the_version_of_its_library(method: str) -> None:
    library, _, number = require_method(method, FEWEST_POSTS).library_version.partition(" ")

    assert number == version(library)


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"no projection 'isomap': choose from umap, tsne, pca\."):
        require_method("isomap", 100)


@every_method
def test_fewer_posts_than_make_a_map_are_refused(method: str) -> None:
    with pytest.raises(UserError, match=r"A map needs at least 4 posts, and there are 3: ingest more\."):
        require_method(method, FEWEST_POSTS - 1)
