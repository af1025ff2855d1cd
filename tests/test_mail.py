"""Mail: what is read of a message, whatever its headers, character sets and parts."""

from __future__ import annotations

import base64

import pytest

from ingest.corpora.gathering import Unreadable
from ingest.corpora.mail import Mail, read_mail

E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"


def mail(raw: bytes) -> Mail:
    read = read_mail(raw, "17.eml")
    assert isinstance(read, Mail)
    return read


def body(raw: bytes) -> str:
    return mail(raw).text.partition("\n\n")[2]


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

    @pytest.mark.parametrize("word", ["goal ", "=?x ", "=?utf-8?q?goal?= "])
    def test_with_a_subject_of_a_million_characters_it_has_the_first_of_them(self, word: str) -> None:
        long, short = (mail(f"Subject: {(word * 200_000)[:length]}\n\nhi".encode()) for length in (1_000_000, 2_000))
        assert long == short

    @pytest.mark.parametrize("header", ["Content-Type: text/plain", "Content-Disposition: inline"])
    def test_with_a_parameter_of_a_million_characters_it_is_read_in_no_time(self, header: str) -> None:
        semicolons = ";" * 1_000_000
        assert body(f'Subject: goal\n{header}; note="{semicolons}"\n\nhi'.encode()) == "hi"


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
