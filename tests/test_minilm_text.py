"""Posts as MiniLM is given them: titles set apart, headers left out, and nothing else."""

from __future__ import annotations

import pytest

from ingest.embedders.minilm_text import title_of, titled

HEADERS = " Re: Slipping launches\nOrganization: Cape Canaveral\nLines: 2"


def body_of(sent: str) -> str:
    return sent.partition("\x1e")[2]


@pytest.mark.parametrize(
    "subject", ["Slipping launches", "Re: Slipping launches", "RE: re[2]: Slipping launches ", "Fwd: Slipping launches"]
)
def test_answers_have_the_title_of_their_question(subject: str) -> None:
    assert title_of(titled("It rains.", subject)).strip() == "Slipping launches"


def test_the_body_follows_the_title() -> None:
    assert titled("It rains.", "Slipping launches") == "Slipping launches\n\x1eIt rains."


def test_the_headers_of_a_mail_are_left_out() -> None:
    assert body_of(titled(f"{HEADERS}\n\nIt rains.\n\nStill.", "Slipping launches")) == "It rains.\n\nStill."


@pytest.mark.parametrize("headers", ["Daily verse\nLines: 12", "Lines: 12\nX-Reader: TIN\n  [version 1.2]", "Lines: 2"])
def test_headers_of_other_names_and_over_several_lines_are_left_out(headers: str) -> None:
    assert body_of(titled(f"{headers}\n\nIt rains.", "Slipping launches")) == "It rains."


def test_a_paragraph_that_begins_like_a_header_is_kept() -> None:
    text = "Organization: rain is reported\nin many places.\n\nMore rain."
    assert body_of(titled(text, "Slipping launches")) == text


def test_a_mark_in_a_text_without_a_subject_ends_no_title() -> None:
    assert title_of(titled("It\x1erains.", "")) == ""


@pytest.mark.parametrize("text", ["Rain.\n\nIt rains.", "The main lines: rain.\n\nMore rain.", HEADERS])
def test_a_text_that_is_no_mail_with_a_body_is_kept_whole(text: str) -> None:
    assert body_of(titled(text, "Slipping launches")) == text


@pytest.mark.parametrize("subject", ["", "Re: ", "  "])
def test_a_text_without_a_subject_stays_as_it_is(subject: str) -> None:
    text = f"{HEADERS}\n\nIt rains."

    assert titled(text, subject) == text
    assert title_of(text) == ""


def test_a_mark_in_the_subject_ends_no_title() -> None:
    assert title_of(titled("It rains.", "Slipping\x1elaunches")).strip() == "Slipping launches"
