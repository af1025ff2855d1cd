"""Mail boxes: where a message begins in one, and what a post made of it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.corpora import read_corpus
from ingest.errors import UserError
from ingest.posts import Corpus, Post

DAY = b"From ann@rink.example Tue Jan  4 20:17:00 1994\n"


def box(folder: Path, *parts: bytes) -> Corpus:
    path = folder / "rink.mbox"
    path.write_bytes(b"".join(parts))
    return read_corpus(str(path))


def bodies(corpus: Corpus) -> list[str]:
    return [post.text.partition("\n\n")[2] for post in corpus.posts]


def test_a_post_is_named_by_the_boxs_name_and_the_message_id(tmp_path: Path) -> None:
    corpus = box(tmp_path, DAY, b"Subject: goal\nMessage-ID: <1@rink>\n\nhi\n\n", DAY, b"Subject: puck\n\nho\n")
    assert corpus == Corpus(
        "rink",
        str(tmp_path / "rink.mbox"),
        [
            Post("rink/1@rink", "rink", "", "goal", "Subject: goal\n\nhi\n"),
            Post("rink/2", "rink", "", "puck", "Subject: puck\n\nho\n"),
        ],
    )


@pytest.mark.parametrize(
    "line",
    [
        b"From here on it is downhill.",
        b"From 10:30 on we skate.",
        b"From the season of 1994",
        b">From the season of 1994",
        b"From ann@rink.example Tue Jan  4 20:17:00 1994",
    ],
)
def test_a_sentence_that_begins_with_from_begins_no_message(tmp_path: Path, line: bytes) -> None:
    corpus = box(tmp_path, DAY, b"Subject: goal\n\nbefore\n\n", line, b"\nafter\n")
    assert bodies(corpus) == [f"before\n\n{line.decode().lstrip('>')}\nafter\n"]


def test_a_message_begins_after_an_empty_line_alone(tmp_path: Path) -> None:
    corpus = box(tmp_path, DAY, b"Subject: goal\n\nquote:\n", DAY, b"Subject: puck\n")
    assert bodies(corpus) == [f"quote:\n{DAY.decode()}Subject: puck\n"]


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Tue Jan 04 20:17:00 1994",
        b"From MAILER-DAEMON Tue Jan  4 20:17:00 1994",
        b"From ann at rink.example  Tue Jan  4 20:17:00 1994",
        b"From 1721@xxx Tue Jan 04 20:17:00 +0000 1994",
        b"From ann@rink.example Tue, 4 Jan 1994 20:17 MET",
        b"From ann@rink.example 4 January 1994",
    ],
)
def test_a_message_begins_as_any_of_the_usual_programs_writes_it(tmp_path: Path, separator: bytes) -> None:
    one = separator + b"\nSubject: goal\n\nhi\n"
    assert bodies(box(tmp_path, one, b"\n", one)) == ["hi\n", "hi\n"]


def test_windows_line_ends_make_no_difference(tmp_path: Path) -> None:
    parts = [DAY, b"Subject: goal\n\nhi\n\n", DAY, b"Subject: puck\n\nho\n"]
    assert box(tmp_path, *(part.replace(b"\n", b"\r\n") for part in parts)) == box(tmp_path, *parts)


def test_an_escaped_from_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert bodies(box(tmp_path, DAY, b"Subject: goal\n\n>From me\n>>From you\n")) == ["From me\n>From you\n"]


def test_the_same_message_twice_is_one_post(tmp_path: Path) -> None:
    message = DAY + b"Subject: goal\nMessage-ID: <1@rink>\n\nhi\n\n"
    corpus = box(tmp_path, message, message)
    assert ([post.id for post in corpus.posts], corpus.n_duplicates) == (["rink/1@rink"], 1)


def test_other_messages_of_the_same_id_are_numbered(tmp_path: Path) -> None:
    messages = [DAY + b"Message-ID: <1@rink>\n\n" + text + b"\n\n" for text in (b"hi", b"ho", b"hi", b"he")]
    corpus = box(tmp_path, *messages)
    assert [post.id for post in corpus.posts] == ["rink/1@rink", "rink/1@rink#2", "rink/1@rink#3"]
    assert corpus.n_duplicates == 1


def test_a_message_with_nothing_in_it_is_named_by_its_place(tmp_path: Path) -> None:
    corpus = box(tmp_path, DAY, b"Subject: goal\n\nhi\n\n", DAY, b"From: ann@rink.example\n\n\n")
    assert (len(corpus.posts), corpus.unreadable) == (1, ["message 2: no text in it"])


def test_a_file_of_something_else_is_no_mail_box(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"rink\.mbox is no mail box: it does not begin with"):
        box(tmp_path, b"Subject: goal\n\nhi\n")
