"""Tokens, estimated by bytes."""

from __future__ import annotations

import pytest

from ingest.embedders.tokens import estimate_tokens, size_of, total_tokens


@pytest.mark.parametrize(("text", "n_tokens"), [("", 0), ("a", 1), ("four", 1), ("fives", 2), ("x" * 8_192, 2_048)])
def test_four_bytes_are_a_token_and_a_part_of_four_is_one_too(text: str, n_tokens: int) -> None:
    assert estimate_tokens(text) == n_tokens


@pytest.mark.parametrize(("text", "n_bytes"), [("é", 2), ("語", 3), ("\N{ROCKET}", 4), ("\ud800", 3)])
def test_bytes_are_those_of_utf_8_also_of_what_it_cannot_write(text: str, n_bytes: int) -> None:
    assert size_of(text) == n_bytes


def test_each_text_is_rounded_up_by_itself() -> None:
    assert total_tokens(["a", "fives"]) == 3
