"""Mail: what is read of a message, and where a message begins in a mail box."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ingest.corpora import read_corpus
from ingest.corpora.gathering import Unreadable
from ingest.corpora.mail import Mail, read_mail
from ingest.corpora.markup import text_of_html
from ingest.errors import UserError
from ingest.posts import Corpus, Post

E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"
DAY = b"From ann@rink.example Tue Jan  4 20:17:00 1994\n"


def mail(raw: bytes) -> Mail:
    read = read_mail(raw, "17.eml")
    assert isinstance(read, Mail)
    return read


def body(raw: bytes) -> str:
    return mail(raw).text.partition("\n\n")[2]


def box(folder: Path, *parts: bytes) -> Corpus:
    path = folder / "rink.mbox"
    path.write_bytes(b"".join(parts))
    return read_corpus(str(path))


def bodies(corpus: Corpus) -> list[str]:
    return [post.text.partition("\n\n")[2] for post in corpus.posts]


class TestMessage:
    def test_its_text_is_the_headers_that_say_something_an_empty_line_and_the_body(self) -> None:
        raw = b"Subject: goal\nDate: today\nOrganization: Rink\nFrom: ann@rink.example (Ann)\n\nhi\n"
        assert mail(raw).text == "From: ann@rink.example (Ann)\nSubject: goal\nOrganization: Rink\n\nhi\n"

    def test_without_a_subject_it_has_an_empty_one(self) -> None:
        assert mail(b"From: ann@rink.example\n\nbody").subject == ""

    def test_with_windows_line_ends_it_is_the_same(self) -> None:
        raw = b"From: ann@rink.example\nSubject: goal\n\none\n\ntwo\n"
        assert mail(raw.replace(b"\n", b"\r\n")) == mail(raw)

    def test_with_an_empty_body_it_is_its_headers(self) -> None:
        assert mail(b"Subject: goal\n\n").text == "Subject: goal\n\n"

    def test_with_neither_subject_nor_body_it_is_unreadable(self) -> None:
        assert read_mail(b"From: ann@rink.example\n\n \n", "17.eml") == Unreadable("17.eml", "no text in it")

    def test_nested_deeper_than_can_be_parsed_it_is_unreadable(self) -> None:
        levels = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) for level in range(2_000))
        assert read_mail(b"".join(levels), "17.eml") == Unreadable(
            "17.eml", "no mail that can be parsed (RecursionError)"
        )


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"a long\n\tstory", "a long story"),
        (b"=?utf-8?q?caf=C3=A9?=", f"caf{E_ACUTE}"),
        (b"=?utf-8?b?Y2Fm?= =?iso-8859-1?q?=E9?=", f"caf{E_ACUTE}"),
        (b"=?nowhere?q?caf?= open", "caf open"),
        (b"=?utf-8?b?!!?=", "=?utf-8?b?!!?="),
        (b"caf\xc3\xa9", f"caf{E_ACUTE}"),
        (b"caf\xe9", f"caf{E_ACUTE}"),
    ],
)
def test_a_subject_is_unfolded_and_decoded(raw: bytes, subject: str) -> None:
    assert mail(b"Subject: " + raw + b"\n\nbody").subject == subject


@pytest.mark.parametrize("sender", ['"Ann', "<>", "@", "ann@rink.example (Ann), , <", "[", "a:b;c"])
def test_a_malformed_address_is_left_as_it_is(sender: str) -> None:
    assert mail(f"From: {sender}\nMessage-ID: [\n\nbody".encode()).text == f"From: {sender}\n\nbody"


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("iso-8859-1", b"caf\xe9"),
        ("utf-8", b"caf\xc3\xa9"),
        ("nowhere", b"caf\xc3\xa9"),
        ("us-ascii", b"caf\xe9"),
        ("utf-8", b"caf\xe9"),
        ('""', b"caf\xc3\xa9"),
        ("base64", b"caf\xc3\xa9"),
    ],
)
def test_a_body_is_decoded_by_its_character_set_or_by_one_that_fits(charset: str, raw: bytes) -> None:
    assert body(f"Subject: x\nContent-Type: text/plain; charset={charset}\n\n".encode() + raw) == f"caf{E_ACUTE}"


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        (b"quoted-printable", b"caf=C3=A9, a long l=\nine"),
        (b"base64", base64.encodebytes(f"caf{E_ACUTE}, a long line".encode())),
        (b"nowhere", f"caf{E_ACUTE}, a long line".encode()),
    ],
)
def test_a_body_is_decoded_from_its_transfer_encoding(encoding: bytes, raw: bytes) -> None:
    assert body(b"Subject: x\nContent-Transfer-Encoding: " + encoding + b"\n\n" + raw) == f"caf{E_ACUTE}, a long line"


def multipart(kind: bytes, *parts: bytes) -> bytes:
    inner = b"".join(b"--" + kind + b"\n" + part + b"\n" for part in parts)
    return b"Subject: x\nContent-Type: multipart/" + kind + b"; boundary=" + kind + b"\n\n" + inner


PLAIN = b"Content-Type: text/plain\n\nplain"
HTML = b"Content-Type: text/html\n\n<p>rich</p>"
ATTACHED = b"Content-Type: text/plain\nContent-Disposition: attachment\n\nattached"
NAMED = b"Content-Type: text/plain; name=notes.txt\n\nnamed"
PICTURE = b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (multipart(b"alternative", PLAIN, HTML), "plain"),
        (multipart(b"alternative", HTML, PLAIN), "plain"),
        (multipart(b"alternative", HTML), "rich"),
        (multipart(b"alternative", b"Content-Type: text/plain\n\n ", HTML), "rich"),
        (multipart(b"mixed", PLAIN, ATTACHED, NAMED, PICTURE), "plain"),
        (multipart(b"mixed", PLAIN, PICTURE, PLAIN), "plain\nplain"),
        (multipart(b"mixed", multipart(b"alternative", PLAIN, HTML), PICTURE), "plain"),
        (
            multipart(b"mixed", PLAIN, b"Content-Type: message/rfc822\n\nSubject: inner\n\nforwarded"),
            "plain\nforwarded",
        ),
        (b"Subject: x\nContent-Type: multipart/mixed; boundary=cut\n\nno part at all", "no part at all"),
        (multipart(b"mixed", PICTURE), ""),
    ],
)
def test_of_many_parts_the_plain_ones_are_read_or_else_the_html(raw: bytes, text: str) -> None:
    assert body(raw) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two <b>three</b></p>", "one\n\ntwo three"),
        ("one<br>two<div>three</div>four", "one\ntwo\nthree\nfour"),
        ("a\n  folded\tline", "a folded line"),
        ("<pre>first\nsecond</pre>", "first\nsecond"),
        ("<style>p {}</style><script>if (a < b) run()</script>seen<!-- not -->", "seen"),
        ("<html><head><title>not</title><body>seen", "seen"),
        ("caf&eacute; &amp; &#x41; &lt;b&gt;", f"caf{E_ACUTE} & A <b>"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("2 < 3 & 4", "2 < 3 & 4"),
        ("<![oops", "<![oops"),
    ],
)
def test_html_is_read_as_it_is_seen(html: str, text: str) -> None:
    assert text_of_html(html) == text


class TestMailBox:
    def test_a_post_is_named_by_the_boxs_name_and_the_message_id(self, tmp_path: Path) -> None:
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
    def test_a_sentence_that_begins_with_from_begins_no_message(self, tmp_path: Path, line: bytes) -> None:
        corpus = box(tmp_path, DAY, b"Subject: goal\n\nbefore\n\n", line, b"\nafter\n")
        assert bodies(corpus) == [f"before\n\n{line.decode().lstrip('>')}\nafter\n"]

    def test_a_message_begins_after_an_empty_line_alone(self, tmp_path: Path) -> None:
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
    def test_a_message_begins_as_any_of_the_usual_programs_writes_it(self, tmp_path: Path, separator: bytes) -> None:
        one = separator + b"\nSubject: goal\n\nhi\n"
        assert bodies(box(tmp_path, one, b"\n", one)) == ["hi\n", "hi\n"]

    def test_windows_line_ends_make_no_difference(self, tmp_path: Path) -> None:
        parts = [DAY, b"Subject: goal\n\nhi\n\n", DAY, b"Subject: puck\n\nho\n"]
        assert box(tmp_path, *(part.replace(b"\n", b"\r\n") for part in parts)) == box(tmp_path, *parts)

    def test_an_escaped_from_is_read_as_it_was_written(self, tmp_path: Path) -> None:
        assert bodies(box(tmp_path, DAY, b"Subject: goal\n\n>From me\n>>From you\n")) == ["From me\n>From you\n"]

    def test_the_same_message_twice_is_one_post(self, tmp_path: Path) -> None:
        message = DAY + b"Subject: goal\nMessage-ID: <1@rink>\n\nhi\n\n"
        corpus = box(tmp_path, message, message)
        assert ([post.id for post in corpus.posts], corpus.n_duplicates) == (["rink/1@rink"], 1)

    def test_other_messages_of_the_same_id_are_numbered(self, tmp_path: Path) -> None:
        messages = [DAY + b"Message-ID: <1@rink>\n\n" + text + b"\n\n" for text in (b"hi", b"ho", b"hi", b"he")]
        corpus = box(tmp_path, *messages)
        assert [post.id for post in corpus.posts] == ["rink/1@rink", "rink/1@rink#2", "rink/1@rink#3"]
        assert corpus.n_duplicates == 1

    def test_a_message_with_nothing_in_it_is_named_by_its_place(self, tmp_path: Path) -> None:
        corpus = box(tmp_path, DAY, b"Subject: goal\n\nhi\n\n", DAY, b"From: ann@rink.example\n\n\n")
        assert (len(corpus.posts), corpus.unreadable) == (1, ["message 2: no text in it"])

    def test_a_file_of_something_else_is_no_mail_box(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"rink\.mbox is no mail box: it does not begin with"):
            box(tmp_path, b"Subject: goal\n\nhi\n")
