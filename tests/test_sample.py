"""The bundled sample: posts of all twenty newsgroups, in mail boxes that are sound."""

from __future__ import annotations

import mailbox
from collections import Counter
from contextlib import closing
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from ingest.corpora import read_corpus, sample
from ingest.posts import Corpus

MAILBOXES = sorted(sample.FOLDER.glob("*.mbox"))


def messages_of(path: Path) -> list[mailbox.mboxMessage]:
    with closing(mailbox.mbox(path, create=False)) as messages:
        return list(messages)


def test_the_sample_has_posts_of_twenty_newsgroups_and_enough_of_each() -> None:
    counts = Counter(post.newsgroup for post in read_corpus("sample").posts)
    assert len(counts) == 20
    assert min(counts.values()) >= 15
    assert counts.total() >= 300


def test_the_samples_newsgroups_are_those_of_20_newsgroups(real_posts: Corpus) -> None:
    assert {path.stem for path in MAILBOXES} == {post.newsgroup for post in real_posts.posts}


def test_the_samples_ids_are_unique_and_name_subset_and_newsgroup() -> None:
    posts = read_corpus("sample").posts
    assert len({post.id for post in posts}) == len(posts)
    assert all(post.id.startswith(f"{post.subset}/{post.newsgroup}/") for post in posts)


def test_every_newsgroup_of_the_sample_has_posts_to_train_and_to_test_with() -> None:
    halves = {(post.newsgroup, post.subset) for post in read_corpus("sample").posts}
    assert halves == {(path.stem, subset) for path in MAILBOXES for subset in ("train", "test")}


def test_no_text_of_the_sample_is_there_twice() -> None:
    texts = [post.text for post in read_corpus("sample").posts]
    assert len(set(texts)) == len(texts)


def test_the_sample_is_read_alike_every_time() -> None:
    assert read_corpus("sample") == read_corpus("sample")


def test_a_post_of_the_sample_is_its_speaking_headers_an_empty_line_and_its_body() -> None:
    post = read_corpus("sample").posts[0]
    header, _, body = post.text.partition("\n\n")
    assert post.id == "train/alt.atheism/01"
    assert [line.split(": ")[0] for line in header.split("\n")] == ["From", "Subject", "Organization"]
    assert f"Subject: {post.subject}" in header
    assert body.startswith("hi, first time posting")


@pytest.mark.parametrize("path", MAILBOXES, ids=lambda path: path.stem)
def test_a_mailbox_of_the_sample_is_in_order_of_date(path: Path) -> None:
    dates = [parsedate_to_datetime(message["Date"]) for message in messages_of(path)]
    assert dates == sorted(dates)


@pytest.mark.parametrize("path", MAILBOXES, ids=lambda path: path.stem)
def test_a_message_of_the_sample_says_which_newsgroup_it_is_in(path: Path) -> None:
    assert all(path.stem in message["Newsgroups"].split(",") for message in messages_of(path))


def test_the_samples_message_ids_are_unique() -> None:
    ids = [message["Message-ID"] for path in MAILBOXES for message in messages_of(path)]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", MAILBOXES, ids=lambda path: path.stem)
def test_a_reply_of_the_sample_refers_to_earlier_messages_of_its_newsgroup(path: Path) -> None:
    earlier: set[str] = set()
    for message in messages_of(path):
        assert set((message["References"] or "").split()) <= earlier
        earlier.add(message["Message-ID"])


def test_some_posts_of_the_sample_are_replies() -> None:
    replies = [message for path in MAILBOXES for message in messages_of(path) if message["References"]]
    assert len(replies) >= 20


@pytest.mark.parametrize("path", MAILBOXES, ids=lambda path: path.stem)
def test_a_text_of_the_sample_is_what_the_standard_library_reads_there(path: Path) -> None:
    texts = [post.text for post in read_corpus("sample").posts if post.newsgroup == path.stem]
    assert [text.partition("\n\n")[2] for text in texts] == [message.get_payload() for message in messages_of(path)]
