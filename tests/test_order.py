"""The order: which posts it means once they are cleaned, and the collections that it asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.cleaning import Cleaning
from ingest.corpora.selection import Selection
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.order import Order, Selected, select_posts, wanted_manifests
from ingest.posts import Corpus, Post
from tests.conftest import make_corpus
from tests.word_embedder import WordEmbedder

EMPTY = [Post(f"train/a/{number}", "a", "train", "", " ") for number in range(50)]
RAW = Post("train/a/1", "a", "train", "launch", "From: ann@moon.example (Ann)\nSubject: launch\n\nslips")
NEWS = Corpus("a", "memory", [RAW], cleaning="tutorial")


def test_posts_are_selected_as_cleaning_leaves_them() -> None:
    assert select_posts(NEWS, Order()).posts == [replace(RAW, text=" launch\n\nslips")]


def test_a_cleaning_that_is_asked_for_wins_over_the_corpus_own() -> None:
    assert select_posts(NEWS, Order(cleaning=Cleaning(routine="none"))).posts == [RAW]
    assert select_posts(replace(NEWS, cleaning="none"), Order(cleaning=Cleaning(routine="tutorial"))) == select_posts(
        NEWS, Order()
    )


def test_the_manifest_says_which_cleaning_was_taken() -> None:
    taken = [wanted_manifests(corpus, Order(), WordEmbedder())[0].cleaning for corpus in (NEWS, make_corpus())]
    rest = "strip nothing; truncate at 10000 characters"
    assert taken == [f"tutorial; {rest}", f"none; {rest}"]


def test_what_became_of_the_others_is_counted() -> None:
    long = Post("train/a/long", "a", "train", "", "orbit orbit")
    filled = Post("train/a/filled", "a", "train", "", "orbit")
    test = Post("test/a/other", "a", "test", "", "puck")
    order = Order(Selection(subset="train"), Cleaning(long_posts="drop", max_characters=9))
    assert select_posts(Corpus("a", "memory", [*EMPTY, long, filled, test]), order) == Selected([filled], 52, 50, 1)


def test_the_sample_is_taken_of_what_cleaning_left() -> None:
    filled = Post("train/a/filled", "a", "train", "", "orbit")
    order = Order(Selection(per_newsgroup=1))
    assert select_posts(Corpus("a", "memory", [*EMPTY, filled]), order).posts == [filled]


@pytest.mark.parametrize(
    ("order", "losses"),
    [
        (Order(cleaning=Cleaning(long_posts="drop", max_characters=2)), "9 matched, .* 0 were empty .* 9 too long"),
        (Order(Selection("validation")), "0 matched"),
    ],
)
def test_an_order_that_leaves_no_post_is_told_with_what_became_of_them(order: Order, losses: str) -> None:
    with pytest.raises(UserError, match=f"No post of small is left to ingest: {losses}"):
        select_posts(make_corpus(), order)


def test_there_is_one_manifest_for_each_task_type() -> None:
    manifests = wanted_manifests(make_corpus(), Order(), WordEmbedder())
    assert [manifest.task_type for manifest in manifests] == list(Order().task_types)
    assert [manifest.collection for manifest in manifests] == [
        "small.word-counts.7.retrieval-document",
        "small.word-counts.7.clustering",
    ]


def test_an_embedder_without_task_types_embeds_as_none() -> None:
    manifests = wanted_manifests(make_corpus(), Order(), WordEmbedder())
    assert [manifest.embedded_as for manifest in manifests] == ["", ""]
    assert len({manifest.space for manifest in manifests}) == 1


def test_an_embedder_with_task_types_embeds_as_each() -> None:
    manifests = wanted_manifests(make_corpus(), Order(), WordEmbedder(has_task_types=True))
    assert [manifest.embedded_as for manifest in manifests] == [TaskType.RETRIEVAL_DOCUMENT, TaskType.CLUSTERING]
    assert len({manifest.space for manifest in manifests}) == 2
