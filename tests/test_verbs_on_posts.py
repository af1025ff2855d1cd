"""The verbs that tell of posts: what a table shows of each, a post whole, and what sets some apart."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from explorer.__main__ import main as explore_main
from ingest.posts import Corpus
from tests.commands import Command, command, fill
from tests.conftest import make_corpus
from tests.word_embedder import WordEmbedder

POST = "train/sci.space/0"
SPACE = ["train/sci.space/0", "train/sci.space/1", "test/sci.space/2"]


@pytest.fixture
def run_explorer(capfd: pytest.CaptureFixture[str], embedder: WordEmbedder) -> Command:
    return command(explore_main, capfd)


@pytest.fixture(scope="module")
def half_titled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose posts of hockey have no subjects."""
    posts = make_corpus().posts
    untitled = [replace(post, subject="") if "hockey" in post.newsgroup else post for post in posts]
    return fill(tmp_path_factory.mktemp("half-titled") / "store", Corpus("small", "memory", untitled))


def sit_at_terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """Print to a terminal without colors from now on."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)


class TestTelling:
    """A table tells what a post is about, whether it has a subject or not."""

    def test_posts_without_subjects_show_their_texts(self, run_explorer: Command, half_titled: Path) -> None:
        hockey = ("--newsgroup", "rec.sport.hockey", "--subset", "test")
        header, row = run_explorer("similar", POST, *hockey, "--store", half_titled).out.splitlines()

        assert header.split() == ["similarity", "newsgroup", "text", "id"]
        assert row.split()[1:] == ["rec.sport.hockey", "the", "puck", "test/rec.sport.hockey/2"]

    def test_a_narrow_terminal_has_the_text_where_there_is_no_subject(
        self, run_explorer: Command, half_titled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sit_at_terminal(monkeypatch, 90)
        out = run_explorer("similar", POST, "-n", "8", "--store", half_titled).out

        assert out.split()[:4] == ["similarity", "newsgroup", "subject", "id"]
        assert "about sci.space" in out
        assert "the puck" in out

    def test_a_wide_terminal_has_both(
        self, run_explorer: Command, half_titled: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sit_at_terminal(monkeypatch, 140)
        found = run_explorer("search", "orbit", "-n", "1", "--store", half_titled).out

        assert found.split()[:5] == ["similarity", "newsgroup", "subject", "text", "id"]


class TestUnlike:
    def test_the_posts_named_are_not_found_and_those_like_them_are_farther(
        self, run_explorer: Command, folder: Path
    ) -> None:
        asked = ("similar", SPACE[1], "--json", "--store", folder)
        plain, turned = (
            {post["id"]: post["similarity"] for post in json.loads(run_explorer(*asked, *more).out)}
            for more in ((), ("--unlike", SPACE[2], "test/sci.crypt/2"))
        )

        # "rocket to orbit" less half of "orbit" is less like "orbit orbit rocket".
        assert turned[POST] < plain[POST] - 0.1
        assert plain.keys() - turned.keys() == {SPACE[2], "test/sci.crypt/2"}


class TestShow:
    def test_a_post_is_printed_whole(self, run_explorer: Command, folder: Path) -> None:
        assert run_explorer("show", POST, "--store", folder).out.splitlines() == [
            f"id         {POST}",
            "newsgroup  sci.space",
            "subset     train",
            "subject    about sci.space",
            "",
            "orbit orbit rocket",
        ]

    def test_json_has_its_fields(self, run_explorer: Command, folder: Path) -> None:
        assert json.loads(run_explorer("show", POST, "--json", "--store", folder).out) == {
            "id": POST,
            "newsgroup": "sci.space",
            "subset": "train",
            "subject": "about sci.space",
            "text": "orbit orbit rocket",
        }


class TestExplain:
    def test_a_cluster_is_explained_as_its_posts_are(self, run_explorer: Command, folder: Path) -> None:
        clustered = run_explorer("cluster", "-k", "3", "--json", "--store", folder).out
        number = json.loads(clustered)["labels"][POST]
        ways = (("-k", "3", "--cluster", str(number)), SPACE, ("--newsgroup", "sci.space"))

        one, *others = (json.loads(run_explorer("explain", *way, "--json", "--store", folder).out) for way in ways)

        assert (one["n_posts"], [each["newsgroup"] for each in one["mix"]]) == (3, ["sci.space"])
        assert others == [one, one]

    def test_its_share_and_its_posts_are_printed(self, run_explorer: Command, folder: Path) -> None:
        out = run_explorer("explain", "--newsgroup", "sci.space", "--store", folder).out

        share, _, header, mix, *rest = out.splitlines()
        assert share == "3 posts, 33.3% of all"
        assert header.split() == ["newsgroup", "posts", "share", "of", "all", "posts"]
        assert mix.split() == ["sci.space", "3", "100.0%", "33.3%"]
        assert sorted(line.split()[-1] for line in rest if "/" in line) == sorted(SPACE)

    def test_a_cluster_is_one_of_the_posts_that_pass(self, run_explorer: Command, folder: Path) -> None:
        out = run_explorer("explain", "--subset", "train", "-k", "1", "--cluster", "0", "--json", "--store", folder).out

        assert json.loads(out)["n_posts"] == 6

    def test_a_typical_post_without_a_subject_shows_its_text(self, run_explorer: Command, half_titled: Path) -> None:
        out = run_explorer("explain", "--newsgroup", "rec.sport.hockey", "--store", half_titled).out

        assert any("the puck" in line and "test/rec.sport.hockey/2" in line for line in out.splitlines())

    def test_nothing_that_passes_is_told(self, run_explorer: Command, folder: Path) -> None:
        ended = run_explorer("explain", "--contains", "nowhere", "--store", folder)

        assert (ended.status, ended.out) == (0, "")
        assert ended.err.splitlines()[-1] == "No post passes the filters: take one off."


class TestClustersTakenAway:
    """Clusters are exported and drawn as `cluster` makes them."""

    @pytest.mark.parametrize("method", [("--method", "dbscan"), ("-k", "2", "--task-type", "RETRIEVAL_DOCUMENT")])
    def test_the_exported_are_those_that_are_printed(
        self, run_explorer: Command, folder: Path, tmp_path: Path, method: tuple[str, ...]
    ) -> None:
        out = tmp_path / "posts.csv"
        printed = json.loads(run_explorer("cluster", *method, "--json", "--store", folder).out)["labels"]

        run_explorer("export", out, "--map", "none", *method, "--store", folder)

        table = pd.read_csv(out)
        assert dict(zip(table["id"], table["cluster"], strict=True)) == printed

    def test_those_by_density_are_drawn(self, run_explorer: Command, folder: Path, tmp_path: Path) -> None:
        drawn = ("--method", "pca", "--color", "cluster", "--cluster-method", "dbscan", "--out", tmp_path / "map.html")

        assert run_explorer("project", *drawn, "--store", folder).status == 0
        assert "DBSCAN" in (tmp_path / "map.html").read_text("utf-8").upper()
