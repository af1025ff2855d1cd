"""Selecting posts: by subset, by shell-style patterns, and a seeded sample of each newsgroup."""

from __future__ import annotations

from collections import Counter

import pytest

from ingest.corpora.selection import Selection, match_newsgroups, match_posts, sample_posts
from ingest.errors import UserError
from ingest.posts import Post
from tests.conftest import make_corpus

NEWSGROUPS = ["comp.graphics", "sci.crypt", "sci.space"]


def make_posts(*newsgroups: str, n_posts: int = 50) -> list[Post]:
    """Make posts whose newsgroups take turns."""
    return [
        Post(f"{newsgroup}/{number}", newsgroup, "train", "", "text")
        for number in range(n_posts)
        for newsgroup in newsgroups
    ]


def ids_of(posts: list[Post], newsgroup: str = "") -> list[str]:
    return [post.id for post in posts if post.newsgroup.startswith(newsgroup)]


def test_the_default_selection_takes_all_posts_in_their_order() -> None:
    posts = make_corpus().posts
    assert sample_posts(match_posts(posts, Selection()), Selection()) == posts


@pytest.mark.parametrize(("subset", "n_posts"), [("train", 6), ("test", 3), ("all", 9)])
def test_a_subset_takes_its_posts(subset: str, n_posts: int) -> None:
    matched = match_posts(make_corpus().posts, Selection(subset))
    assert len(matched) == n_posts
    assert {post.subset for post in matched} == ({"train", "test"} if subset == "all" else {subset})


def test_newsgroups_and_subset_narrow_together() -> None:
    matched = match_posts(make_corpus().posts, Selection("test", ("sci.*",)))
    assert ids_of(matched) == ["test/sci.space/2", "test/sci.crypt/2"]


@pytest.mark.parametrize(
    ("patterns", "matched"),
    [
        ((), NEWSGROUPS),
        (("sci.*",), ["sci.crypt", "sci.space"]),
        (("*.[cg]r*",), ["comp.graphics", "sci.crypt"]),
        (("sci.space", "comp.*"), ["comp.graphics", "sci.space"]),
        (("sci.s????",), ["sci.space"]),
    ],
)
def test_patterns_match_as_in_a_shell(patterns: tuple[str, ...], matched: list[str]) -> None:
    assert match_newsgroups(NEWSGROUPS, patterns) == set(matched)


@pytest.mark.parametrize("pattern", ["SCI.*", "sci", "alt.*", ""])
def test_a_pattern_that_matches_nothing_is_told_with_the_known_newsgroups(pattern: str) -> None:
    with pytest.raises(UserError, match=f"^No newsgroup matches '.*': there are {', '.join(NEWSGROUPS)}.$"):
        match_newsgroups(NEWSGROUPS, ["sci.*", pattern])


def test_a_sample_has_the_number_asked_for_of_each_newsgroup() -> None:
    sample = sample_posts(make_posts(*NEWSGROUPS), Selection(per_newsgroup=7))
    assert Counter(post.newsgroup for post in sample) == dict.fromkeys(NEWSGROUPS, 7)


def test_a_sample_keeps_the_posts_order() -> None:
    posts = make_posts(*NEWSGROUPS)
    assert (sample := sample_posts(posts, Selection(per_newsgroup=7))) == [post for post in posts if post in sample]


def test_a_newsgroup_with_fewer_posts_gives_all_it_has() -> None:
    posts = make_posts("sci.space", n_posts=3) + make_posts("sci.crypt", n_posts=9)
    sample = sample_posts(posts, Selection(per_newsgroup=5))
    assert Counter(post.newsgroup for post in sample) == {"sci.space": 3, "sci.crypt": 5}


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    selection = Selection(per_newsgroup=7, seed=3)
    assert sample_posts(make_posts(*NEWSGROUPS), selection) == sample_posts(make_posts(*NEWSGROUPS), selection)


def test_another_seed_gives_another_sample() -> None:
    posts = make_posts("sci.space")
    first, second = (sample_posts(posts, Selection(per_newsgroup=7, seed=seed)) for seed in (0, 1))
    assert first != second


def test_newsgroups_of_equal_size_are_sampled_each_in_its_own_way() -> None:
    sample = sample_posts(make_posts("sci.crypt", "sci.space"), Selection(per_newsgroup=7))
    numbers = [[post_id.rpartition("/")[2] for post_id in ids_of(sample, name)] for name in ("sci.crypt", "sci.space")]
    assert numbers[0] != numbers[1]


def test_a_newsgroups_sample_does_not_depend_on_the_others() -> None:
    selection = Selection(per_newsgroup=7)
    alone, together = (sample_posts(make_posts(*names), selection) for names in (["sci.space"], NEWSGROUPS))
    assert ids_of(alone) == ids_of(together, "sci.space")
