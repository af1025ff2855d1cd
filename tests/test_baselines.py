"""Baselines, on posts so few that they can be counted."""

from __future__ import annotations

import numpy as np

from explorer.baselines import Baseline, majority_baseline, text_baseline
from explorer.splitting import Split

# Six posts to learn from, four of them b's, and four to be tested on, one of them b's.
NEWSGROUPS = [*"aabbbb", *"aaab"]
SPLIT = Split(np.arange(6), np.arange(6, 10), "for this test")


def test_the_majority_is_that_of_the_posts_to_learn_from() -> None:
    assert majority_baseline(NEWSGROUPS, SPLIT) == Baseline("majority class", 0.25)


def test_of_equal_majorities_the_first_by_name_is_taken() -> None:
    assert majority_baseline([*"ba", *"bbba"], Split(np.arange(2), np.arange(2, 6), "")).accuracy == 0.25


def test_words_that_tell_newsgroups_apart_do_so() -> None:
    texts = ["orbit" if newsgroup == "a" else "puck" for newsgroup in NEWSGROUPS]

    assert text_baseline(texts, NEWSGROUPS, SPLIT) == Baseline("TF-IDF and logistic regression", 1.0)


def test_words_of_the_tested_posts_alone_teach_nothing() -> None:
    texts = ["the same"] * 6 + ["the same orbit"] * 3 + ["the same puck"]

    assert text_baseline(texts, NEWSGROUPS, SPLIT).accuracy == 0.25  # the majority's


def test_where_no_text_has_a_word_the_majority_is_all_there_is() -> None:
    assert text_baseline(["?"] * 10, NEWSGROUPS, SPLIT).accuracy == 0.25
