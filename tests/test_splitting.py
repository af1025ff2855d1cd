"""Splits: by subset where posts have one, else by lot, and refused where nothing can be learned or tested."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.splitting import draw, split_posts
from ingest.errors import UserError

# Ten posts of one newsgroup, then twenty of another, which have no subsets.
NEWSGROUPS = ["a"] * 10 + ["b"] * 20
NO_SUBSETS = [""] * 30


def test_subsets_say_which_posts_are_learned_from_and_which_are_for_the_test() -> None:
    split = split_posts(["a", "b", "a", "b", "a", "b"], ["train", "test", "train", "train", "test", "train"])

    assert (split.train.tolist(), split.test.tolist()) == ([0, 2, 3, 5], [1, 4])
    assert split.origin == "by their subsets, train and test"


def test_a_post_without_a_subset_is_neither_where_others_have_one() -> None:
    split = split_posts(["a", "b", "a", "b", "a", "b"], ["train", "train", "train", "train", "test", ""])

    assert (split.train.tolist(), split.test.tolist()) == ([0, 1, 2, 3], [4])


def test_posts_without_subsets_are_drawn_by_lot_four_fifths_of_each_newsgroup_to_learn_from() -> None:
    split = split_posts(NEWSGROUPS, NO_SUBSETS, seed=7)

    assert [np.sum(split.test < 10), np.sum(split.test >= 10)] == [2, 4]
    assert sorted([*split.train, *split.test]) == list(range(30))
    assert split.origin == "by lot, seed 7: a fifth of each newsgroup is for the test"


def test_a_seed_draws_the_same_posts_again_and_another_seed_others() -> None:
    first, again, other = (split_posts(NEWSGROUPS, NO_SUBSETS, seed).test.tolist() for seed in (0, 0, 1))

    assert first == again != other


def test_a_post_without_a_newsgroup_is_neither_learned_nor_tested() -> None:
    split = split_posts(["", *NEWSGROUPS], ["", *NO_SUBSETS])

    assert sorted([*split.train, *split.test]) == list(range(1, 31))


def test_rows_have_the_type_that_is_documented() -> None:
    split = split_posts(NEWSGROUPS, NO_SUBSETS)

    assert split.train.dtype == split.test.dtype == np.intp


@pytest.mark.parametrize(("n_posts", "n_drawn"), [(1, 0), (2, 1), (3, 1), (10, 1), (26, 3)])
def test_of_each_label_a_share_is_drawn_but_at_least_one_and_never_all(n_posts: int, n_drawn: int) -> None:
    labels = np.repeat([3, 5], n_posts)

    drawn = draw(labels, 0.1, seed=0)

    assert np.bincount(labels[drawn], minlength=6)[[3, 5]].tolist() == [n_drawn, n_drawn]


@pytest.mark.parametrize(
    ("newsgroups", "subsets", "complaint"),
    [
        (
            "aabb",
            ["train"] * 4,
            r"No post is of the test subset, and a classifier needs both: ingest with --subset all\.",
        ),
        ("aabb", ["test"] * 4, r"No post is of the train subset, and .*"),
        (["", ""], ["", ""], r"No post has a newsgroup, and a classifier learns those: ingest a source with labels\."),
        (["", ""], ["train", "test"], r"No post has a newsgroup, .*"),
        ("", "", r"No post has a newsgroup, .*"),
        ("aaa", [""] * 3, r"All posts to learn from are of 'a', and a classifier needs two newsgroups: ingest more\."),
        (
            "aabbc",
            ["train"] * 4 + ["test"],
            r"'c' is tested but not learned, for none of its posts is of the train subset: ingest some\.",
        ),
        (
            "aabbb",
            [""] * 5,
            r"'a' has 1 post to learn from and needs 2: ingest more of it, or leave it out\.",
        ),
        ("aabc", ["train"] * 3 + ["test"], r"'b' has 1 post to learn from and needs 2: .*"),
        ("abbb", [""] * 4, r"'a' has 1 post to learn from and needs 2: .*"),
    ],
    ids=[
        *("no test subset", "no train subset", "no labels", "no labels in subsets", "no posts", "one newsgroup"),
        *("a newsgroup that is not learned", "too few by lot", "too few of the subset", "a single post"),
    ],
)
def test_what_cannot_be_learned_or_tested_is_refused_in_one_line(
    newsgroups: list[str], subsets: list[str], complaint: str
) -> None:
    with pytest.raises(UserError, match=f"^{complaint}$"):
        split_posts(list(newsgroups), list(subsets))
