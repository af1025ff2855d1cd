"""The verbs that measure: what they print of nine posts whose three newsgroups no word is shared between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from explorer.__main__ import main as explore_main
from explorer.verbs.suggesting import tried
from ingest.embedders import EMBEDDERS
from tests.commands import Command, command, fill
from tests.conftest import make_corpus
from tests.word_embedder import WordEmbedder

N_EPOCHS = 20


@pytest.fixture
def run_explorer(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: WordEmbedder())
    return command(explore_main, capfd)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nine posts, to which no test adds any."""
    return fill(tmp_path_factory.mktemp("measuring") / "store", make_corpus())


class TestEvaluate:
    def test_clusters_that_are_the_newsgroups_agree_with_them(self, run_explorer: Command, folder: Path) -> None:
        status, out, _ = run_explorer("evaluate", "-k", "3", "--store", str(folder))

        assert status == 0
        measures = out.splitlines()[1:8]
        assert [line.split()[-2] for line in measures] == ["1.000"] * 7
        assert [line.split("  ")[0] for line in measures if "NMI" in line] == ["V-measure (= NMI)"]

    def test_newsgroups_in_one_cluster_are_said_to_be_merged(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("evaluate", "-k", "1", "--store", str(folder))

        (row,) = [line for line in out.splitlines() if "rec.sport.hockey, sci.crypt" in line]
        assert row.split()[:4] == ["sci.space", "3", "0", "1.000"]

    def test_supergroups_have_the_tables_that_newsgroups_have(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("evaluate", "-k", "1", "--store", str(folder))

        tables = [[line.split() for line in table.splitlines()] for table in out.split("\n\n")]
        assert [table[0][0] for table in tables[1:5]] == ["newsgroup", "newsgroup", "super-group", "super-group"]
        assert tables[3][1:] == [["rec", "3", "0", "1.000", "sci"], ["sci", "6", "0", "1.000", "rec"]]
        assert tables[4] == [["super-group", "0"], ["rec", "3"], ["sci", "6"]]

    def test_json_has_both_evaluations_and_nothing_else_is_printed(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("evaluate", "-k", "3", "--json", "--store", str(folder))

        found = json.loads(out)
        assert list(found) == ["newsgroups", "super-groups", "task_types"]
        assert found["super-groups"]["newsgroups"] == ["rec", "sci"]
        assert sum(map(sum, found["newsgroups"]["confusion"])) == 9

    def test_the_stored_task_types_stand_side_by_side(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("evaluate", "-k", "3", "--store", str(folder))

        rows = [line.split()[:4] for line in out.splitlines()[-2:]]
        assert sorted(rows) == [[name, "3", "1.000", "1.000"] for name in ("CLUSTERING", "RETRIEVAL_DOCUMENT")]


class TestSideBySide:
    def test_another_number_of_clusters_is_set_beside(self, run_explorer: Command, folder: Path) -> None:
        status, out, _ = run_explorer("evaluate", "-k", "3", "--against-k", "1", "--store", str(folder))

        assert status == 0
        assert "of 9 posts that both have: adjusted Rand 0.000, V-measure (= NMI) 0.000." in out
        assert out.splitlines()[-4:] == [
            line.ljust(len("this / other  0")) for line in ("this / other  0", f"{0:<14}3", f"{1:<14}3", f"{2:<14}3")
        ]

    def test_a_model_that_the_store_has_not_is_refused_in_one_line(self, run_explorer: Command, folder: Path) -> None:
        status, _, err = run_explorer("evaluate", "-k", "3", "--against-model", "moon", "--store", str(folder))

        assert status == 1
        assert err.splitlines()[-1] == "error: The store has no model 'moon': it has word-counts."

    def test_a_model_without_task_types_asks_once_and_says_why(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("evaluate", "-k", "3", "--queries", "--store", str(folder))

        assert out.splitlines()[-1].startswith("The model has no task types")
        assert "RETRIEVAL_DOCUMENT" not in out.splitlines()[-2]

    def test_json_has_both(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer(
            "evaluate", "-k", "3", "--against-k", "1", "--queries", "--json", "--store", str(folder)
        )

        found = json.loads(out)
        assert found["side_by_side"]["overlap"]["counts"] == [[3], [3], [3]]
        assert {each["measure"] for each in found["side_by_side"]["differences"]} >= {"nmi", "v_measure"}
        assert found["queries"]["n_questions"] == 3


class TestSuggestK:
    def test_what_each_number_of_clusters_is_like_is_told_and_one_recommended(
        self, run_explorer: Command, folder: Path
    ) -> None:
        status, out, _ = run_explorer("cluster", "--suggest-k", "--store", str(folder))

        header, *rows, empty, _, reason = out.splitlines()
        assert (status, empty) == (0, "")
        assert header.split()[:3] == ["k", "silhouette", "stability"]
        assert [row.split()[0] for row in rows] == ["2", "3"]
        assert reason.startswith("3 clusters have the highest silhouette")

    @pytest.mark.parametrize(("narrowed", "n_posts"), [((), 9), (("--subset", "train"), 6)])
    def test_it_says_of_how_many_posts_and_seeds(
        self, run_explorer: Command, folder: Path, narrowed: tuple[str, ...], n_posts: int
    ) -> None:
        _, out, _ = run_explorer("cluster", "--suggest-k", *narrowed, "--store", str(folder))

        assert out.splitlines()[-2] == f"Silhouette of all {n_posts} posts; stability over 5 seeds."

    def test_json_has_the_rows_and_the_reason(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("cluster", "--suggest-k", "--json", "--store", str(folder))

        found = json.loads(out)
        assert found["n_clusters"] == 3
        assert found["rows"][1]["agreement"] == pytest.approx(1)

    def test_a_range_of_numbers_and_some_of_the_posts_can_be_judged(self, run_explorer: Command, folder: Path) -> None:
        asked = ("--suggest-k", "2-4", "--newsgroup", "sci.space", "--newsgroup", "sci.crypt", "--json")
        _, out, _ = run_explorer("cluster", *asked, "--store", str(folder))

        rows = json.loads(out)["rows"]
        assert [(row["n_clusters"], row["n_posts"]) for row in rows] == [(2, 6), (3, 6), (4, 6)]
        assert rows[0]["agreement"] == pytest.approx(1)

    def test_of_a_wide_range_some_are_tried(self) -> None:
        assert tried(5, 40) == [5, 6, 8, 10, 12, 15, 20, 25, 30, 40]
        assert tried(7, 9) == [7, 8, 9]

    def test_of_the_posts_that_pass_clusters_are_made(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("cluster", "-k", "2", "--contains", "goal", "--json", "--store", str(folder))

        assert sorted(json.loads(out)["labels"]) == ["train/rec.sport.hockey/0", "train/rec.sport.hockey/1"]


class TestDensity:
    """Posts of two newsgroups are √2 apart, and by default ten posts make a crowd."""

    @pytest.mark.parametrize(
        ("asked", "sizes"),
        [
            (("hdbscan", "--min-cluster-size", "3", "--min-samples", "1"), [3, 3, 3]),
            (("hdbscan", "--min-cluster-size", "4", "--min-samples", "1"), []),
            (("dbscan", "--min-samples", "3", "--eps", "1.4"), [3, 3, 3]),
            (("dbscan", "--min-samples", "4", "--eps", "1.4"), []),
            (("dbscan", "--min-samples", "4", "--eps", "2"), [9]),
        ],
        ids=lambda given: " ".join(map(str, given)),
    )
    def test_what_makes_a_cluster_can_be_chosen(
        self, run_explorer: Command, folder: Path, asked: tuple[str, ...], sizes: list[int]
    ) -> None:
        _, out, _ = run_explorer("cluster", "--no-smooth", "--json", "--store", str(folder), "--method", *asked)

        assert [cluster["size"] for cluster in json.loads(out)["clusters"]] == sizes

    def test_it_is_chosen_for_the_clusters_set_beside_too(self, run_explorer: Command, folder: Path) -> None:
        asked = ("-k", "1", "--against-method", "dbscan", "--min-samples", "3", "--eps", "1.4", "--json")
        _, out, _ = run_explorer("evaluate", *asked, "--store", str(folder))

        assert json.loads(out)["side_by_side"]["overlap"]["counts"] == [[3, 3, 3]]

    @pytest.mark.parametrize(
        ("asked", "line"),
        [
            (("cluster", "--eps", "1"), "--eps is for dbscan, not for kmeans"),
            (("cluster", "--min-samples", "3"), "--min-samples is for hdbscan and dbscan, not for kmeans"),
            (("cluster", "--method", "dbscan", "--min-cluster-size", "3"), "is for hdbscan, not for dbscan"),
            (("evaluate", "--against-method", "hdbscan", "--eps", "1"), "is for dbscan, not for kmeans or hdbscan"),
        ],
        ids=lambda given: " ".join(given) if isinstance(given, tuple) else "",
    )
    def test_what_a_method_does_not_take_is_refused(
        self, capfd: pytest.CaptureFixture[str], asked: tuple[str, ...], line: str
    ) -> None:
        with pytest.raises(SystemExit):
            explore_main([*asked])

        assert f"{line}: choose such a method, or leave it out" in capfd.readouterr().err.splitlines()[-1]

    def test_what_cannot_be_is_refused_in_one_line(self, run_explorer: Command, folder: Path) -> None:
        asked = ("cluster", "--method", "hdbscan", "--min-cluster-size", "1")
        status, out, err = run_explorer(*asked, "--store", str(folder))

        assert (status, out) == (1, "")
        assert err.splitlines()[-1] == "error: The least size of a cluster must be 2 or more, not 1."


class TestClassify:
    def test_it_tells_how_well_the_test_subset_is_recognized(self, run_explorer: Command, folder: Path) -> None:
        status, out, err = run_explorer("classify", "--classifier", "logistic", "--store", str(folder))

        assert status == 0
        assert "logistic                        1.000" in out
        assert "by their subsets, train and test" in err

    def test_json_has_every_epoch(self, run_explorer: Command, folder: Path) -> None:
        _, out, _ = run_explorer("classify", "--json", "--store", str(folder))

        found = json.loads(out)
        assert 1 <= len(found["epochs"]) <= N_EPOCHS
        assert [sum(row) for row in found["confusion"]] == [1, 1, 1]
        assert {"majority class", "TF-IDF and logistic regression"} == set(found["baselines"])

    def test_a_text_gets_its_label(self, run_explorer: Command, folder: Path) -> None:
        arguments = (
            "classify",
            "--classifier",
            "logistic",
            "--text",
            "puck goal goal",
            "--json",
            "--store",
            str(folder),
        )
        _, out, _ = run_explorer(*arguments)

        guesses = json.loads(out)
        assert guesses[0]["newsgroup"] == "rec.sport.hockey"
        assert sum(guess["probability"] for guess in guesses) == pytest.approx(1, abs=1e-5)

    @pytest.mark.parametrize("text", ["", "   "])
    def test_nothing_has_no_label(self, run_explorer: Command, folder: Path, text: str) -> None:
        status, _, err = run_explorer("classify", "--text", text, "--store", str(folder))

        assert (status, err.splitlines()[-1]) == (1, "error: There is nothing to label: type a text.")
