"""The evaluation's pane: what the page is told of the nine posts in three clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from explorer.agreement import SUPERGROUPS
from explorer.app.addresses import query_of_scope
from explorer.app.evaluation_pane import MEASURES, diagonal, evaluation_of
from explorer.app.scope import Scope
from explorer.app.screen import Screen
from explorer.app.view import FIRST
from explorer.measures import TITLES, Measures
from tests.screens import screen_of

THREE = replace(FIRST, k=3)


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("evaluation") / "store") as screen:
        yield screen


def test_clusters_that_are_the_newsgroups_agree_with_them_in_every_measure(screen: Screen) -> None:
    values = [measure["value"] for measure in evaluation_of(screen, THREE)["measures"]]

    assert values == pytest.approx([1.0] * len(MEASURES))


def test_every_measure_is_shown_but_for_that_which_is_the_same_figure_as_another() -> None:
    assert list(MEASURES) == list(TITLES) == [each.name for each in fields(Measures) if each.name != "nmi"]


def test_what_agrees_lies_on_the_diagonal(screen: Screen) -> None:
    matrix = evaluation_of(screen, THREE)["matrix"]

    assert matrix["rows"] == ["rec.sport.hockey", "sci.crypt", "sci.space"]
    assert matrix["counts"] == [[3, 0, 0], [0, 3, 0], [0, 0, 3]]


def test_columns_stand_under_the_row_that_has_most_of_them_the_larger_first() -> None:
    confusion = np.array([[1, 5, 0, 2], [4, 0, 9, 1]])

    assert diagonal(confusion) == [1, 3, 2, 0]


def test_newsgroups_that_share_their_majority_cluster_are_said_to_be_merged(screen: Screen) -> None:
    majorities = evaluation_of(screen, replace(FIRST, k=1))["majorities"]

    assert {row["newsgroup"]: row["merged_with"] for row in majorities}["sci.space"] == [
        "rec.sport.hockey",
        "sci.crypt",
    ]


def test_posts_in_no_cluster_have_a_column_of_their_own(screen: Screen) -> None:
    found = evaluation_of(screen, replace(FIRST, by="dbscan"))  # ten posts make a crowd, and there are nine

    assert found["title"].endswith("They are those by DBSCAN. 9 of the posts are noise.")
    assert found["matrix"]["columns"] == [{"cluster": -1, "name": "noise", "title": "noise"}]
    assert {row["cluster"] for row in found["majorities"]} == {"noise"}


def test_only_the_posts_that_are_clustered_are_counted(screen: Screen) -> None:
    of = query_of_scope(Scope(newsgroups=("sci.crypt", "sci.space")))
    found = evaluation_of(screen, replace(FIRST, k=2, of=of))

    assert found["title"].startswith("2 clusters of 6 posts against 2 newsgroups.")
    assert np.sum(found["matrix"]["counts"]) == 6


def test_super_groups_are_compared_in_the_place_of_newsgroups(screen: Screen) -> None:
    found = evaluation_of(screen, replace(THREE, against=SUPERGROUPS))

    assert found["title"] == "3 clusters of 9 posts against 2 super-groups."
    assert found["matrix"]["rows"] == ["rec", "sci"]
