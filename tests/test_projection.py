"""Projections: places that are there for every post, and there again the next time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from threading import Barrier
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer import neighborhoods
from explorer.projection import FEWEST_POSTS, METHODS, require_method
from explorer.surroundings import DEFAULTS, Parameters, Surroundings
from ingest.errors import UserError

every_method = pytest.mark.parametrize("method", METHODS)


def two_groups(n_posts: int, dimensions: int = 64) -> NDArray[np.float32]:
    """Make unit vectors near one direction for even rows and near another for odd ones."""
    directions = np.eye(2, dimensions)[np.arange(n_posts) % 2]
    vectors = directions + np.random.default_rng(0).normal(scale=0.05, size=(n_posts, dimensions))
    unit: NDArray[np.float32] = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def projected(
    method: str, vectors: NDArray[np.float32], seed: int = 0, parameters: Parameters = DEFAULTS
) -> NDArray[np.float32]:
    return METHODS[method].project(Surroundings.of(vectors), parameters, seed, None)


def distances_of(coordinates: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the distance of each place to each other, and an infinite one to itself."""
    distances: NDArray[np.float64] = np.linalg.norm(coordinates[:, np.newaxis] - coordinates, axis=2)
    return distances + np.diag([np.inf] * len(coordinates))


class CanceledError(Exception):
    """Ends a projection from what is told of its progress."""


def are_places(coordinates: NDArray[np.float32], n_posts: int) -> bool:
    return coordinates.shape == (n_posts, 2) and bool(np.isfinite(coordinates).all())


@every_method
def test_every_post_has_a_place(method: str) -> None:
    assert are_places(projected(method, two_groups(60), 0), 60)


@every_method
def test_coordinates_have_the_type_that_is_documented(method: str) -> None:
    assert projected(method, two_groups(20), 0).dtype == np.float32


@every_method
def test_a_seed_gives_the_same_map_again(method: str) -> None:
    vectors = two_groups(60)

    assert np.array_equal(projected(method, vectors, 3), projected(method, vectors, 3))


@every_method
def test_what_is_near_stays_near(method: str) -> None:
    coordinates = projected(method, two_groups(60), 0)

    nearest = distances_of(coordinates).argmin(axis=1)

    assert np.array_equal(nearest % 2, np.arange(60) % 2)


def test_pca_keeps_the_direction_that_differs_most() -> None:
    coordinates = projected("pca", two_groups(60), 0)

    assert np.ptp(coordinates[:, 0]) > 3 * np.ptp(coordinates[:, 1])


@pytest.mark.filterwarnings("error::UserWarning", "error::RuntimeWarning")
@pytest.mark.parametrize("n_posts", [FEWEST_POSTS, 5, 10, 15, 16])
@every_method
def test_few_posts_have_places_without_a_warning(method: str, n_posts: int) -> None:
    assert are_places(projected(method, two_groups(n_posts), 0), n_posts)


@pytest.mark.filterwarnings("ignore:invalid value encountered in divide:RuntimeWarning")
@pytest.mark.parametrize("n_posts", [FEWEST_POSTS, 16, 40])
@every_method
def test_equal_posts_have_places(method: str, n_posts: int) -> None:
    assert are_places(projected(method, np.repeat(two_groups(1), n_posts, axis=0), 0), n_posts)


@pytest.mark.parametrize("n_posts", [FEWEST_POSTS, 16])
@every_method
def test_a_post_unlike_all_the_others_has_a_place(method: str, n_posts: int) -> None:
    one, other = two_groups(2)

    assert are_places(projected(method, np.array([one] + [other] * (n_posts - 1)), 0), n_posts)


@every_method
def test_a_map_depends_on_the_version_of_its_library(method: str) -> None:
    library = METHODS[method].library

    assert METHODS[method].recipe()[library] == version(library)


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"no projection 'isomap': choose from umap, tsne, pca\."):
        require_method("isomap", 100)


@every_method
def test_fewer_posts_than_make_a_map_are_refused(method: str) -> None:
    with pytest.raises(UserError, match=r"A map needs at least 4 posts, and there are 3: ingest more\."):
        require_method(method, FEWEST_POSTS - 1)


@pytest.mark.parametrize("method", ["umap", "tsne"])
@pytest.mark.parametrize("n_posts", [FEWEST_POSTS, 60])
def test_progress_rises_to_the_whole(method: str, n_posts: int) -> None:
    told: list[float] = []

    METHODS[method].project(Surroundings.of(two_groups(n_posts)), DEFAULTS, 0, told.append)

    assert len(told) > 20
    assert told == sorted(told)
    assert 0 <= told[0] < 0.1
    assert told[-1] == 1


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_telling_of_progress_does_not_change_the_map(method: str) -> None:
    around = Surroundings.of(two_groups(60))

    told = METHODS[method].project(around, DEFAULTS, 0, lambda _: None)

    assert np.array_equal(told, METHODS[method].project(around, DEFAULTS, 0, None))


@pytest.mark.parametrize("method", ["umap", "tsne"])
def test_what_progress_raises_ends_the_projection(method: str) -> None:
    told: list[float] = []

    def cancel(done: float) -> None:
        told.append(done)
        if done > 0.3:
            raise CanceledError

    with pytest.raises(CanceledError):
        METHODS[method].project(Surroundings.of(two_groups(60)), DEFAULTS, 0, cancel)

    assert told[-1] <= 0.5


@pytest.mark.parametrize(("method", "share"), [("umap", 0.1), ("tsne", 0.5)])
def test_a_projection_can_be_ended_while_neighbors_are_found(
    method: str, share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighborhoods, "BLOCK_BYTES", 1)  # so that blocks are of one post
    told: list[float] = []

    def cancel(done: float) -> None:
        told.append(done)
        if done:
            raise CanceledError

    with pytest.raises(CanceledError):
        METHODS[method].project(Surroundings.of(two_groups(60)), DEFAULTS, 0, cancel)

    assert told == [0, pytest.approx(share / 60)]


def test_two_maps_that_are_computed_at_once_each_tell_of_their_own_progress() -> None:
    around, together = Surroundings.of(two_groups(60)), Barrier(2, timeout=60)
    told: list[list[float]] = [[], []]

    def project(number: int) -> None:
        together.wait()
        METHODS["umap"].project(around, DEFAULTS, number, told[number].append)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(project, range(2)))

    assert all(of_one == sorted(of_one) and of_one[-1] == 1 for of_one in told)


def test_nothing_is_written_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    for method in METHODS.values():
        method.project(Surroundings.of(two_groups(60)), DEFAULTS, 0, lambda _: None)

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("umap", Parameters(n_neighbors=5)),
        ("umap", Parameters(n_neighbors=40)),
        ("umap", Parameters(n_neighbors=200)),
        ("umap", Parameters(min_dist=0.0)),
        ("umap", Parameters(min_dist=1.0)),
        ("tsne", Parameters(perplexity=2)),
        ("tsne", Parameters(perplexity=80)),
        ("tsne", Parameters(perplexity=200)),
    ],
)
def test_parameters_change_the_map_and_leave_every_post_a_place(method: str, parameters: Parameters) -> None:
    coordinates = projected(method, two_groups(60), 0, parameters)

    assert are_places(coordinates, 60)
    assert not np.array_equal(coordinates, projected(method, two_groups(60), 0))


def test_min_dist_keeps_points_apart() -> None:
    near, apart = (projected("umap", two_groups(60), 0, Parameters(min_dist=least)) for least in (0.0, 1.0))

    assert distances_of(near).min(axis=1).mean() < distances_of(apart).min(axis=1).mean()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_neighbors": 1}, r"^n_neighbors must be from 2 to 200, not 1\.$"),
        ({"min_dist": -0.5}, r"^min_dist must be from 0\.0 to 1\.0, not -0\.5\.$"),
        ({"min_dist": float("nan")}, r"^min_dist must be from 0\.0 to 1\.0, not nan\.$"),
        ({"perplexity": 1_000}, r"^perplexity must be from 2 to 200, not 1000\.$"),
    ],
)
def test_a_parameter_out_of_its_range_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError, match=message):
        Parameters(**wrong)


def test_a_map_depends_on_the_parameters_that_its_method_takes_alone() -> None:
    turned = Parameters(n_neighbors=30, perplexity=50)

    assert METHODS["umap"].recipe(turned)["n_neighbors"] == 30
    assert "perplexity" not in METHODS["umap"].recipe(turned)
    assert METHODS["tsne"].recipe(turned)["perplexity"] == 50
    assert METHODS["pca"].recipe(turned) == METHODS["pca"].recipe()


def test_what_a_method_does_not_need_is_not_worked_out() -> None:
    vectors = two_groups(20)
    around = Surroundings(vectors, lambda: vectors, lambda _: pytest.fail("neighbors were looked for"))

    assert np.array_equal(METHODS["pca"].project(around, DEFAULTS, 0, None), vectors[:, :2])


def test_more_neighbors_than_are_kept_are_found_anew() -> None:
    around = Surroundings.of(two_groups(60))

    assert around.neighborhoods(40).rows.shape == (60, 40)
    assert np.array_equal(around.neighborhoods(40).rows[:, :5], around.neighborhoods(5).rows)
