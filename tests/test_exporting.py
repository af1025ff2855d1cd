"""Exporting: what is written is what is read again, whatever the posts hold."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from errno import ENOSPC
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from explorer.exporting import WRITERS, posts_table, require_writer, write
from explorer.writing import writing
from ingest.errors import UserError
from ingest.posts import Post

HOSTILE = [
    "plain",
    "",
    'say "hi", she said',
    "one\ntwo\r\nthree\rfour\n",
    "NUL \x00, bell \x07, escape \x1b[31m, delete \x7f",
    '=HYPERLINK("http://example.org")',
    "+1, -1, @SUM(A1)",
    "<script>alert(1)</script> ${x} {{y}}",
    "right to left \u202e override, line \u2028 paragraph \u2029",
    "орбита 軌道 🚀",
    "NaN",
    "null",
    " 007 ",
]


def make_posts(*texts: str) -> list[Post]:
    return [Post(f"train/{number}", "sci.space", "train", text, text) for number, text in enumerate(texts)]


def read_csv(path: Path) -> list[dict[str, Any]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def read_parquet(path: Path) -> list[dict[str, Any]]:
    columns = pd.read_parquet(path).to_dict("list")
    return [dict(zip(map(str, columns), row, strict=True)) for row in zip(*columns.values(), strict=True)]


READERS: dict[str, Callable[[Path], list[dict[str, Any]]]] = {
    ".csv": read_csv,
    ".jsonl": read_jsonl,
    ".parquet": read_parquet,
}
every_format = pytest.mark.parametrize("ending", READERS)


def written_and_read(tmp_path: Path, ending: str, table: pd.DataFrame) -> list[dict[str, Any]]:
    path = tmp_path / f"posts{ending}"
    write(table, path)
    return READERS[ending](path)


def test_every_format_that_is_written_is_tested_here() -> None:
    assert list(WRITERS) == list(READERS)


@every_format
def test_hostile_texts_are_read_again_as_they_were(tmp_path: Path, ending: str) -> None:
    posts = make_posts(*HOSTILE)

    rows = written_and_read(tmp_path, ending, posts_table(posts, np.arange(len(posts))))

    assert [row["text"] for row in rows] == [row["subject"] for row in rows] == HOSTILE


@every_format
def test_lone_surrogates_which_no_file_can_hold_are_replaced(tmp_path: Path, ending: str) -> None:
    (row,) = written_and_read(tmp_path, ending, posts_table(make_posts("a\ud800b"), np.array([0])))

    assert row["text"] == "a?b"


@every_format
def test_a_row_has_its_posts_texts_and_its_figures(tmp_path: Path, ending: str) -> None:
    post = Post("test/1", "sci.med", "test", "Re: aspirin", "Take one.")
    table = posts_table([post], np.array([0]), x=np.array([0.5], np.float32), cluster=np.array([3], np.int32))

    (row,) = written_and_read(tmp_path, ending, table)

    assert {name: str(value) for name, value in row.items()} == {
        "id": "test/1",
        "newsgroup": "sci.med",
        "subset": "test",
        "subject": "Re: aspirin",
        "text": "Take one.",
        "x": "0.5",
        "cluster": "3",
    }


@every_format
def test_a_figure_keeps_its_precision(tmp_path: Path, ending: str) -> None:
    figure = np.array([0.1234567], np.float32)

    (row,) = written_and_read(tmp_path, ending, posts_table(make_posts("a"), np.array([0]), similarity=figure))

    assert np.float32(row["similarity"]) == figure[0]


@pytest.mark.parametrize(("ending", "nothing"), [(".csv", ""), (".jsonl", None)])
def test_what_is_unknown_is_left_empty(tmp_path: Path, ending: str, nothing: object) -> None:
    table = posts_table(make_posts("a"), np.array([0]), similarity=np.array([np.nan], np.float32))

    assert written_and_read(tmp_path, ending, table)[0]["similarity"] == nothing


def test_what_is_unknown_is_missing_in_parquet(tmp_path: Path) -> None:
    table = posts_table(make_posts("a"), np.array([0]), similarity=np.array([np.nan], np.float32))

    assert np.isnan(written_and_read(tmp_path, ".parquet", table)[0]["similarity"])


def test_rows_are_taken_in_their_order_with_their_figures() -> None:
    table = posts_table(make_posts("a", "b", "c"), np.array([2, 0]), x=np.array([10.0, 11.0, 12.0]))

    assert table[["text", "x"]].to_numpy().tolist() == [["c", 12.0], ["a", 10.0]]


@every_format
def test_a_table_without_rows_still_has_its_columns(tmp_path: Path, ending: str) -> None:
    table = posts_table(make_posts("a"), np.array([], np.int64), x=np.array([0.0]))

    assert list(table.columns) == ["id", "newsgroup", "subset", "subject", "text", "x"]
    assert written_and_read(tmp_path, ending, table) == []


@pytest.mark.parametrize(("name", "kind"), [("posts.xlsx", "'.xlsx'"), ("posts", "no ending")])
def test_an_unknown_ending_is_refused_with_the_known_ones(name: str, kind: str) -> None:
    with pytest.raises(UserError, match=rf"a file with {kind}: choose from \.csv, \.jsonl, \.parquet\.$"):
        require_writer(Path(name))


def test_an_ending_may_be_in_capitals(tmp_path: Path) -> None:
    write(posts_table(make_posts("a"), np.array([0])), tmp_path / "POSTS.CSV")

    assert len(read_csv(tmp_path / "POSTS.CSV")) == 1


@every_format
def test_what_cannot_be_written_to_is_told_in_one_line(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "nowhere" / f"posts{ending}"

    with pytest.raises(UserError, match=r"^Nothing can be written to .* \(No such file or directory\): name another"):
        write(posts_table(make_posts("a"), np.array([0])), path)


@every_format
def test_a_file_that_is_there_is_written_anew(tmp_path: Path, ending: str) -> None:
    written_and_read(tmp_path, ending, posts_table(make_posts("a", "b"), np.array([0, 1])))

    assert len(written_and_read(tmp_path, ending, posts_table(make_posts("c"), np.array([0])))) == 1


@pytest.mark.parametrize("refusal", [OSError(ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr)
def test_what_was_there_stays_where_writing_is_broken_off(tmp_path: Path, refusal: BaseException) -> None:
    path = tmp_path / "posts.csv"
    path.write_text("from before")

    with pytest.raises((UserError, KeyboardInterrupt)), writing(path) as file:
        file.write(b"half of wh")
        raise refusal

    assert path.read_text() == "from before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_written_where_a_link_leads(tmp_path: Path) -> None:
    path, link = tmp_path / "posts.csv", tmp_path / "link.csv"
    link.symlink_to(path)

    with writing(link) as file:
        file.write(b"whole")

    assert link.is_symlink()
    assert path.read_bytes() == b"whole"
