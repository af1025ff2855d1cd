"""What narrows or steers a view, each part named and taken off by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.app.chips import chips_of, named, without, without_any
from explorer.app.clusterer import Clusterer
from explorer.app.scope import Clusters, Region, Scope
from explorer.app.scoping import UNSUSPECTED
from explorer.app.view import FIRST, View
from explorer.palette import color_of
from explorer.plan import Plan

GROUPS = ("3:kmeans:12:small.words.7", "-1:hdbscan:0:small.other.9")
GROUP_TITLES = "cluster 3 of 12, words.7, noise of HDBSCAN, other.9"

TRIANGLE = Region(Plan("umap"), ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
NARROWED = View(
    question="orbit",
    like=("a",),
    unlike=("b",),
    like_scope=Scope(subset="test"),
    scope=Scope(
        newsgroups=("sci.space", "sci.med"),
        subset="train",
        contains="rocket",
        clusters=Clusters(Clusterer(5), (1, 3)),
        suspects=("outlier",),
        region=TRIANGLE,
        groups=GROUPS,
    ),
    least=0.3,
)
COLORS = {"sci.space": "#112233", "sci.med": "#445566"}


def shown(view: View) -> list[str]:
    return [chip["label"] for chip in chips_of(view, lambda post_id: f"subject of {post_id}", COLORS)]


def test_the_first_view_has_no_chips() -> None:
    assert shown(FIRST) == []


def test_there_is_a_chip_for_each_thing_that_can_be_taken_off() -> None:
    assert shown(NARROWED) == [
        "like “subject of a”",
        "unlike “subject of b”",
        "like posts of test",
        "newsgroup: sci.space",
        "newsgroup: sci.med",
        "subset: train",
        "contains “rocket”",
        "cluster 1 of 5",
        "cluster 3 of 5",
        "outliers",
        "region of the UMAP map",
        "cluster 3 of 12, words.7",
        "noise of HDBSCAN, other.9",
        "similarity at least 0.30",
    ]


def test_a_newsgroups_chip_has_its_color() -> None:
    chips = chips_of(replace(FIRST, scope=Scope(newsgroups=("sci.med",))), str, COLORS)
    assert chips[0]["color"] == "#445566"


def test_a_clusters_chip_has_its_name_and_color() -> None:
    view = replace(FIRST, scope=Scope(clusters=Clusters(Clusterer(5), (1, -1))))
    one, none = chips_of(view, str, COLORS, {1: "orbit, rocket", -1: ""}.__getitem__)
    assert (one["label"], one["color"]) == ("cluster 1 of 5: orbit, rocket", color_of(1))
    assert (none["label"], none["color"]) == ("clusters of 5: not clustered", None)


def test_who_is_no_suspect_has_a_name_of_its_own() -> None:
    assert shown(replace(FIRST, scope=Scope(suspects=(UNSUSPECTED,)))) == ["no suspects"]


def test_every_chip_takes_itself_off_and_nothing_else() -> None:
    labels = shown(NARROWED)
    for number, chip in enumerate(chips_of(NARROWED, lambda post_id: f"subject of {post_id}", COLORS)):
        assert shown(without(NARROWED, chip["name"], chip["value"])) == labels[:number] + labels[number + 1 :]


def test_the_last_cluster_taken_off_leaves_no_clusters() -> None:
    view = replace(FIRST, scope=Scope(clusters=Clusters(Clusterer(5), (1,))))
    assert without(view, "clusters", "1") == FIRST


@pytest.mark.parametrize("name", ["newsgroups", "clusters", "unknown", "corpus", "scope"])
def test_a_chip_that_is_not_there_changes_nothing(name: str) -> None:
    assert without(NARROWED, name, "nothing") == NARROWED


def test_without_any_keeps_the_question() -> None:
    assert without_any(NARROWED) == replace(FIRST, question="orbit")


def test_a_scope_is_named_by_its_parts() -> None:
    alone = "sci.space, sci.med, train, rocket, cluster 1, 3, outliers, a region"
    assert named(NARROWED.scope) == f"{alone}, {GROUP_TITLES}"
    assert named(Scope(clusters=Clusters(Clusterer(5), (2, -1)))) == "cluster 2, not clustered"
    assert named(Scope(clusters=Clusters(Clusterer(0, "dbscan"), (-1,)))) == "noise"
    assert named(Scope(clusters=Clusters(Clusterer(0, "dbscan", of="newsgroup=sci.space"), (-1,)))) == (
        "noise or not clustered"
    )
    assert named(Scope()) == "the whole corpus"
