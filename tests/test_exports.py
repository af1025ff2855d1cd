"""What a view shows, as a file: its rows, its columns, and the formats there are."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from explorer.app.addresses import query_of_scope
from explorer.app.exports import export
from explorer.app.scope import Scope
from explorer.app.scratch import scratch
from explorer.app.screen import Screen
from explorer.app.view import FIRST, View
from ingest.errors import UserError
from tests.explorers import ORBIT
from tests.screens import HOCKEY, SPACE, screen_of

TEXTS = ["id", "newsgroup", "subset", "subject", "text"]
CLUSTERS = ["cluster", "cluster_name"]
VIEW = replace(FIRST, k=3)
NOT_PROJECTED = replace(VIEW, method="tsne")


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("screen")) as screen:
        screen.explorer.project("pca")
        yield screen


@pytest.fixture(autouse=True)
def _folder_of_exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put what is exported where pytest clears it away."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def table_of(screen: Screen, view: View) -> pd.DataFrame:
    return pd.read_csv(export(screen, view, "csv"))


def test_all_posts_are_exported_with_their_texts(screen: Screen) -> None:
    table = table_of(screen, NOT_PROJECTED)
    assert list(table.columns) == [*TEXTS, *CLUSTERS]
    assert table["id"].tolist() == screen.explorer.post_ids
    assert table["text"].iloc[0] == "orbit orbit rocket"


def test_only_what_is_shown_is_exported(screen: Screen) -> None:
    view = replace(VIEW, scope=Scope(newsgroups=("rec.sport.hockey",), subset="train"))
    assert table_of(screen, view)["id"].tolist() == list(HOCKEY[:2])


def test_where_nothing_is_shown_the_columns_are_left(screen: Screen) -> None:
    table = table_of(screen, replace(NOT_PROJECTED, scope=Scope(contains="nowhere")))
    assert (list(table.columns), len(table)) == ([*TEXTS, *CLUSTERS], 0)


def test_each_post_has_its_place_on_the_map_that_is_drawn(screen: Screen) -> None:
    table = table_of(screen, replace(VIEW, method="pca"))
    assert list(table.columns) == [*TEXTS, "x", "y", *CLUSTERS]
    assert table[["x", "y"]].to_numpy() == pytest.approx(screen.explorer.project("pca").coordinates, abs=1e-6)


def test_each_post_has_its_cluster_whatever_the_map_is_colored_by(screen: Screen) -> None:
    table = table_of(screen, NOT_PROJECTED)
    names = [summary.name for summary in screen.described(NOT_PROJECTED.clusterer).summaries]
    assert table["cluster"].tolist() == [1, 1, 1, 2, 2, 2, 0, 0, 0]
    assert table["cluster_name"].tolist() == [names[1]] * 3 + [names[2]] * 3 + [names[0]] * 3


def test_a_post_that_is_not_clustered_is_in_no_cluster(screen: Screen) -> None:
    table = table_of(screen, replace(NOT_PROJECTED, k=1, of=query_of_scope(Scope(("sci.space",)))))
    assert table.loc[table["cluster"] == 0, "id"].tolist() == list(SPACE)
    assert table["cluster_name"].isna().sum() == 6


def test_each_post_has_its_similarity_to_what_is_asked(screen: Screen) -> None:
    view = replace(NOT_PROJECTED, question="orbit", scope=Scope(newsgroups=("sci.space",)))
    table = table_of(screen, view)
    assert list(table.columns) == [*TEXTS, *CLUSTERS, "similarity"]
    assert table["similarity"].tolist() == pytest.approx([ORBIT[post_id] for post_id in SPACE], abs=1e-6)


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet", "html", "png", "svg"])
def test_the_file_is_named_by_its_corpus_and_format(screen: Screen, kind: str) -> None:
    path = export(screen, VIEW, kind)
    assert path.name == f"small.{kind}"
    assert path.stat().st_size > 0


def test_a_map_has_only_the_posts_that_are_shown(screen: Screen) -> None:
    view = replace(VIEW, method="pca", scope=Scope(newsgroups=("rec.sport.hockey",)))
    page = export(screen, view, "html").read_text("utf-8")
    assert f'"ids":{json.dumps(HOCKEY, separators=(",", ":"))}' in page


def test_no_map_is_drawn_of_nothing(screen: Screen) -> None:
    with pytest.raises(UserError, match="There is no post to draw"):
        export(screen, replace(VIEW, scope=Scope(contains="nowhere")), "png")


def test_a_file_that_was_fetched_long_ago_is_cleared_away(screen: Screen) -> None:
    old, new = export(screen, VIEW, "csv"), export(screen, VIEW, "csv")
    os.utime(old.parent, (0, 0))
    export(screen, VIEW, "csv")
    assert (old.exists(), new.exists()) == (False, True)


def test_what_another_export_clears_away_meanwhile_is_no_hindrance(screen: Screen) -> None:
    path = export(screen, VIEW, "csv")
    (path.parent.parent / "gone").symlink_to(path.parent / "gone")  # is listed, and not there when it is looked at

    assert export(screen, VIEW, "csv").exists()


def test_an_app_that_is_served_after_another_has_a_folder_of_its_own(screen: Screen) -> None:
    with scratch():
        first = export(screen, VIEW, "csv")
    with scratch() as folder:
        second = export(screen, VIEW, "csv")
        assert second.is_relative_to(folder)

    assert not first.exists()


def test_two_exports_do_not_overwrite_each_other(screen: Screen) -> None:
    assert export(screen, VIEW, "csv") != export(screen, VIEW, "csv")


@pytest.mark.parametrize("kind", ["xlsx", "", "CSV", ".csv", "../x", "csv/../../x.csv", "x.csv", "csv\0"])
def test_a_format_that_there_is_not_is_refused_and_writes_nothing(screen: Screen, tmp_path: Path, kind: str) -> None:
    with pytest.raises(UserError, match=r"^There is no format .*: choose from csv, jsonl, parquet, html, png, svg\.$"):
        export(screen, VIEW, kind)
    assert not list(tmp_path.iterdir())
