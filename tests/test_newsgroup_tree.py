"""The tree of newsgroups: the six super-groups of 20 Newsgroups, and what names with dots say elsewhere."""

from __future__ import annotations

from collections import defaultdict

import pytest

from explorer.newsgroup_tree import supergroup_of, supergroups
from ingest.corpora import sample

SIX = {
    "comp": {
        "comp.graphics",
        "comp.os.ms-windows.misc",
        "comp.sys.ibm.pc.hardware",
        "comp.sys.mac.hardware",
        "comp.windows.x",
    },
    "misc.forsale": {"misc.forsale"},
    "rec": {"rec.autos", "rec.motorcycles", "rec.sport.baseball", "rec.sport.hockey"},
    "religion": {"alt.atheism", "soc.religion.christian", "talk.religion.misc"},
    "sci": {"sci.crypt", "sci.electronics", "sci.med", "sci.space"},
    "talk.politics": {"talk.politics.guns", "talk.politics.mideast", "talk.politics.misc"},
}


def test_the_twenty_newsgroups_belong_to_six() -> None:
    members = defaultdict(set)
    for newsgroup in (path.stem for path in sample.FOLDER.glob("*.mbox")):
        members[supergroup_of(newsgroup)].add(newsgroup)

    assert members == SIX


def test_every_post_gets_its_newsgroups_super_group() -> None:
    assert supergroups(["sci.med", "alt.atheism", "talk.religion.misc", "sci.med"]) == [
        "sci",
        "religion",
        "religion",
        "sci",
    ]


def test_elsewhere_the_part_before_the_first_dot_says_it() -> None:
    assert supergroups(["fruit.apple", "fruit.pear", "tree.oak.red", "misc"]) == ["fruit", "fruit", "tree", "misc"]


@pytest.mark.parametrize(
    "newsgroups",
    [["sci.med", "sci.space"], ["good", "bad", "good"], ["a.one", "b.two"], ["a.one"], []],
    ids=["one alone", "names without dots", "one newsgroup in each", "one newsgroup", "no posts"],
)
def test_there_are_none_where_they_would_say_nothing(newsgroups: list[str]) -> None:
    assert supergroups(newsgroups) is None
