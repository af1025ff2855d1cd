"""Labels of clusters: terms worked out by hand, majorities counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from explorer.labeling import FEW_POSTS, N_TERMS, ClusterSummary, TermUse, find_terms, summarize, telling_terms
from ingest.posts import Post

SPACE = ["orbit rocket", "orbit rocket", "orbit rocket", "orbit"]
HOCKEY = ["puck goal", "puck goal", "puck", "puck"]


def make_posts(*texts: str, newsgroup: str = "sci.space", subject: str = "") -> list[Post]:
    return [Post(str(number), newsgroup, "train", subject, text) for number, text in enumerate(texts)]


def terms_of(clusters: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the telling terms of clusters that are given by their posts' texts."""
    labels = np.repeat(np.arange(len(clusters), dtype=np.int32), [len(cluster) for cluster in clusters])
    return telling_terms(labels, find_terms(make_posts(*(text for cluster in clusters for text in cluster))))


def terms_in(text: str, subject: str = "") -> set[str]:
    return set(find_terms(make_posts(text, subject=subject)).terms)


def test_a_term_weighs_the_more_the_more_posts_of_the_cluster_use_it() -> None:
    # By the formula: orbit and puck 1 log 2, rocket 0.75 log 2, goal 0.5 log 2.
    assert terms_of([SPACE, HOCKEY]) == [("orbit", "rocket"), ("puck", "goal")]


def test_a_term_weighs_the_more_the_fewer_other_posts_use_it() -> None:
    # By the formula: puck 1 log 2, orbit 1 log (8 / 6).
    assert terms_of([["orbit puck"] * 4, ["orbit", "orbit", "goal", "goal"]])[0] == ("puck", "orbit")


def test_a_term_of_every_post_tells_nothing() -> None:
    assert terms_of([["orbit science"] * 4, ["puck science"] * 4]) == [("orbit",), ("puck",)]


def test_one_post_does_not_name_its_cluster_however_often_it_repeats_a_word() -> None:
    assert terms_of([[*SPACE, "shuttle " * 1_000], HOCKEY])[0] == ("orbit", "rocket")


def test_a_cluster_of_one_post_is_named_by_that_post() -> None:
    assert terms_of([SPACE, ["shuttle"]])[1] == ("shuttle",)


def test_terms_of_equal_weight_come_by_name() -> None:
    assert terms_of([["rocket orbit apogee"] * 2, HOCKEY])[0] == ("apogee", "orbit", "rocket")


def test_a_line_of_letters_is_no_term_and_takes_no_place(tmp_path: Path) -> None:
    words = make_posts(*(f"orbit{'abcdefghij'[number % 10] * (number // 10)} x" for number in range(300)))
    find_terms(words).write(tmp_path / "before")
    find_terms([*words, *make_posts("q" * 10_000)]).write(tmp_path / "after")

    assert terms_in("q" * 10_000) == set()
    assert (tmp_path / "after").stat().st_size < 2 * (tmp_path / "before").stat().st_size


def test_a_cluster_has_at_most_five_terms() -> None:
    assert len(terms_of([["one apogee burn comet dust eclipse flare"] * 2, HOCKEY])[0]) == N_TERMS == 5


def test_fewer_terms_can_be_asked_for() -> None:
    terms = find_terms(make_posts(*SPACE, *HOCKEY))

    assert telling_terms(np.repeat(np.arange(2, dtype=np.int32), 4), terms, 1) == [("orbit",), ("puck",)]


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_a_term_that_no_post_of_any_cluster_uses_weighs_nothing() -> None:
    everywhere = find_terms(make_posts(*SPACE, *HOCKEY))
    hockey_alone = TermUse(everywhere.uses[4:], everywhere.terms)

    assert telling_terms(np.array([0, 0, 1, 1], np.int32), hockey_alone) == [("goal",), ()]


def test_subjects_have_terms_as_texts_do() -> None:
    assert terms_in("orbit", subject="Rocket") == {"orbit", "rocket"}


@pytest.mark.parametrize(
    "text",
    [
        "From: Apogee\n\norbit",
        "> apogee\norbit",
        "In article 7 somebody wrote of apogee\norbit",
        "orbit of the and with",
        "orbit writes: apogee\norbit subject organization lines",
        "orbit 1994 x2 at to_be",
        "orbit don't doesn't",
    ],
    ids=["headers", "quotes", "attributions", "common words", "frames", "short words and numbers", "contractions"],
)
def test_what_says_nothing_of_the_subject_is_no_term(text: str) -> None:
    assert terms_in(text) == {"orbit"}


def test_terms_are_in_lower_case_and_in_any_script() -> None:
    assert terms_in("Orbit ORBIT Ökologie космос") == {"orbit", "ökologie", "космос"}


def test_a_rare_term_is_left_out_where_posts_are_many() -> None:
    posts = make_posts(*["orbit"] * (FEW_POSTS - 4), *["apogee"] * 4)

    assert find_terms(posts).terms.tolist() == ["orbit"]


def test_a_rare_term_may_tell_where_posts_are_few() -> None:
    assert find_terms(make_posts("orbit", "orbit", "apogee")).terms.tolist() == ["apogee", "orbit"]


def test_posts_without_any_term_leave_their_clusters_without_terms() -> None:
    assert terms_of([["..."], ["1 2 3"]]) == [(), ()]


def test_each_cluster_is_summarized_in_order_with_its_size() -> None:
    labels = np.array([0] * 3 + [1], np.int32)
    posts = make_posts("orbit", "orbit", "orbit", "puck")

    summaries = summarize(labels, posts, np.ones((4, 1), np.float32), find_terms(posts))

    assert [(summary.cluster, summary.size, summary.terms) for summary in summaries] == [
        (0, 3, ("orbit",)),
        (1, 1, ("puck",)),
    ]


def test_the_majority_newsgroup_is_the_one_of_most_posts_with_its_share() -> None:
    posts = [*make_posts("orbit", newsgroup="sci.space"), *make_posts("puck", "goal", "puck", newsgroup="rec.hockey")]

    (summary,) = summarize(np.zeros(4, np.int32), posts, np.ones((4, 1), np.float32), find_terms(posts))

    assert (summary.majority_newsgroup, summary.majority_share) == ("rec.hockey", 0.75)


def test_typical_are_the_three_posts_nearest_to_the_mean_the_nearest_first() -> None:
    # The mean points to 28.6 degrees.
    angles = np.radians([0, 10, 24, 90])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    posts = make_posts("orbit", "orbit", "orbit", "orbit")

    (summary,) = summarize(np.zeros(4, np.int32), posts, vectors, find_terms(posts))

    assert summary.typical == ("2", "1", "0")


def test_posts_of_no_cluster_are_typical_of_none() -> None:
    posts = make_posts("orbit", "orbit", "puck")
    labels = np.array([0, -1, 0], np.int32)

    (summary,) = summarize(labels, posts, np.ones((3, 1), np.float32), find_terms(posts))

    assert (summary.size, summary.typical) == (2, ("0", "2"))


def test_a_cluster_with_a_title_is_called_by_it() -> None:
    assert ClusterSummary(0, 9, "sci.space", 1.0, ("orbit",), title="Space flight").name == "Space flight"


def test_a_cluster_is_called_by_its_first_three_terms() -> None:
    assert ClusterSummary(0, 9, "sci.space", 1.0, ("orbit", "rocket", "moon", "comet")).name == "orbit, rocket, moon"


def test_a_cluster_without_terms_is_called_by_its_number() -> None:
    assert ClusterSummary(7, 9, "sci.space", 1.0, ()).name == "cluster 7"
