"""20 Newsgroups as scikit-learn has them, and what is read by default with and without them."""

from __future__ import annotations

import codecs
import pickle
import socket
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import _twenty_newsgroups, fetch_20newsgroups
from sklearn.utils import Bunch

from ingest.corpora import auto, newsgroups, read_corpus
from ingest.errors import UserError
from ingest.posts import Corpus

HOCKEY = "From: ann@rink.example\nSubject:  Re: playoffs \nLines: 1\n\nSubject: in the body, goal!"
ORBIT = "From: bob@pad.example\nLines: 1\n\nno subject, orbit"


@pytest.fixture
def no_download(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let scikit-learn ask a port where nothing listens, and not wait before it asks again."""
    archive = _twenty_newsgroups.ARCHIVE._replace(url="http://127.0.0.1:9/")
    monkeypatch.setattr(_twenty_newsgroups, "ARCHIVE", archive)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_download: None) -> Path:
    """scikit-learn's data folder, still empty."""
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def two_posts(data_folder: Path) -> None:
    """A cache of 20 Newsgroups with two posts, as scikit-learn writes it."""
    halves = {
        "train": _bunch(HOCKEY, "/home/20news-bydate-train/rec.sport.hockey/54367"),
        "test": _bunch(ORBIT, "/home/20news-bydate-test/sci.space/60001"),
    }
    compressed = codecs.encode(pickle.dumps(halves), "zlib_codec")
    (data_folder / newsgroups.CACHE_FILE).write_bytes(compressed)


def _bunch(text: str, filename: str) -> Bunch:
    return Bunch(data=[text], filenames=np.array([filename]), target=np.array([0]), target_names=["any"])


@pytest.mark.usefixtures("two_posts")
def test_posts_of_20_newsgroups_are_named_by_subset_newsgroup_and_number() -> None:
    corpus = read_corpus("20newsgroups")
    assert (corpus.name, corpus.source) == ("20newsgroups", "20newsgroups")
    assert {(post.id, post.newsgroup, post.subset) for post in corpus.posts} == {
        ("train/rec.sport.hockey/54367", "rec.sport.hockey", "train"),
        ("test/sci.space/60001", "sci.space", "test"),
    }


@pytest.mark.usefixtures("two_posts")
def test_subjects_of_20_newsgroups_are_read_from_the_headers_alone() -> None:
    subjects = {post.newsgroup: post.subject for post in read_corpus("20newsgroups").posts}
    assert subjects == {"rec.sport.hockey": "Re: playoffs", "sci.space": ""}


def test_all_real_posts_are_read_with_unique_ids(real_posts: Corpus) -> None:
    subsets = Counter(post.subset for post in real_posts.posts)
    assert subsets == {"train": 11_314, "test": 7_532}
    assert len({post.id for post in real_posts.posts}) == 18_846


def test_a_real_post_is_found_by_its_id(real_posts: Corpus) -> None:
    post = next(post for post in real_posts.posts if post.id == "train/rec.autos/102994")
    assert (post.newsgroup, post.subset, post.subject) == ("rec.autos", "train", "WHAT car is this!?")
    assert post.text.startswith("From: lerxst@wam.umd.edu")


def test_real_posts_are_in_scikit_learns_order(real_posts: Corpus) -> None:
    bunch = fetch_20newsgroups(subset="all")
    assert [post.text for post in real_posts.posts] == bunch.data
    assert [post.newsgroup for post in real_posts.posts] == [bunch.target_names[label] for label in bunch.target]


@pytest.mark.usefixtures("data_folder")
def test_20_newsgroups_that_can_nowhere_be_had_are_told_with_both_ways_out() -> None:
    with pytest.raises(
        UserError, match=r"nor can it be downloaded .*: connect once, or set SCIKIT_LEARN_DATA"
    ) as caught:
        read_corpus("20newsgroups")
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("data_folder")
def test_a_download_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newsgroups, "DOWNLOAD_TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        monkeypatch.setattr(_twenty_newsgroups, "ARCHIVE", _twenty_newsgroups.ARCHIVE._replace(url=address))
        with pytest.raises(UserError, match="timed out"):
            newsgroups.download()


@pytest.mark.usefixtures("data_folder")
def test_a_failed_download_leaves_the_sockets_timeout_as_it_was() -> None:
    before = socket.getdefaulttimeout()
    with pytest.raises(UserError):
        newsgroups.download()
    assert socket.getdefaulttimeout() == before


@pytest.mark.usefixtures("two_posts")
def test_auto_is_20_newsgroups_where_they_are_cached_and_says_nothing() -> None:
    assert auto.choose_source([]) == auto.Choice("20newsgroups", "")


@pytest.mark.usefixtures("data_folder")
def test_auto_is_the_sample_where_nothing_can_be_downloaded_and_says_so() -> None:
    choice = auto.choose_source([])
    assert choice.source == "sample"
    assert choice.reason.startswith("Using the bundled sample of posts. 20 Newsgroups is neither in")


@pytest.mark.usefixtures("data_folder")
def test_auto_is_what_the_store_holds_without_an_attempt_to_download() -> None:
    assert auto.choose_source(["sample"]) == auto.Choice("sample", "")


@pytest.mark.usefixtures("two_posts")
def test_auto_prefers_cached_20_newsgroups_to_what_the_store_holds() -> None:
    assert auto.choose_source(["sample"]).source == "20newsgroups"


@pytest.mark.usefixtures("no_download")
def test_auto_is_the_sample_where_scikit_learns_data_folder_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path / "file" / "folder"))
    assert auto.choose_source([]).source == "sample"


def test_a_cache_that_cannot_be_read_leaves_standard_output_alone(
    data_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data_folder / newsgroups.CACHE_FILE).write_bytes(b"half a download")
    with pytest.raises(UserError):
        read_corpus("20newsgroups")
    assert capsys.readouterr().out == ""
