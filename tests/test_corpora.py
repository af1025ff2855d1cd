"""Where posts come from: the bundled sample, 20 Newsgroups, the choice between them, and what is no source."""

from __future__ import annotations

import codecs
import mailbox
import pickle
import random
import socket
import time
from collections import Counter
from contextlib import closing, suppress
from email.utils import parsedate_to_datetime
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import _twenty_newsgroups, fetch_20newsgroups
from sklearn.utils import Bunch

from ingest.corpora import FILES, auto, newsgroups, read_corpus, sample
from ingest.errors import UserError
from ingest.posts import Corpus
from ingest.store.manifest import require_corpus_name

MAILBOXES = sorted(sample.FOLDER.glob("*.mbox"))

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


KINDS = "auto, 20newsgroups, sample, a folder, .mbox, .csv, .jsonl, .parquet"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told_of(source: str) -> str:
    with pytest.raises(UserError) as caught:
        read_corpus(source)
    return str(caught.value)


def test_an_unknown_source_is_told_with_the_known_ones(place: Path) -> None:
    assert told_of("usenet") == (
        f"There is no source 'usenet': choose from {KINDS}; no file or folder has that name either."
    )


def test_a_file_of_an_unknown_kind_is_told_with_the_known_ones(place: Path) -> None:
    Path("posts.xlsx").write_text("text")
    assert told_of("posts.xlsx") == f"posts.xlsx is of no known kind: choose from {KINDS}."


@pytest.mark.parametrize("name", ["empty.mbox", "empty.csv", "empty.tsv", "empty.jsonl", "empty.ndjson"])
def test_an_empty_file_holds_no_posts(place: Path, name: str) -> None:
    Path(name).touch()
    assert told_of(name) == f"{name} holds no posts: name a source that does."


def test_a_file_of_which_nothing_can_be_read_is_told_with_the_first_reason(place: Path) -> None:
    Path("posts.jsonl").write_text("{\n[1]\n")
    assert told_of("posts.jsonl") == (
        "posts.jsonl holds no posts that can be read, 2 that cannot: the first is line 1: not JSON."
    )


def test_a_file_that_is_no_parquet_is_told_on_one_line(place: Path) -> None:
    Path("posts.parquet").write_bytes(b"text\n" * 9)
    message = told_of("posts.parquet")
    assert message.startswith("posts.parquet cannot be read as Parquet (Parquet magic bytes not found")
    assert "\n" not in message


def test_a_known_name_is_never_taken_for_a_path(place: Path) -> None:
    Path("sample").mkdir()
    assert read_corpus("sample").source == "sample"
    assert told_of("./sample") == "./sample holds no posts: name a source that does."


def test_a_corpus_is_named_by_its_files_stem_and_says_what_the_user_typed(place: Path) -> None:
    Path("My posts (\N{LATIN SMALL LETTER E WITH ACUTE}t\N{LATIN SMALL LETTER E WITH ACUTE}).CSV").write_text(
        "text\nhi"
    )
    (path,) = place.iterdir()
    corpus = read_corpus(path.name)
    assert (corpus.name, corpus.source) == ("My-posts-ete", path.name)


@pytest.mark.parametrize("stem", ["list.2024", "-_", "\N{CYRILLIC CAPITAL LETTER EN}", "x" * 200])
def test_any_files_name_makes_a_name_for_a_corpus(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.csv"
    path.write_text("text\nhi")
    name = read_corpus(str(path)).name
    assert require_corpus_name(name) == name


NASTY = (
    b"From ,From: ,Subject: ,\n,\n\n,\r\n,From a@b Thu Jan  1 00:00:00 1998\n,Content-Type: ,text/html,--x\n,--x--,"
    b"multipart/mixed; boundary=x\n\n--x\n,message/rfc822,; charset=,Content-Transfer-Encoding: ,base64,utf-7,+2AA-,"
    b"quoted-printable,x-uuencode,begin 644 x\n,=?utf-8?q?,=?x?b?,?=,=ED=A0=80,Message-ID: <,<![,<!DOCTYPE [,&#xD800;,"
    b'{"text": "a",{"text": ["],{"text": "\\ud800"}\n,[,{,},NaN,",;,\t,text;label\n,a,word ,\0,\xe9,\xff\xfe,<style>'
).split(b",")


@pytest.mark.parametrize("name", ["x.mbox", "x.csv", "x.jsonl", "x.parquet", "label/x.eml", "label/x"])
@pytest.mark.parametrize("head", [b"", b"From a@b Thu Jan  1 00:00:00 1998\n", b"text,label,id\n"])
def test_no_bytes_whatever_raise_anything_but_what_the_user_is_told(place: Path, name: str, head: bytes) -> None:
    chance = random.Random(f"{name} {head!r}")
    path = place / "source" / name
    path.parent.mkdir(parents=True)
    source = path if path.suffix in FILES else place / "source"
    for _ in range(100):
        path.write_bytes(head + b"".join(chance.choices([*NASTY, chance.randbytes(3)], k=chance.randrange(40))))
        with suppress(UserError):
            for post in read_corpus(str(source)).posts:
                f"{post.id} {post.newsgroup} {post.subject} {post.text}".encode()
                assert f"{post.id} {post.newsgroup}".isprintable()
                assert post.text.strip()


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
