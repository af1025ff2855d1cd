"""Batching: as much in a batch as it may hold, nothing lost, and order kept or nearly so."""

from __future__ import annotations

import pytest

from ingest.embedders.batching import BatchCapacity, batch_by_length, batch_in_order, pages

ANY = 10**9


class TestInOrder:
    def test_a_batch_has_as_many_texts_as_it_may(self) -> None:
        assert list(batch_in_order(["a", "b", "c", "d", "e"], BatchCapacity(2, ANY))) == [
            ["a", "b"],
            ["c", "d"],
            ["e"],
        ]

    def test_a_batch_has_as_many_tokens_as_it_may(self) -> None:
        two_tokens = "12345678"

        assert list(batch_in_order([two_tokens] * 3, BatchCapacity(ANY, ANY, 4))) == [[two_tokens] * 2, [two_tokens]]

    @pytest.mark.parametrize(
        ("character", "n_bytes"), [("a", 1), ("\n", 2), ('"', 2), ("é", 6), ("\x01", 6), ("\N{ROCKET}", 12)]
    )
    def test_bytes_are_counted_as_json_writes_them(self, character: str, n_bytes: int) -> None:
        text = character * 10
        two_quoted = 2 * (10 * n_bytes + 2)

        assert list(batch_in_order([text] * 2, BatchCapacity(ANY, two_quoted))) == [[text, text]]
        assert list(batch_in_order([text] * 2, BatchCapacity(ANY, two_quoted - 1))) == [[text], [text]]

    def test_a_text_that_is_more_than_a_batch_may_hold_is_one_by_itself(self) -> None:
        huge = "x" * 100

        assert list(batch_in_order(["a", huge, "b"], BatchCapacity(ANY, 50))) == [["a"], [huge], ["b"]]
        assert list(batch_in_order(["a", huge, "b"], BatchCapacity(ANY, ANY, 5))) == [["a"], [huge], ["b"]]

    def test_no_texts_are_no_batches(self) -> None:
        assert list(batch_in_order([], BatchCapacity(2, ANY))) == []


class TestByLength:
    def test_texts_of_like_length_are_together(self) -> None:
        assert list(batch_by_length(["aaaa", "b", "cccc", "d"], 2)) == [["b", "d"], ["aaaa", "cccc"]]

    def test_none_is_lost(self) -> None:
        texts = ["x" * (number * 7 % 50) for number in range(100)]

        assert sorted(text for batch in batch_by_length(texts, 8) for text in batch) == sorted(texts)


class TestPages:
    def test_they_keep_the_order_and_the_last_has_the_rest(self) -> None:
        assert list(pages("abcde", 2)) == [["a", "b"], ["c", "d"], ["e"]]

    def test_no_texts_are_no_pages(self) -> None:
        assert list(pages([])) == []
