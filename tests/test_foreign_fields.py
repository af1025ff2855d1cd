"""Metadata of collections made with plain chromadb, taken away as columns and drawn as colors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from explorer import Explorer
from explorer.__main__ import main
from explorer.app.exports import export, export_posts
from explorer.app.screen import Screen
from explorer.app.view import FIRST
from explorer.columns import Columns
from explorer.extracting import ALL_POSTS
from explorer.painting import require_painter
from explorer.point_map import Coloring
from ingest.errors import UserError
from tests.foreign import client_of, make_notes

FIELDS = ["field:draft", "field:tags", "field:title", "field:topic", "field:year"]


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def explorer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explorer]:
    with Explorer.open(make_notes(tmp_path_factory.mktemp("notes") / "db")) as explorer:
        yield explorer


@pytest.fixture
def notes(tmp_path: Path) -> list[str]:
    """Return the options that name a collection to the command line."""
    return ["--store", str(make_notes(tmp_path / "db")), "--collection", "notes"]


def records_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def fields_of(record: dict[str, object]) -> list[object]:
    return [record[name] for name in FIELDS]


def test_a_table_has_a_column_of_each_metadata_field(explorer: Explorer) -> None:
    table = explorer.to_frame()

    assert list(table.columns) == ["id", "newsgroup", "subset", "subject", "text", *FIELDS]
    assert table["field:topic"].tolist() == ["space", "space", "space", "sport", "sport"]


def test_what_is_written_keeps_numbers_truths_and_what_is_missing(explorer: Explorer, tmp_path: Path) -> None:
    explorer.export(tmp_path / "notes.jsonl")

    first, second, third, *_ = map(fields_of, records_of(tmp_path / "notes.jsonl"))
    assert first == [True, None, "On orbits", "space", 1993]
    assert second == [None, "sky, fire", None, "space", 1993]
    assert third == [None, None, None, "space", 1.5]


def test_a_field_that_is_called_as_a_column_of_ours_takes_no_place_of_it(tmp_path: Path) -> None:
    with client_of(tmp_path / "db") as client:
        made = client.create_collection("made", embedding_function=None)
        made.add(ids=["a", "b"], embeddings=[[1.0, 0.0], [0.0, 1.0]], metadatas=[{"id": "its own"}, {"x": "y"}])  # type: ignore[arg-type]

    with Explorer.open(tmp_path / "db") as explorer:
        explorer.export(tmp_path / "made.parquet")

    found = pd.read_parquet(tmp_path / "made.parquet")
    assert found["id"].tolist() == ["a", "b"]
    assert found["field:id"].isna().tolist() == [False, True]
    assert found["field:x"].tolist()[1:] == ["y"]


def test_the_command_line_exports_the_fields(notes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    assert main(["export", str(path), *notes, "--where", "year=1994", "--map", "none", "-k", "0"]) == 0

    (row,) = pd.read_csv(path).to_dict("records")
    assert (row["id"], row["field:topic"], row["field:year"], row["field:draft"]) == ("d", "sport", 1994, False)


def test_the_app_exports_the_fields_of_what_it_shows_and_of_what_it_is_asked(explorer: Explorer) -> None:
    for path in (export(Screen(explorer), FIRST, "jsonl"), export_posts(explorer, ALL_POSTS, "jsonl")):
        assert [record["field:year"] for record in records_of(path)] == [1993, 1993, 1.5, 1994, None]


def test_a_picture_is_colored_by_any_field(explorer: Explorer) -> None:
    paint = explorer.show("pca", "field:year").paint

    assert isinstance(paint, Coloring)
    assert (paint.title, list(paint.names)) == ("Year", ["1.5", "1993", "1994"])
    assert paint.codes.tolist() == [1, 1, 0, 2, -1]


def test_what_is_no_field_is_refused_with_those_that_color(explorer: Explorer) -> None:
    told = "^There is no coloring 'field:author': choose from newsgroup, .*, field:draft, .*, field:topic, field:year"
    with pytest.raises(UserError, match=told):
        explorer.show("pca", "field:author")


def test_a_field_of_as_many_values_as_posts_is_refused_for_that() -> None:
    columns = Columns([{"key": str(number), "half": number % 2} for number in range(60)])

    with pytest.raises(UserError, match=r"^Nearly every post has a value of its own of field:key, .*, field:half\.$"):
        require_painter("field:key", columns)


def test_the_command_line_draws_a_map_by_a_field(notes: list[str], tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    assert main(["project", "--method", "pca", "--color", "field:topic", "--out", str(path), *notes]) == 0

    assert '"title":"Topic"' in path.read_text("utf-8")


def test_the_command_line_refuses_what_is_no_field_before_it_draws(
    notes: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "map.html"
    assert main(["project", "--color", "field:author", "--out", str(path), *notes]) == 1

    assert "There is no coloring 'field:author': choose from newsgroup" in capsys.readouterr().err
    assert not path.exists()
