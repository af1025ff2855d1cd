"""Posts in lists: what of a text stands there, and what is said of a post beside it."""

from __future__ import annotations

import math

from explorer.app.rows import face_of, fused_row_of, row_of
from explorer.search import Hit
from explorer.snippets import SNIPPET_CHARACTERS, SUBJECT_CHARACTERS, snippet_of
from ingest.posts import Post
from ingest.store import Neighbor

COLORS = {"sci.space": "#112233"}


def make_post(text: str, subject: str = "Re: orbits") -> Post:
    return Post("train/sci.space/1", "sci.space", "train", subject, text)


def test_a_post_is_named_with_its_newsgroup_and_its_color() -> None:
    assert face_of(make_post("an orbit"), COLORS) == {
        "id": "train/sci.space/1",
        "newsgroup": "sci.space",
        "color": "#112233",
        "subject": "Re: orbits",
    }


def test_a_long_subject_is_cut() -> None:
    assert face_of(make_post("", subject="s" * 1_000), COLORS)["subject"] == "s" * SUBJECT_CHARACTERS


def test_a_neighbor_has_its_similarity_and_no_words() -> None:
    row = row_of(Neighbor(make_post("an orbit"), 0.5), COLORS)
    assert (row["similarity"], row["snippet"], row["words"]) == (0.5, "an orbit", [])


def test_a_hit_has_the_words_that_match() -> None:
    assert row_of(Hit(make_post("an orbit"), 0.5, ("orbit",)), COLORS)["words"] == ["orbit"]


def test_a_similarity_that_nobody_computed_is_none() -> None:
    assert row_of(Hit(make_post("an orbit"), math.nan), COLORS)["similarity"] is None


def test_a_similarity_of_zero_is_one() -> None:
    assert row_of(Hit(make_post("an orbit"), 0.0), COLORS)["similarity"] == 0


def test_a_fused_hit_has_its_rank_in_either_ranking() -> None:
    row = fused_row_of(Hit(make_post("an orbit"), 0.5, meaning_rank=3), COLORS)
    assert (row["meaning_rank"], row["keywords_rank"]) == (3, None)


def test_a_short_text_is_its_own_snippet_on_one_line() -> None:
    assert snippet_of(make_post("\n  an orbit\n\tand  another\n")) == "an orbit and another"


def test_a_snippet_leaves_out_headers_and_quotes() -> None:
    assert snippet_of(make_post("Lines: 3\n\n> Is it an orbit?\nIt is.")) == "It is."


def test_a_snippet_begins_at_the_beginning_and_says_where_it_breaks_off() -> None:
    assert snippet_of(make_post("a" * SNIPPET_CHARACTERS)) == "a" * SNIPPET_CHARACTERS
    assert snippet_of(make_post("a" * SNIPPET_CHARACTERS + "b")) == "a" * SNIPPET_CHARACTERS + "…"


def test_a_snippet_begins_at_the_beginning_where_a_matched_word_stands_in_it() -> None:
    assert snippet_of(make_post("an orbit " + "of something " * 50), ["orbit"]).startswith("an orbit of something")


def test_a_snippet_begins_with_a_word_sixty_characters_at_most_before_a_matched_one() -> None:
    # Eight times "filler " are 56 characters; a ninth would make 63.
    assert snippet_of(make_post("filler " * 50 + "orbit"), ["orbit"]) == "…" + "filler " * 8 + "orbit"


def test_a_matched_word_counts_in_capitals_but_not_in_another_word() -> None:
    text = "filler " * 50 + "orbital " + "filler " * 50 + "ORBIT"
    assert snippet_of(make_post(text), ["orbit"]) == "…" + "filler " * 8 + "ORBIT"


def test_a_word_that_matches_in_the_subject_alone_leaves_the_snippet_at_the_beginning() -> None:
    assert snippet_of(make_post("filler " * 50, subject="orbit"), ["orbit"]).startswith("filler filler")


def test_a_matched_word_is_shown_though_no_space_stands_before_it() -> None:
    assert "orbit" in snippet_of(make_post("x" * 500 + "/orbit of " + "filler " * 50), ["orbit"])
    assert "orbit" in snippet_of(make_post("x" * 500 + "/orbit"), ["orbit"])


def test_hostile_words_are_looked_for_as_they_are() -> None:
    assert snippet_of(make_post("a (b"), ["(", "[", "a|b", "\\"]) == "a (b"
