"""Clusterings on the map: of all posts and of some, each made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from explorer.app.addresses import query_of_scope
from explorer.app.clusterer import Clusterer
from explorer.app.scope import Clusters, Scope
from explorer.app.screen import Screen
from explorer.noise import NOISE
from tests.screens import screen_of

SCIENCE = query_of_scope(Scope(newsgroups=("sci.crypt", "sci.space")))


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("grouping")) as screen:
        yield screen


def test_posts_that_are_not_clustered_are_in_no_cluster(screen: Screen) -> None:
    grouping = screen.described(Clusterer(2, of=SCIENCE))
    in_none = [screen.explorer.posts[row].newsgroup for row in np.flatnonzero(grouping.labels == NOISE)]

    assert in_none == ["rec.sport.hockey"] * 3
    assert grouping.n_unclustered == 3
    assert sorted(each.majority_newsgroup for each in grouping.summaries) == ["sci.crypt", "sci.space"]


def test_a_cluster_is_cut_into_clusters_of_its_own(screen: Screen) -> None:
    cluster = screen.described(Clusterer(3)).labels[screen.index["train/sci.space/0"]]
    within = query_of_scope(Scope(clusters=Clusters(Clusterer(3), (int(cluster),))))
    grouping = screen.described(Clusterer(2, of=within))

    assert screen.n_clustered(Clusterer(2, of=within)) == 3
    assert {post_id.split("/")[1] for post_id in grouping.clustering.post_ids} == {"sci.space"}
    assert grouping.n_unclustered == 6


def test_where_nothing_is_dense_there_are_no_clusters(screen: Screen) -> None:
    grouping = screen.described(Clusterer(0, "dbscan"))  # ten posts make a crowd, and there are nine

    assert (grouping.summaries, grouping.n_unclustered) == ([], 9)


def test_a_filter_keeps_those_in_no_cluster(screen: Screen) -> None:
    unclustered = Scope(clusters=Clusters(Clusterer(2, of=SCIENCE), (NOISE,)))

    assert screen.inside(unclustered).sum() == 3


def test_each_is_made_once(screen: Screen) -> None:
    by = Clusterer(2, of=SCIENCE)

    assert screen.described(by) is screen.described(by)


def test_a_cluster_is_named_where_that_is_known(screen: Screen) -> None:
    by = Clusterer(3)
    names = [summary.name for summary in screen.described(by).summaries]

    assert [screen.name_of(by, number) for number in (0, 2, NOISE, 7)] == [names[0], names[2], "", ""]
