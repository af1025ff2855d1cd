"""Cleaning: each step by itself, their order, and the rules for posts that end up empty or too long."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from sklearn.datasets import _twenty_newsgroups as scikit_learn

from ingest.cleaning import (
    TUTORIAL_STEPS,
    Cleaning,
    clean,
    clean_posts,
    drop_email_addresses,
    drop_from,
    drop_parentheses,
    drop_subject,
    options_for,
    strip_footers,
    strip_headers,
    strip_quotes,
)
from ingest.errors import UserError
from ingest.options import order_of, parse
from ingest.posts import Corpus, Post

TUTORIAL = Cleaning(routine="tutorial")


def make_posts(*texts: str) -> list[Post]:
    return [Post(f"train/sci.space/{number}", "sci.space", "train", "orbit", text) for number, text in enumerate(texts)]


def texts_of(posts: list[Post]) -> list[str]:
    return [post.text for post in posts]


def test_email_addresses_are_dropped() -> None:
    assert drop_email_addresses("ask j.doe-2@cs.uni-x.edu or mel@home, soon") == "ask  or , soon"


def test_an_at_sign_by_itself_is_no_address() -> None:
    assert drop_email_addresses("noon @ the pad, @launch") == "noon @ the pad, @launch"


def test_addresses_are_what_the_tutorials_expression_finds() -> None:
    chance = random.Random(0)
    texts = ["".join(chance.choices("ab.-@ (\N{LATIN SMALL LETTER E WITH ACUTE}", k=12)) for _ in range(20_000)]
    assert [drop_email_addresses(text) for text in texts] == [re.sub(r"[\w\.-]+@[\w\.-]+", "", text) for text in texts]


@pytest.mark.parametrize("unit", ["a", "a.", "@ ", "(", "(a", ">", "From:"])
def test_a_million_characters_with_nothing_to_drop_are_read_in_no_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    assert clean(text, TUTORIAL_STEPS) == text


def test_parenthesized_text_is_dropped_over_several_lines() -> None:
    assert drop_parentheses("a (b\nc) d (e)") == "a  d "


def test_of_nested_parentheses_the_innermost_are_dropped() -> None:
    assert drop_parentheses("a (b (c) d) e") == "a (b  d) e"


def test_from_is_dropped_wherever_it_stands() -> None:
    assert drop_from("From: Ann\nhe wrote From: Bob, from: Cid") == "Ann\nhe wrote Bob, from: Cid"


def test_subject_is_dropped_with_the_line_break_before_it() -> None:
    assert drop_subject("Ann\nSubject: launch\nSubject: slip") == "Annlaunchslip"


def test_a_subject_that_begins_the_text_stays() -> None:
    assert drop_subject("Subject: launch") == "Subject: launch"


def test_a_post_is_cleaned_as_in_the_tutorials() -> None:
    text = "From: ann@moon.example (Ann)\nSubject: Launch\nOrganization: Pad 39\n\nIt slips (again)."
    assert clean(text, TUTORIAL_STEPS) == " Launch\nOrganization: Pad 39\n\nIt slips ."


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ann(b)@moon", "ann@moon"),  # an address only once the parentheses are gone
        ("Fr(b)om: Ann", "Ann"),  # parentheses before "From: "
        ("\nSubFrom: ject: launch", "launch"),  # "From: " before "\nSubject: "
    ],
)
def test_the_steps_are_in_the_tutorials_order(text: str, cleaned: str) -> None:
    assert clean(text, TUTORIAL_STEPS) == cleaned


def test_headers_end_at_the_first_empty_line() -> None:
    assert strip_headers("From: Ann\nLines: 2\n\nfirst\n\nsecond") == "first\n\nsecond"


def test_a_text_without_an_empty_line_is_all_body() -> None:
    assert strip_headers("no headers here\nat all") == "no headers here\nat all"


@pytest.mark.parametrize(
    "line",
    [
        "> quoted",
        "| quoted",
        "In article <1@moon> Ann says:",
        "Quoted from Ann",
        "Ann writes in sci.space",
        "Ann wrote:",
        "Ann said:",
    ],
)
def test_quotes_and_the_lines_that_introduce_them_are_stripped(line: str) -> None:
    assert strip_quotes(f"before\n{line}\nafter > all") == "before\nafter > all"


@pytest.mark.parametrize("break_line", ["", "--", "  ---- "])
def test_a_footer_begins_at_the_last_empty_or_dashed_line(break_line: str) -> None:
    assert strip_footers(f"first\n\nsecond\n{break_line}\nAnn, Pad 39\n") == "first\n\nsecond"


@pytest.mark.parametrize("text", ["one line", "two\nlines", "--\ndashes first", ""])
def test_a_text_without_a_footer_stays(text: str) -> None:
    assert strip_footers(text) == text


@pytest.mark.parametrize(
    ("ours", "scikit_learns"),
    [
        (strip_headers, scikit_learn.strip_newsgroup_header),
        (strip_footers, scikit_learn.strip_newsgroup_footer),
        (strip_quotes, scikit_learn.strip_newsgroup_quoting),
    ],
)
def test_stripping_equals_scikit_learns_on_every_real_post(
    ours: Callable[[str], str], scikit_learns: Callable[[str], str], real_posts: Corpus
) -> None:
    assert [post.id for post in real_posts.posts if ours(post.text) != scikit_learns(post.text)] == []


def test_with_long_posts_dropped_the_tutorials_training_posts_are_left(real_posts: Corpus) -> None:
    training = [post for post in real_posts.posts if post.subset == "train"]
    cleaned = clean_posts(training, Cleaning(long_posts="drop", routine="tutorial"))
    assert (len(training), len(cleaned.posts)) == (11_314, 11_141)


def test_headers_are_stripped_before_footers_in_whichever_order_they_are_named() -> None:
    for strip in (("headers", "footers"), ("footers", "headers")):
        cleaned = clean_posts(make_posts("Lines: 1\n\nthe body"), Cleaning(strip))
        assert texts_of(cleaned.posts) == ["the body"]


def test_parts_are_stripped_before_the_tutorials_steps() -> None:
    text = "From: Ann\n\nbody\n\n(a footer\n) not a footer"
    assert texts_of(clean_posts(make_posts(text), Cleaning(("footers",), routine="tutorial")).posts) == ["Ann\n\nbody"]


def test_an_unknown_part_to_strip_is_told_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no part to strip 'feet': choose from headers, footers, quotes"):
        Cleaning(("headers", "feet"))


def test_an_unknown_routine_is_told_with_the_known_ones() -> None:
    with pytest.raises(UserError, match="no cleaning 'thorough': choose from tutorial, none"):
        Cleaning(routine="thorough")


def test_a_routine_that_is_not_named_is_the_corpus_own() -> None:
    corpus = Corpus("a", "memory", [], cleaning="tutorial")
    assert [Cleaning(routine=named).of(corpus).routine for named in (None, "none")] == ["tutorial", "none"]


def test_where_nothing_is_to_be_dropped_a_text_stays_as_it_is() -> None:
    text = "From: Ann (ann@moon.example)\nSubject: f(x)\n\npain (left knee)"
    assert texts_of(clean_posts(make_posts(text), Cleaning()).posts) == [text]


def test_posts_keep_their_order_and_all_but_their_text() -> None:
    first, second = make_posts("(one) a", "b")
    cleaned = clean_posts([second, first], TUTORIAL)
    assert cleaned.posts == [second, Post(first.id, "sci.space", "train", "orbit", " a")]


def test_posts_without_a_visible_character_are_dropped_and_counted() -> None:
    cleaned = clean_posts(make_posts("", " \n\t\N{NO-BREAK SPACE}", "ann@moon.example", "From: (b)", "x"), TUTORIAL)
    assert (texts_of(cleaned.posts), cleaned.n_dropped_empty) == (["x"], 4)


def test_a_post_at_the_limit_stays_whole() -> None:
    (post,) = clean_posts(make_posts("12345"), Cleaning(max_characters=5)).posts
    assert (post.text, post.truncated) == ("12345", False)


def test_a_post_above_the_limit_is_truncated_and_marked() -> None:
    cleaned = clean_posts(make_posts("123456"), Cleaning(max_characters=5))
    (post,) = cleaned.posts
    assert (post.text, post.truncated, cleaned.n_dropped_long) == ("12345", True, 0)


def test_a_post_above_the_limit_is_dropped_and_counted_where_that_is_asked_for() -> None:
    cleaned = clean_posts(make_posts("123456", "12345", " "), Cleaning(long_posts="drop", max_characters=5))
    assert (texts_of(cleaned.posts), cleaned.n_dropped_long, cleaned.n_dropped_empty) == (["12345"], 1, 1)


def test_the_limit_counts_what_cleaning_left() -> None:
    (post,) = clean_posts(make_posts("123(456)45"), replace(TUTORIAL, max_characters=5)).posts
    assert (post.text, post.truncated) == ("12345", False)


def test_cleanings_that_give_the_same_texts_have_the_same_string() -> None:
    assert str(Cleaning(("quotes", "headers"))) == str(Cleaning(("headers", "quotes", "headers")))


def test_every_choice_of_a_cleaning_shows_in_its_string() -> None:
    cleanings = [Cleaning(), TUTORIAL, Cleaning(("quotes",)), Cleaning(long_posts="drop"), Cleaning(max_characters=9)]
    assert len({str(cleaning) for cleaning in cleanings}) == 5


@pytest.mark.parametrize(
    ("described", "options"),
    [
        ("tutorial; strip nothing; truncate at 10000 characters", "--cleaning tutorial"),
        (
            "none; strip headers,quotes; drop at 500 characters",
            "--cleaning none --strip headers,quotes --long-posts drop --max-characters 500",
        ),
    ],
)
def test_a_cleaning_is_asked_for_again_by_what_its_manifest_says(described: str, options: str) -> None:
    assert options_for(described) == options
    assert str(order_of(parse(options.split())).cleaning) == described


def test_words_that_describe_no_cleaning_are_not_made_into_options() -> None:
    assert options_for("none; strip nothing; truncate at 10000 characters; \x1b[31m") == ""
