"""Where posts come from: what is a source, what its corpus is called, and what is told of what is none."""

from __future__ import annotations

import json
import os
import random
from contextlib import suppress
from pathlib import Path

import pytest

from ingest.corpora import FILES, TABLES, name_of, read_corpus
from ingest.corpora.columns import Columns
from ingest.errors import UserError
from ingest.order import Order, select_posts
from ingest.store.manifest import require_corpus_name

OWN = "pain (left knee) where f(x) ends: ask ann@moon.example"
KINDS = "auto, 20newsgroups, sample, a folder, .mbox, .csv, .tsv, .jsonl, .ndjson, .parquet"


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
    assert message.startswith("posts.parquet cannot be read as Parquet (ArrowInvalid: Parquet magic bytes not found")
    assert "\n" not in message


@pytest.mark.parametrize(
    "name", ["usenet", "posts.xlsx", "~nobody-has-this-name/posts.csv", "x" * 300, "\0", "pipe.csv"]
)
def test_what_is_no_source_is_told_when_its_name_is_asked_for_as_when_it_is_read(place: Path, name: str) -> None:
    Path("posts.xlsx").write_text("text")
    os.mkfifo("pipe.csv")
    with pytest.raises(UserError) as caught:
        name_of(name)
    assert str(caught.value) == told_of(name)


@pytest.mark.parametrize("source", ["sample", "My posts", "my.posts.csv", "~/my.posts.csv", "~"])
def test_a_source_has_the_name_that_it_is_read_by(place: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    monkeypatch.setenv("HOME", str(place / "My posts"))
    for path in (place / "my.posts.csv", place / "My posts" / "my.posts.csv"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("text\nhi")
    expected = {"sample": "sample", "My posts": "My-posts", "~": "My-posts"}
    assert name_of(source) == read_corpus(source).name == expected.get(source, "my-posts")


@pytest.mark.parametrize("source", ["sample", "20newsgroups", "folder", "posts.mbox"])
def test_columns_of_what_is_no_table_are_refused(place: Path, source: str) -> None:
    Path("folder").mkdir()
    Path("posts.mbox").touch()
    with pytest.raises(UserError) as caught:
        read_corpus(source, Columns(text="words", id="key"))
    assert str(caught.value) == (
        f"{source} is no table, so that no column can be chosen: leave out --text-column, --id-column."
    )


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


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("posts.csv", f"text\n{OWN}\n"),
        ("posts.jsonl", json.dumps({"text": OWN})),
        ("posts.mbox", f"From ann@moon.example Tue Jan  4 20:17:00 1994\nSubject: knee\n\n{OWN}\n"),
        ("posts/knee/1.txt", OWN),
        ("posts/knee/1.eml", f"Subject: knee\n\n{OWN}"),
    ],
)
def test_nothing_is_dropped_from_posts_of_ones_own(place: Path, name: str, content: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(content)
    corpus = read_corpus(name.split("/")[0])
    (post,) = select_posts(corpus, Order()).posts
    assert post.text.rstrip("\n") in (OWN, f"Subject: knee\n\n{OWN}")


def test_the_sample_is_cleaned_as_the_tutorials_clean_theirs() -> None:
    sample = select_posts(read_corpus("sample"), Order()).posts
    assert not [post.id for post in sample if "From: " in post.text or "@" in post.text.partition("\n\n")[0]]


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
    source = path if path.suffix in [*FILES, *TABLES] else place / "source"
    for _ in range(100):
        path.write_bytes(head + b"".join(chance.choices([*NASTY, chance.randbytes(3)], k=chance.randrange(40))))
        with suppress(UserError):
            for post in read_corpus(str(source)).posts:
                f"{post.id} {post.newsgroup} {post.subject} {post.text}".encode()
                assert f"{post.id} {post.newsgroup}".isprintable()
                assert post.text.strip()
