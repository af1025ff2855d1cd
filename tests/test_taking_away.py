"""Taking it away: posts, maps and embeddings as files, from Python and from the command line; and one's own brought."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from explorer import Explorer
from explorer.__main__ import main as explore_main
from ingest.embedders import EMBEDDERS
from ingest.errors import UserError
from tests.commands import Command, command
from tests.word_embedder import WordEmbedder

OWN = pd.DataFrame(
    {
        "body": ["orbit rocket", "rocket", "orbit orbit", "goal puck", "puck", None],
        "team": ["space", "space", "space", "ice", None, "ice"],
        "when": pd.to_datetime(["2026-01-01"] * 6),
    }
)


@pytest.fixture
def run_explorer(capfd: pytest.CaptureFixture[str], embedder: WordEmbedder) -> Command:
    return command(explore_main, capfd)


class TestExporting:
    def test_vectors_are_read_again_without_a_pickle(self, explorer: Explorer, tmp_path: Path) -> None:
        assert explorer.export_vectors(tmp_path / "vectors.npz") == 9

        with np.load(tmp_path / "vectors.npz", allow_pickle=False) as read:
            assert read["ids"].tolist() == explorer.post_ids
            assert read["vectors"].dtype == np.float32
            assert (read["vectors"] == explorer.vectors()).all()

    def test_vectors_are_a_column_of_parquet(self, explorer: Explorer, tmp_path: Path) -> None:
        explorer.export_vectors(tmp_path / "vectors.parquet")

        table = pd.read_parquet(tmp_path / "vectors.parquet")
        assert table["id"].tolist() == explorer.post_ids
        assert (np.stack(table["vector"].tolist()) == explorer.vectors()).all()

    def test_vectors_are_in_no_other_kind_of_file(self, explorer: Explorer, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"Vectors cannot be written .* choose from \.npz, \.parquet\.$"):
            explorer.export_vectors(tmp_path / "vectors.csv")

    def test_the_verb_writes_posts_places_clusters_and_similarities(
        self, run_explorer: Command, folder: Path, tmp_path: Path
    ) -> None:
        out, vectors = tmp_path / "posts.csv", tmp_path / "vectors.npz"
        asked = ("--question", "orbit", "-k", "3", "--map", "pca", "--subset", "train", "--embeddings", vectors)

        ended = run_explorer("export", out, *asked, "--store", folder)

        assert (ended.status, ended.out) == (0, f"6 posts written to {out}\n9 posts written to {vectors}\n")
        table = pd.read_csv(out)
        assert list(table.columns)[-5:] == ["x", "y", "cluster", "cluster_name", "similarity"]
        assert table["subset"].unique().tolist() == ["train"]
        assert table.groupby("newsgroup")["cluster"].nunique().tolist() == [1, 1, 1]

    def test_the_verb_leaves_out_what_is_not_wanted(self, run_explorer: Command, folder: Path, tmp_path: Path) -> None:
        ended = run_explorer("export", tmp_path / "p.jsonl", "-k", "0", "--map", "none", "--json", "--store", folder)

        assert json.loads(ended.out) == {"written": [{"path": str(tmp_path / "p.jsonl"), "n_posts": 9}]}
        first = json.loads((tmp_path / "p.jsonl").read_text("utf-8").splitlines()[0])
        assert list(first) == ["id", "newsgroup", "subset", "subject", "text"]

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("posts.xlsx",), "A table cannot be written to a file with '.xlsx'"),
            (("--embeddings", "vectors.csv"), "Vectors cannot be written to a file with '.csv'"),
        ],
    )
    def test_what_cannot_be_written_is_told_before_the_store_is_opened(
        self, run_explorer: Command, tmp_path: Path, arguments: tuple[str, ...], told: str
    ) -> None:
        ended = run_explorer("export", *arguments, "--store", tmp_path / "nowhere")

        assert ended.status == 1
        assert ended.err.startswith(f"error: {told}")

    @pytest.mark.parametrize("ending", ["html", "png", "svg"])
    def test_project_draws_the_map(self, run_explorer: Command, folder: Path, tmp_path: Path, ending: str) -> None:
        path = tmp_path / f"map.{ending}"
        drawn = ("--method", "pca", "--color", "cluster", "-k", "3", "--out", path)

        ended = run_explorer("project", *drawn, "--store", folder)

        assert (ended.status, ended.out) == (0, f"9 points written to {path}\n")
        assert path.stat().st_size > 10_000


class TestFromFrame:
    @pytest.fixture(autouse=True)
    def _embedder(self, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
        """Embed by counting words where it would be offline."""
        monkeypatch.setitem(EMBEDDERS, "minilm", lambda *_: embedder)

    def test_a_tables_rows_become_posts(self, path: Path) -> None:
        with Explorer.from_frame(OWN, text="body", label="team", store=path) as explorer:
            assert [(post.id, post.text) for post in explorer.posts[:2]] == [
                ("space/1", "orbit rocket"),
                ("space/2", "rocket"),
            ]
            assert len(explorer.posts) == 5  # a row without a text is no post
            assert explorer.search("puck", 1)[0].post.text == "puck"

    def test_nothing_is_dropped_from_a_text(self, path: Path) -> None:
        own = pd.DataFrame({"body": ["orbit (rocket)"]})
        with Explorer.from_frame(own, text="body", store=path) as explorer:
            assert explorer.posts[0].text == "orbit (rocket)"

    def test_the_second_time_only_what_is_new_is_embedded_and_what_is_gone_goes(
        self, path: Path, embedder: WordEmbedder
    ) -> None:
        Explorer.from_frame(OWN, text="body", label="team", store=path).close()
        n_sent = len(embedder.texts)

        changed = OWN.iloc[1:5].assign(body=["rocket", "orbit orbit", "goal puck", "new"])
        with Explorer.from_frame(changed, text="body", label="team", store=path) as explorer:
            assert sorted(post.text for post in explorer.posts) == ["goal puck", "new", "orbit orbit", "rocket"]
        assert embedder.texts[n_sent:] == ["new"]

    def test_five_lines_lead_to_a_map_in_the_notebook(self, path: Path) -> None:
        with Explorer.from_frame(OWN, text="body", label="team", store=path) as explorer:
            shown = explorer.show("pca", color="cluster", clustering=2)

        assert shown._repr_html_().startswith("<iframe")

    @pytest.mark.parametrize(
        ("text", "label", "told"),
        [
            ("bdy", "team", r"^Your table has no column 'bdy': choose one with text= from body, team, when\.$"),
            ("body", "dept", r"no column 'dept': choose one with label= from body"),
        ],
    )
    def test_a_column_that_there_is_not_is_told(self, path: Path, text: str, label: str, told: str) -> None:
        with pytest.raises(UserError, match=told):
            Explorer.from_frame(OWN, text=text, label=label, store=path)
        assert not path.exists()

    def test_a_table_without_a_column_for_the_texts_is_told_what_python_calls_it(self, path: Path) -> None:
        with pytest.raises(UserError, match=r"named like a text: choose one with text= from team, when\.$"):
            Explorer.from_frame(OWN[["team", "when"]], store=path)

    def test_a_store_that_the_same_notebook_has_open_is_to_be_closed(self, path: Path) -> None:
        with (
            Explorer.from_frame(OWN, text="body", store=path),
            pytest.raises(UserError, match=r"is in use by .*: close what this one has open"),
        ):
            Explorer.from_frame(OWN, text="body", store=path)
