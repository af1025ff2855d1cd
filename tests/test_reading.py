"""Readings: what was said of a collection is kept, and is whole at any time, however many keep it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ingest.store import Reading
from ingest.store.reading import Readings

SAID = Reading("notes", label="topic", embedder="gemini", model="gemini-embedding-001")
LEFT_OUT = frozenset(f"id {number}" for number in range(5_000))


def test_of_a_collection_nobody_has_spoken_of_nothing_is_known(tmp_path: Path) -> None:
    readings = Readings(tmp_path / "derived")
    assert readings.of("notes") == Reading("notes")
    assert readings.left_out("notes", "0123") is None


def test_what_is_said_is_kept_for_that_collection(tmp_path: Path) -> None:
    Readings(tmp_path / "derived").keep(SAID)
    assert Readings(tmp_path / "derived").of("notes") == SAID
    assert Readings(tmp_path / "derived").of("others") == Reading("others")


def test_what_is_said_now_goes_before_what_was_said_earlier() -> None:
    assert Reading("notes", label="year").said_over(SAID) == Reading("notes", "year", SAID.embedder, SAID.model)
    assert Reading("notes", embedder="minilm").said_over(SAID) == Reading("notes", "topic", "minilm", "")


def test_what_was_found_unusable_is_kept_for_as_long_as_the_records_are_the_same(tmp_path: Path) -> None:
    readings = Readings(tmp_path)
    readings.keep_left_out("notes", "0123", frozenset({"b", "a"}))
    assert readings.left_out("notes", "0123") == {"a", "b"}
    assert readings.left_out("notes", "4567") is None


def test_whoever_reads_while_several_write_reads_the_whole(tmp_path: Path) -> None:
    readings = Readings(tmp_path)

    def keep(_: int) -> None:
        readings.keep_left_out("notes", "0123", LEFT_OUT)

    keep(0)
    with ThreadPoolExecutor(2) as writers:
        writing = [writers.submit(keep, number) for number in range(40)]
        found = []
        while not all(future.done() for future in writing):
            found.append(readings.left_out("notes", "0123"))
    assert found and set(found) == {LEFT_OUT}
    assert len(list(tmp_path.iterdir())) == 1
