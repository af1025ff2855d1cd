"""Suspects: who is named of a few posts whose neighbors are set by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from explorer.near_duplicates import NearDuplicates
from explorer.neighborhoods import Neighborhoods, find_neighborhoods
from explorer.suspects import KINDS, MISLABELED, NEAR_DUPLICATE, OUTLIER, Suspect, find_suspects

NO_PAIRS = NearDuplicates(np.empty((0, 2), np.int32), np.empty(0, np.float32))


def neighborhoods(
    rows: Sequence[Sequence[int]], similarities: Sequence[Sequence[float]] | None = None
) -> Neighborhoods:
    nearness = np.full(np.shape(rows), 0.5) if similarities is None else similarities
    return Neighborhoods(np.array(rows, np.int32), np.array(nearness, np.float32))


def alike(*similarities: float) -> Neighborhoods:
    """Make posts of one neighbor each, at these similarities."""
    return neighborhoods([[0]] * len(similarities), [[similarity] for similarity in similarities])


def mislabeled(found: Neighborhoods, newsgroups: Sequence[str]) -> list[Suspect]:
    return [suspect for suspect in find_suspects(found, newsgroups, NO_PAIRS) if suspect.kind == MISLABELED]


def outliers(found: Neighborhoods) -> list[int]:
    suspects = find_suspects(found, ["one"] * len(found.rows), NO_PAIRS)
    return [suspect.row for suspect in suspects if suspect.kind == OUTLIER]


def test_a_post_most_of_whose_neighbors_are_of_another_newsgroup_is_mislabeled() -> None:
    found = neighborhoods([[1, 2, 3], [2, 3, 0], [1, 3, 0], [1, 2, 0]])

    (suspect,) = mislabeled(found, ["med", "space", "space", "space"])

    assert suspect == Suspect(0, MISLABELED, 1.0, newsgroup="space")


def test_the_score_is_the_share_of_the_neighbors() -> None:
    found = neighborhoods([[1, 2, 3, 4], [2, 3, 1, 2], [1, 3, 1, 3], [1, 2, 1, 2], [0, 0, 0, 0]])

    scores = {suspect.row: suspect.score for suspect in mislabeled(found, ["med", "space", "space", "space", "med"])}

    assert scores == {0: 0.75}


@pytest.mark.parametrize("neighbors", [[1, 2, 3, 4], [1, 2, 3, 5]], ids=["half", "no majority at all"])
def test_without_a_majority_nobody_is_mislabeled(neighbors: list[int]) -> None:
    newsgroups = ["med", "space", "space", "med", "med", "guns"]
    own = [[row] * 4 for row in range(1, 6)]

    assert mislabeled(neighborhoods([neighbors, *own]), newsgroups) == []


def test_of_equal_shares_the_post_with_nearer_neighbors_comes_first() -> None:
    found = neighborhoods([[2], [2], [3], [2]], [[0.5], [0.9], [0.9], [0.9]])

    assert [suspect.row for suspect in mislabeled(found, ["med", "med", "space", "space"])] == [1, 0]


@pytest.mark.parametrize("newsgroup", ["space", ""])
def test_where_all_posts_are_of_one_newsgroup_nobody_is_mislabeled(newsgroup: str) -> None:
    assert mislabeled(neighborhoods([[1], [2], [0]]), [newsgroup] * 3) == []


def test_posts_without_a_newsgroup_are_not_mislabeled_and_nobody_belongs_with_them() -> None:
    found = neighborhoods([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]])

    assert mislabeled(found, ["", "space", "space", "space"]) == []
    assert mislabeled(found, ["space", "", "", ""]) == []


def test_neighbors_without_a_newsgroup_count_among_all() -> None:
    own = [[row] * 4 for row in range(1, 5)]

    (suspect,) = mislabeled(neighborhoods([[1, 2, 3, 4], *own]), ["med", "space", "space", "space", ""])
    assert suspect.score == 0.75
    assert mislabeled(neighborhoods([[1, 2, 3, 4], *own]), ["med", "space", "space", "", ""]) == []


def test_near_duplicates_are_named_with_their_twin_in_their_order() -> None:
    pairs = NearDuplicates(np.array([[2, 3], [0, 1]], np.int32), np.array([1.0, 0.75], np.float32))

    suspects = find_suspects(alike(0.5, 0.5, 0.5, 0.5), ["one"] * 4, pairs)

    assert suspects == [Suspect(2, NEAR_DUPLICATE, 1.0, other=3), Suspect(0, NEAR_DUPLICATE, 0.75, other=1)]


def test_a_post_far_from_all_others_is_an_outlier() -> None:
    assert outliers(alike(0.5, 0.52, 0.48, 0.51, 0.49, 0.1)) == [5]


def test_far_is_two_and_a_half_deviations_below_the_median() -> None:
    # The median is 0.5, the median deviation 0.02: the border is 0.5 - 2.5 * 1.4826 * 0.02 = 0.426.
    others = (0.46, 0.48, 0.48, 0.5, 0.5, 0.52, 0.52, 0.54)

    assert outliers(alike(*others, 0.44)) == []
    assert outliers(alike(*others, 0.41)) == [8]


def test_the_loneliest_outlier_comes_first() -> None:
    assert outliers(alike(0.5, 0.52, 0.48, 0.51, 0.49, 0.5, 0.2, 0.1)) == [7, 6]


def test_a_post_nearer_than_others_is_no_outlier() -> None:
    assert outliers(alike(0.5, 0.52, 0.48, 0.51, 0.49, 0.99)) == []


def test_where_all_are_equally_lonely_rounding_makes_no_outlier() -> None:
    assert outliers(alike(*[0.5] * 9, 0.4999)) == []


def test_where_all_but_one_are_equally_lonely_that_one_is_an_outlier() -> None:
    assert outliers(alike(*[0.5] * 9, 0.1)) == [9]


def test_kinds_come_one_after_the_other() -> None:
    pairs = NearDuplicates(np.array([[1, 2]], np.int32), np.array([1.0], np.float32))
    found = neighborhoods([[1], [2], [1], [1], [1], [1]], [[0.1], [0.5], [0.5], [0.5], [0.51], [0.49]])

    suspects = find_suspects(found, ["med", *["space"] * 5], pairs)

    assert tuple(suspect.kind for suspect in suspects) == KINDS


@pytest.mark.parametrize("n_posts", [0, 1])
def test_a_post_alone_is_no_suspect(n_posts: int) -> None:
    nobody = find_neighborhoods(np.eye(n_posts, 3, dtype=np.float32))

    assert find_suspects(nobody, ["one"] * n_posts, NO_PAIRS) == []


def test_two_posts_of_two_newsgroups_suspect_one_another() -> None:
    found = find_neighborhoods(np.eye(2, dtype=np.float32))

    assert [suspect.newsgroup for suspect in mislabeled(found, ["med", "space"])] == ["space", "med"]
