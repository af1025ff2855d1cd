"""Guessing columns: by what they are called, and otherwise by what is in them."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.corpora.columns import Columns
from ingest.corpora.guessing import Offer, offer_of

REMARKS = ["The tent leaks.", "A fast kettle.", "A warm bag.", "The pan sticks."]
TEAMS = ["all that is for the camp", "cook"] * 2
ROWS = [
    {"nr": str(number), "remark": remark, "team": team, "when": f"2026-01-0{number}"}
    for number, (remark, team) in enumerate(zip(REMARKS, TEAMS, strict=True), 1)
]
NAMES = list(ROWS[0])


def csv_of(folder: Path, separator: str = ",", encoding: str = "utf-8") -> Path:
    path = folder / "reviews.csv"
    lines = [separator.join(NAMES), *(separator.join(row.values()) for row in ROWS)]
    path.write_text("\n".join(lines), encoding=encoding)
    return path


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), (";", "utf-16"), ("\t", "cp1252")])
def test_texts_are_long_and_different_and_labels_the_fewest(tmp_path: Path, separator: str, encoding: str) -> None:
    found = offer_of(csv_of(tmp_path, separator, encoding))

    assert found == Offer(NAMES, Columns(text="remark", label="team"))


def test_json_lines_are_looked_into_likewise(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)))

    assert offer_of(path) == Offer(NAMES, Columns(text="remark", label="team"))


def test_of_parquet_the_first_column_of_texts_is_taken_and_no_value_read(tmp_path: Path) -> None:
    path = tmp_path / "reviews.parquet"
    pq.write_table(pa.table({"nr": [1, 2], "remark": ["a", "b"], "team": ["c", "d"]}), path)

    assert offer_of(path) == Offer(["nr", "remark", "team"], Columns(text="remark"))


def test_what_columns_are_called_counts_more_than_what_is_in_them(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("Body,Notes,Title,Topic\nshort,a very long note on it,one,x\nbrief,another long note,two,y\n")

    found = offer_of(path)
    assert found and found.guess == Columns(text="Body", label="Topic", subject="Title")


@pytest.mark.parametrize("name", ["posts.mbox", "posts.zip", "empty.csv", "empty.jsonl"])
def test_of_what_is_no_table_or_has_no_rows_nothing_is_offered(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")

    assert offer_of(tmp_path / name) is None
