"""Place names: a map of a few towns whose names one knows."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.ground import FEWEST_POSTS
from explorer.hierarchy import Hierarchy
from explorer.labeling import TermUse, find_terms
from explorer.place_names import PlaceNames, find_place_names
from ingest.posts import Post

TOWNS = {"orbit rocket": (0.0, 0.0), "puck goal": (50.0, 0.0), "cipher key": (0.0, 50.0), "aspirin dose": (50.0, 50.0)}
QUARTERS = {"moon": (-2.0, -2.0), "mars rover": (2.0, -2.0), "venus": (0.0, 2.0)}


def terms_of(texts: list[str]) -> TermUse:
    return find_terms([Post(str(number), "", "", "", text) for number, text in enumerate(texts)])


def around(center: tuple[float, float], n_posts: int, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(center, 0.2, (n_posts, 2)).astype(np.float32)


def four_towns(n_posts: int = 100) -> PlaceNames:
    coordinates = np.concatenate([around(center, n_posts) for center in TOWNS.values()])
    return find_place_names(coordinates, terms_of([text for text in TOWNS for _ in range(n_posts)]))


def a_town_with_quarters() -> PlaceNames:
    """Name three towns, the first of which has three quarters that differ in a term."""
    quarters = [around(center, 45) for center in QUARTERS.values()]
    towns = [around(center, 105, seed=1) for center in [(90, 0), (0, 90)]]
    texts = [f"orbit {name}" for name in QUARTERS for _ in range(45)] + ["puck"] * 105 + ["cipher"] * 105
    return find_place_names(np.concatenate(quarters + towns), terms_of(texts))


def names(found: PlaceNames, level: int) -> set[str]:
    return {text for text, its_level in zip(found.texts, found.levels, strict=True) if its_level == level}


def test_each_town_is_named_by_its_two_terms() -> None:
    assert names(four_towns(), 1) == {"orbit, rocket", "goal, puck", "cipher, key", "aspirin, dose"}


def test_a_name_stands_in_its_town() -> None:
    found = four_towns()

    town = TOWNS["cipher key"]
    (place,) = found.coordinates[[text == "cipher, key" for text in found.texts]]
    assert np.linalg.norm(place - town) < 0.2


def test_names_are_arrays_of_the_documented_shapes() -> None:
    found = four_towns()

    assert (found.coordinates.shape, found.coordinates.dtype) == ((len(found.texts), 2), np.float32)
    assert (found.levels.shape, found.levels.dtype) == ((len(found.texts),), np.int8)


def test_a_fine_name_tells_a_part_from_the_rest_and_says_last_what_the_coarse_name_says() -> None:
    found = a_town_with_quarters()

    assert names(found, 1) == {"orbit, mars", "puck", "cipher"}
    assert names(found, 2) == {"moon", "rover, mars", "venus"}


def test_a_name_is_not_made_of_two_forms_of_a_word() -> None:
    places = np.concatenate([around((0, 0), 100), around((50, 0), 100)])
    found = find_place_names(places, terms_of(["car cars engine"] * 100 + ["puck"] * 100))

    assert "car, engine" in names(found, 1)


def test_a_place_with_few_posts_has_no_name() -> None:
    few = FEWEST_POSTS - 1
    places = np.concatenate([around((0, 0), 200), around((90, 0), few)])

    assert names(find_place_names(places, terms_of(["orbit"] * 200 + ["puck"] * few)), 1) == {"orbit"}


def test_a_map_whose_posts_all_say_the_same_has_no_names() -> None:
    assert find_place_names(around((0, 0), 300), terms_of(["orbit"] * 300)).texts == []


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("n_posts", [0, 1, 5, 250])
def test_posts_without_terms_have_no_names(n_posts: int) -> None:
    found = find_place_names(around((0, 0), n_posts), terms_of(["..."] * n_posts))

    assert (found.texts, found.coordinates.shape, found.levels.shape) == ([], (0, 2), (0,))


@pytest.mark.filterwarnings("error")
def test_posts_at_one_place_are_named_without_a_warning() -> None:
    places = np.concatenate([np.zeros((300, 2)), np.ones((300, 2))]).astype(np.float32)

    assert names(find_place_names(places, terms_of(["orbit"] * 300 + ["puck"] * 300)), 1) == {"orbit", "puck"}


def test_the_same_map_has_the_same_names_again() -> None:
    assert four_towns().texts == four_towns().texts


def hierarchy_of(n_towns: int, n_posts: int) -> Hierarchy:
    """Return one cluster for each of several towns."""
    parents = np.zeros(n_towns, np.int32)
    return Hierarchy(np.repeat(np.arange(n_towns, dtype=np.int32), n_posts), parents)


def test_a_cluster_is_named_in_each_large_piece_that_the_map_tears_it_into() -> None:
    towns = [around((0, 0), 60), around((50, 50), 60), around((50, 0), 120)]
    texts = terms_of(["orbit"] * 120 + ["puck"] * 120)
    clusters = Hierarchy(np.repeat(np.array([0, 1], np.int32), 120), np.zeros(2, np.int32))

    found = find_place_names(np.concatenate(towns), texts, clusters)

    assert sorted(text for text, level in zip(found.texts, found.levels, strict=True) if level == 1) == [
        "orbit",
        "orbit",
        "puck",
    ]


def test_where_clusters_lie_over_one_another_cells_of_the_map_are_named() -> None:
    # Each town has a quarter of each cluster, so no cluster prevails anywhere.
    towns = np.concatenate([around(center, 90) for center in TOWNS.values()])
    clusters = Hierarchy(np.tile(np.arange(4, dtype=np.int32), 90), np.zeros(4, np.int32))

    found = find_place_names(towns, terms_of([text for text in TOWNS for _ in range(90)]), clusters)

    assert names(found, 1) == {"orbit, rocket", "goal, puck", "cipher, key", "aspirin, dose"}


def test_two_places_are_not_called_the_same() -> None:
    places = np.concatenate([around((0, 0), 100), around((50, 0), 100), around((0, 50), 100)])
    texts = ["orbit rocket moon mars"] * 200 + ["puck"] * 100

    found = find_place_names(places, terms_of(texts), hierarchy_of(3, 100))

    assert len(names(found, 1)) == 3
