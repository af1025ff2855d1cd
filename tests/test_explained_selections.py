"""Selections explained: shares, terms and members that can be counted by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from explorer.labeling import find_terms
from explorer.near_duplicates import NearDuplicates
from explorer.selection import N_MEMBERS, Explanation, Member, NewsgroupShare, Whole, explain
from ingest.posts import Post

PAIRS = NearDuplicates(np.array([[0, 1], [1, 3]], np.int32), np.array([0.9, 0.8], np.float32))
NEWSGROUPS = ["space", "space", "med", "med", "guns"]
TEXTS = ["orbit rocket", "orbit", "orbit aspirin", "aspirin", "rifle"]


def at_degrees(degrees: Sequence[float]) -> Whole:
    """Make posts that differ in the direction of their vectors."""
    angles = np.radians(degrees)
    vectors = np.column_stack((np.cos(angles), np.sin(angles))).astype(np.float32)
    return Whole(vectors, ["space"] * len(degrees), find_terms([]), PAIRS)


def explained(*rows: int, newsgroups: Sequence[str] = NEWSGROUPS, texts: Sequence[str] = TEXTS) -> Explanation:
    terms = find_terms([Post(str(number), "", "", "", text) for number, text in enumerate(texts)])
    vectors = np.eye(len(texts), dtype=np.float32)
    return explain(np.array(rows, np.intp), Whole(vectors, newsgroups, terms, PAIRS))


def rows_of(members: Sequence[Member]) -> list[int]:
    return [member.row for member in members]


def test_a_selection_is_counted_against_the_whole() -> None:
    explanation = explained(0, 1, 2)

    assert (explanation.n_posts, explanation.share) == (3, 0.6)


def test_each_newsgroup_in_it_has_its_share_and_that_of_all_the_largest_first() -> None:
    assert explained(4, 0, 1).mix == (NewsgroupShare("space", 2, 2 / 3, 2 / 5), NewsgroupShare("guns", 1, 1 / 3, 1 / 5))


def test_terms_are_those_that_set_it_apart() -> None:
    # Of the two, rocket is used by one alone, and orbit by half of the others too.
    assert explained(0, 1, texts=["orbit rocket", "rocket orbit", "orbit", "puck", "puck"]).terms == ("rocket", "orbit")


def test_terms_that_are_as_frequent_elsewhere_are_not_among_them() -> None:
    assert explained(0, 1, texts=["orbit", "orbit", "orbit", "orbit", "orbit"]).terms == ()


def test_everything_is_set_apart_by_nothing() -> None:
    explanation = explained(0, 1, 2, 3, 4)

    assert (explanation.share, explanation.terms) == (1, ())
    assert all(part.share == part.share_of_all for part in explanation.mix)


def test_posts_near_the_mean_are_typical_and_far_ones_unusual() -> None:
    explanation = explain(np.arange(4), at_degrees([0, 90, 5, 10]))

    # The mean points to some 24 degrees.
    assert (rows_of(explanation.typical), rows_of(explanation.unusual)) == ([3, 2], [1, 0])


def test_a_members_similarity_is_its_cosine_to_the_mean() -> None:
    explanation = explain(np.arange(2), at_degrees([0, 60]))

    assert [explanation.typical[0].similarity, explanation.unusual[0].similarity] == pytest.approx(
        [0.866] * 2, abs=1e-3
    )


def test_of_many_posts_five_are_typical_and_five_unusual() -> None:
    explanation = explain(np.arange(40), at_degrees([*range(39), 90]))

    assert len(explanation.typical) == len(explanation.unusual) == N_MEMBERS == 5
    assert explanation.unusual[0].row == 39


@pytest.mark.parametrize("n_posts", range(1, 12))
def test_no_post_is_both_typical_and_unusual(n_posts: int) -> None:
    explanation = explain(np.arange(n_posts), at_degrees(range(n_posts)))

    members = rows_of(explanation.typical) + rows_of(explanation.unusual)
    assert sorted(members) == sorted(set(members))
    assert len(members) == min(n_posts, 2 * N_MEMBERS)


def test_one_post_is_typical_of_itself_and_told_by_its_terms() -> None:
    explanation = explained(4)

    assert (explanation.typical, explanation.unusual) == ((Member(4, 1.0),), ())
    assert explanation.terms == ("rifle",)


def test_opposites_have_no_mean_and_still_an_explanation() -> None:
    explanation = explain(np.arange(2), at_degrees([0, 180]))

    assert [member.similarity for member in explanation.typical + explanation.unusual] == pytest.approx([0, 0], abs=0.1)


def test_near_duplicates_are_those_of_which_both_are_in_it() -> None:
    assert explained(0, 1, 2).near_duplicates.pairs.tolist() == [[0, 1]]


def test_a_post_selected_twice_counts_once() -> None:
    assert explained(1, 1, 0).n_posts == 2


def test_nothing_selected_is_explained_as_nothing() -> None:
    explanation = explained()

    assert (explanation.n_posts, explanation.share, explanation.mix, explanation.terms) == (0, 0, (), ())
    assert explanation.typical == explanation.unusual == ()
    assert len(explanation.near_duplicates.pairs) == 0


def test_a_corpus_without_terms_is_explained_without_them() -> None:
    assert explained(0, texts=["..."] * 5).terms == ()
