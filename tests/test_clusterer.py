"""How a clustering is named: in an address, and in words."""

from __future__ import annotations

import pytest

from explorer.app.addresses import query_of_scope
from explorer.app.chips import manner_of
from explorer.app.clusterer import Clusterer
from explorer.app.scope import Clusters, Scope

IN_SPACE = query_of_scope(Scope(newsgroups=("sci.space",)))
IN_A_CLUSTER = query_of_scope(Scope(clusters=Clusters(Clusterer(4, of=IN_SPACE), (2,))))


@pytest.mark.parametrize(
    ("by", "text", "manner"),
    [
        (Clusterer(12), "12", "of 12"),
        (Clusterer(0, "hdbscan"), "hdbscan", "by HDBSCAN"),
        (Clusterer(5, task_type="CLASSIFICATION"), "5.CLASSIFICATION", "of 5 on CLASSIFICATION"),
        (Clusterer(5, of=IN_SPACE), "5@newsgroup=sci.space", "of 5 in sci.space"),
        (Clusterer(3, of=IN_A_CLUSTER), f"3@{IN_A_CLUSTER}", "of 3 in cluster 2"),
    ],
)
def test_its_name_says_all_of_it(by: Clusterer, text: str, manner: str) -> None:
    assert (str(by), manner_of(by)) == (text, manner)
    assert Clusterer.read(text) == by


@pytest.mark.parametrize("text", ["", "@newsgroup=sci.space", ".CLUSTERING"])
def test_what_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no clusterer"):
        Clusterer.read(text)
