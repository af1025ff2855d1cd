"""Recipes: a constant that is changed changes the address of every result that depends on it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from types import ModuleType

import numpy as np
import pytest

from explorer import (
    Explorer,
    baselines,
    components,
    density,
    hierarchy,
    keywords,
    labeling,
    lloyd,
    neighborhoods,
    settling,
    smoothing,
    splitting,
    sweep,
    training,
    tsne_layout,
    umap_layout,
    words,
)
from explorer import clustering as clusterings
from explorer.clustering import Options
from explorer.derived import Recipe, made_by
from explorer.neighborhoods import EXACT_UP_TO
from explorer.projection import METHODS as PROJECTIONS
from explorer.splitting import Split
from ingest import cleaning

Make = Callable[[], Recipe]


def labels_of(method: str) -> Recipe:
    return clusterings.METHODS[method].recipe(Options(), 0)


@pytest.mark.parametrize(
    ("make", "module", "constant"),
    [
        (components.recipe, components, "N_COMPONENTS"),
        (lambda: hierarchy.recipe(0), hierarchy, "N_LEAVES"),
        (lambda: hierarchy.recipe(0), hierarchy, "SAMPLED_A_LEAF"),
        (lambda: hierarchy.recipe(0), hierarchy, "MOST_STEPS"),
        (lambda: hierarchy.recipe(0), components, "N_COMPONENTS"),
        (lambda: labels_of("kmeans"), clusterings, "MOST_STEPS"),
        (lambda: labels_of("kmeans"), clusterings, "MOST_POLISHING_STEPS"),
        (lambda: labels_of("kmeans"), lloyd, "FEWEST_MOVES"),
        (lambda: labels_of("kmeans"), hierarchy, "N_LEAVES"),
        (lambda: labels_of("hdbscan"), density, "N_DIRECTIONS"),
        (lambda: labels_of("dbscan"), density, "CROWDED"),
        (lambda: labels_of("dbscan"), clusterings, "MIN_SAMPLES"),
        (lambda: neighborhoods.recipe(9), neighborhoods, "N_NEIGHBORS"),
        (smoothing.recipe, smoothing, "N_SMOOTHING"),
        (labeling.recipe, labeling, "FRAME_WORDS"),
        (labeling.recipe, labeling, "FEWEST_USERS"),
        (labeling.recipe, cleaning, "QUOTE_LINE"),
        (keywords.recipe, words, "LANGUAGE"),
        (keywords.recipe, words, "STOP_WORDS"),
        (PROJECTIONS["umap"].recipe, umap_layout, "N_EPOCHS"),
        (PROJECTIONS["umap"].recipe, settling, "N_NEGATIVE"),
        (PROJECTIONS["umap"].recipe, settling, "LONGEST"),
        (PROJECTIONS["umap"].recipe, neighborhoods, "EXACT_UP_TO"),
        (PROJECTIONS["tsne"].recipe, tsne_layout, "N_PLAIN"),
        (PROJECTIONS["pca"].recipe, components, "N_COMPONENTS"),
        (sweep.recipe, sweep, "SEEDS"),
        (sweep.recipe, clusterings, "MOST_STEPS"),
        (lambda: training.recipe("network", 0), training, "MOST_EPOCHS"),
        (lambda: training.recipe("network", 0), training, "BATCH"),
        (lambda: training.recipe("logistic", 0), training, "STRENGTH"),
        (baselines.text_recipe, baselines, "MOST_WORDS"),
        (lambda: Split(np.arange(4), np.arange(4, 5), "by lot").recipe, splitting, "TEST_SHARE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_another_constant_is_another_address(
    monkeypatch: pytest.MonkeyPatch, make: Make, module: ModuleType, constant: str
) -> None:
    before = make()
    monkeypatch.setattr(module, constant, other_than(getattr(module, constant)))

    assert make() != before


def other_than(value: object) -> object:
    if isinstance(value, re.Pattern):
        return re.compile(f"{value.pattern}|other")
    if isinstance(value, frozenset):
        return value | {"other"}
    return f"{value}s" if isinstance(value, str) else math.e


def test_the_same_constants_are_the_same_address() -> None:
    assert hierarchy.recipe(0) == hierarchy.recipe(0)
    assert labels_of("kmeans") == labels_of("kmeans")


def test_another_seed_is_another_address() -> None:
    assert hierarchy.recipe(0) != hierarchy.recipe(1)


@pytest.mark.parametrize("field", ["fingerprint", "embedder", "preparation"])
def test_vectors_that_were_made_otherwise_are_another_address(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    snapshot = explorer._holdings.mapped
    before, collection = snapshot.address, snapshot.collection
    monkeypatch.setattr(collection, "manifest", replace(collection.manifest, **{field: "other"}))  # type: ignore[arg-type]

    assert snapshot.address != before


def test_what_a_library_makes_depends_on_its_version() -> None:
    assert made_by(libraries=["numpy"]) == {"numpy": version("numpy")}


def test_neighborhoods_depend_on_the_library_that_finds_them_where_posts_are_many() -> None:
    assert "pynndescent" not in neighborhoods.recipe(EXACT_UP_TO)
    assert neighborhoods.recipe(EXACT_UP_TO + 1)["pynndescent"] == version("pynndescent")


def test_a_recipe_says_nothing_that_changes_from_run_to_run() -> None:
    recipes = [*(method.recipe() for method in PROJECTIONS.values()), labels_of("kmeans"), labeling.recipe()]

    assert not [value for recipe in recipes for value in recipe.values() if " at 0x" in str(value)]
