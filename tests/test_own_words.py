"""Own words: headers and quotes are left out, and nothing that the author says."""

from __future__ import annotations

import pytest

from explorer.own_words import own_words


def test_headers_and_quotes_are_left_out() -> None:
    text = "ann\nOrganization: Moon Base\nLines: 2\n\nBob writes:\n> It rains.\nIt snows."

    assert own_words(text) == "It snows."


def test_the_first_paragraph_of_a_text_without_headers_is_kept() -> None:
    assert own_words("It rains.\n\nIt snows.", "Weather") == "It rains.\n\nIt snows."


@pytest.mark.parametrize("first", [" Weather today", "Ann Rink <>Weather today "])
def test_a_line_that_cleaning_has_left_of_sender_and_subject_is_left_out(first: str) -> None:
    assert own_words(f"{first}\n\nIt snows.", "Weather (and rain) today") == "It snows."


def test_a_text_that_is_all_quotes_is_kept() -> None:
    assert own_words("> It rains.", "Weather") == "> It rains."
