"""The queries that search is tuned by and reported on: two sets apart, fair to every newsgroup."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.queries import KINDS, REPORTING, TUNING, Query
from ingest.corpora import sample

NEWSGROUPS = {post.newsgroup for post in sample.read().posts}
LONGEST = 150

both_sets = pytest.mark.parametrize("queries", [TUNING, REPORTING], ids=["tuning", "reporting"])


def test_no_query_is_asked_twice_in_or_across_the_sets() -> None:
    asked = Counter(query.text.casefold() for query in TUNING + REPORTING)

    assert [text for text, times in asked.items() if times > 1] == []


@both_sets
def test_a_set_has_at_least_sixty_queries(queries: tuple[Query, ...]) -> None:
    assert len(queries) >= 60


@both_sets
def test_a_query_is_answered_in_one_to_three_known_newsgroups(queries: tuple[Query, ...]) -> None:
    assert [query for query in queries if not set(query.newsgroups) <= NEWSGROUPS] == []
    assert {len(set(query.newsgroups)) for query in queries} <= {1, 2, 3}


@both_sets
def test_a_query_is_no_longer_than_what_people_type(queries: tuple[Query, ...]) -> None:
    assert [query.text for query in queries if not 0 < len(query.text) <= LONGEST] == []


@both_sets
def test_every_newsgroup_is_the_first_answer_equally_often(queries: tuple[Query, ...]) -> None:
    first = Counter(query.newsgroups[0] for query in queries)

    assert first.keys() == NEWSGROUPS
    assert len(set(first.values())) == 1


def test_every_newsgroup_answers_at_least_three_reported_queries() -> None:
    answering = Counter(newsgroup for query in REPORTING for newsgroup in query.newsgroups)

    assert [newsgroup for newsgroup in NEWSGROUPS if answering[newsgroup] < 3] == []


@both_sets
def test_a_third_are_questions_of_more_words_than_keywords_have(queries: tuple[Query, ...]) -> None:
    questions = queries[KINDS["questions"]]

    assert len(questions) * 3 == len(queries)
    assert [query.text for query in questions if len(query.text.split()) <= 4] == []


@both_sets
def test_a_third_are_two_to_four_keywords(queries: tuple[Query, ...]) -> None:
    keywords = queries[KINDS["keywords"]]

    assert len(keywords) * 3 == len(queries)
    assert [query.text for query in keywords if not 2 <= len(query.text.split()) <= 4] == []


@both_sets
def test_a_third_name_something_by_capitals_or_digits(queries: tuple[Query, ...]) -> None:
    names = queries[KINDS["names"]]

    assert len(names) * 3 == len(queries)
    assert [query.text for query in names if not any(sign.isupper() or sign.isdigit() for sign in query.text)] == []
