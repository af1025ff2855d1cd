"""Folders of posts: labels from sub-folders, mails among the files, and what cannot be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest.corpora import read_corpus
from ingest.errors import UserError
from ingest.posts import Corpus, Post

E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"
MAIL = b"From: ann@rink.example\nSubject: goal\nLines: 1\n\nhi\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one post, ``rink/1``."""
    root = tmp_path / "my posts"
    write(root / "rink" / "1", b"hi")
    return root


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def read(root: Path) -> Corpus:
    return read_corpus(str(root))


def ids(root: Path) -> list[str]:
    return [post.id for post in read(root).posts]


def test_a_file_is_a_post_and_its_folder_the_label(root: Path) -> None:
    assert read(root) == Corpus("my-posts", str(root), [Post("rink/1", "rink", "", "", "hi")])


def test_posts_are_in_order_of_label_and_number(root: Path) -> None:
    for name in ("rink/10", "rink/9", "rink/b2.txt", "rink/b10.txt", "arena/3"):
        write(root / name, b"ho")
    assert ids(root) == ["arena/3", "rink/1", "rink/9", "rink/10", "rink/b2.txt", "rink/b10.txt"]


def test_files_in_deeper_folders_belong_to_the_label(root: Path) -> None:
    write(root / "rink" / "1994" / "jan" / "2", b"ho")
    assert read(root).posts[1] == Post("rink/1994/jan/2", "rink", "", "", "ho")


def test_a_folder_with_files_alone_is_itself_the_label(root: Path) -> None:
    assert read(root / "rink") == Corpus("rink", str(root / "rink"), [Post("rink/1", "rink", "", "", "hi")])


def test_the_folder_one_is_in_has_its_own_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root / "rink")
    corpus = read_corpus(".")
    assert (corpus.name, corpus.source, corpus.posts[0].id) == ("rink", ".", "rink/1")


def test_a_file_beside_the_labels_folders_is_named(root: Path) -> None:
    write(root / "README.txt", b"about")
    assert (ids(root), read(root).unreadable) == (["rink/1"], ["README.txt: in no label's folder"])


def test_folders_train_and_test_are_subsets(tmp_path: Path) -> None:
    write(tmp_path / "train" / "rink" / "1", b"hi")
    write(tmp_path / "test" / "rink" / "1", b"ho")
    assert read(tmp_path).posts == [
        Post("test/rink/1", "rink", "test", "", "ho"),
        Post("train/rink/1", "rink", "train", "", "hi"),
    ]


def test_a_folder_named_test_among_other_labels_is_a_label(root: Path) -> None:
    write(root / "test" / "deep" / "1", b"ho")
    assert read(root).posts[1] == Post("test/deep/1", "test", "", "", "ho")


def test_hidden_files_and_folders_are_passed_over(root: Path) -> None:
    write(root / ".DS_Store", b"\0")
    write(root / "rink" / ".1.swp", b"\0")
    write(root / ".git" / "config", b"ho")
    assert (ids(root), read(root).unreadable) == (["rink/1"], [])


@pytest.mark.parametrize("name", ["2.eml", "2", "2.txt"])
def test_a_mail_gets_its_subject_and_its_text_from_its_headers(root: Path, name: str) -> None:
    write(root / "rink" / name, MAIL)
    text = "From: ann@rink.example\nSubject: goal\n\nhi\n"
    assert read(root).posts[1] == Post(f"rink/{name}", "rink", "", "goal", text)


@pytest.mark.parametrize(
    "content",
    [b"Subject: goal", b"Title: goal\n\nhi", b"To do:\n\nSubject: goal\n\nhi", b"Subject: goal\nmilk and eggs\n\nhi"],
)
def test_a_file_that_does_not_begin_with_a_mails_headers_is_left_as_it_is(root: Path, content: bytes) -> None:
    write(root / "rink" / "2", content)
    assert read(root).posts[1] == Post("rink/2", "rink", "", "", content.decode())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("2", b"", "no text in it"),
        ("2", b" \n", "no text in it"),
        ("2.png", b"\x89PNG\0\0", "binary, not text"),
        ("2.eml", b"Date: today\n\n", "no text in it"),
        ("deep/2.eml", b"", "no text in it"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(root: Path, name: str, content: bytes, reason: str) -> None:
    write(root / "rink" / name, content)
    assert (ids(root), read(root).unreadable) == (["rink/1"], [f"rink/{name}: {reason}"])


def test_what_is_no_file_is_named_and_never_waited_for(root: Path) -> None:
    (root / "rink" / "2").symlink_to("nowhere")
    os.mkfifo(root / "rink" / "3")
    assert read(root).unreadable == ["rink/2: not a file", "rink/3: not a file"]


def test_a_folder_that_may_not_be_read_is_named(root: Path) -> None:
    locked = root / "rink" / "locked"
    locked.mkdir()
    locked.chmod(0)
    expected = [] if os.access(locked, os.R_OK) else ["rink/locked: Permission denied"]
    assert read(root).unreadable == expected


def test_links_are_followed_and_loops_are_harmless(root: Path, tmp_path: Path) -> None:
    write(tmp_path / "elsewhere" / "2", b"ho")
    (root / "arena").symlink_to(tmp_path / "elsewhere")
    (root / "rink" / "up").symlink_to(root)
    (root / "rink" / "self").symlink_to("self")
    assert ids(root) == ["arena/2", "rink/1"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_the_encoding_is_found(root: Path, encoding: str) -> None:
    write(root / "rink" / "2", f"caf{E_ACUTE}\r\n".encode(encoding))
    assert read(root).posts[1].text == f"caf{E_ACUTE}\n"


def test_a_files_name_that_is_no_text_makes_a_printable_id(root: Path) -> None:
    write(root / "rink" / os.fsdecode(b"2\xff\n"), b"ho")
    assert ids(root)[1] == "rink/2\N{REPLACEMENT CHARACTER}"


def test_a_folder_without_a_post_is_told(tmp_path: Path) -> None:
    (tmp_path / "rink").mkdir()
    with pytest.raises(UserError, match="holds no posts: name a source that does"):
        read(tmp_path)
