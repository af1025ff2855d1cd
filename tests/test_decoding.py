"""Decoding: bytes and names from anywhere as text that can be stored and shown."""

from __future__ import annotations

from ingest.corpora.decoding import decode, listed


def test_a_declared_encoding_is_tried_first() -> None:
    assert decode(b"\xe4\xee", "koi8-r") == "\N{CYRILLIC CAPITAL LETTER DE}\N{CYRILLIC CAPITAL LETTER EN}"


def test_an_encoding_of_domain_names_is_none_of_texts() -> None:
    assert decode(b"Mnchen-3ya", "punycode") == "Mnchen-3ya"


def test_names_are_listed_with_a_comma_between_them() -> None:
    assert listed(["rink", "arena"]) == "rink, arena"


def test_of_very_many_names_the_first_are_listed() -> None:
    names = [str(number) for number in range(1_000)]
    assert listed(names) == f"{', '.join(names[:30])}, ..."


def test_a_name_is_listed_on_one_line_and_cut_short() -> None:
    assert listed([f"a\nb\x1b{'c' * 100}"]) == f"a b\N{REPLACEMENT CHARACTER}{'c' * 36}"
