"""The explorer's command line: what it prints on which stream and how it ends, and the usage of both command lines."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

import pytest

from explorer.__main__ import main as explore_main
from explorer.verbs import VERBS
from ingest import changes
from ingest.__main__ import main as ingest_main
from ingest.job import StoppedIngestError, ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Silent
from ingest.store import Store
from tests.commands import ROOT, Command, command, fill, run_python
from tests.conftest import make_corpus
from tests.failing_embedders import FailingEmbedder
from tests.word_embedder import BATCH

HEAVY = ("chromadb", "sklearn", "gradio", "umap", "google.genai", "onnxruntime", "pandas", "rich")
POST = "train/sci.space/0"
HIT_KEYS = {"id", "newsgroup", "subject", "similarity", "text", "words", "meaning_rank", "keywords_rank"}


@pytest.fixture
def run_explorer(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("COLUMNS", "160")
    return command(explore_main, capfd)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nine posts, to which no test adds any."""
    return fill(tmp_path_factory.mktemp("command-line") / "store", make_corpus())


def fill_unfinished(folder: Path) -> Path:
    """Ingest nine posts in pages of four, until the third batch is embedded: two of documents, one of clusters."""
    with pytest.MonkeyPatch.context() as patch, Store(folder, create=True) as store:
        patch.setattr(changes, "PAGE", BATCH)
        with pytest.raises(StoppedIngestError):
            ingest(make_corpus(), Order(), FailingEmbedder(3, has_task_types=True), store, Silent())
    return folder


class TestHelp:
    @pytest.mark.parametrize("words", [["ingest"], ["explorer"], *(["explorer", verb] for verb in VERBS)])
    def test_it_is_printed_before_anything_heavy_is_imported(self, words: list[str]) -> None:
        status, out, imports = run_python("-X", "importtime", "-m", *words, "--help")

        assert status == 0
        assert out.startswith(f"usage: python -m {' '.join(words)} ")
        imported = {line.rpartition("|")[2].strip() for line in imports.splitlines()}
        assert "argparse" in imported
        assert not imported & set(HEAVY)

    def test_it_names_every_verb(self) -> None:
        out = run_python("-m", "explorer", "--help").out

        assert re.findall(r"^    (\w+)", out, re.MULTILINE) == list(VERBS)


class TestJson:
    """One JSON document on standard output, and nothing else there."""

    def test_search_prints_hits(self, run_explorer: Command, sample_store: Path) -> None:
        status, out, err = run_explorer("search", "a goalkeeper's save", "-n", "3", "--json", "--store", sample_store)

        neighbors = json.loads(out)
        assert (status, err) == (0, "")
        assert [neighbor.keys() for neighbor in neighbors] == [HIT_KEYS] * 3
        assert neighbors[0]["similarity"] >= neighbors[1]["similarity"] >= neighbors[2]["similarity"]

    def test_a_search_by_keywords_knows_no_similarity(self, run_explorer: Command, folder: Path) -> None:
        status, out, err = run_explorer(
            "search", "orbits", "--mode", "keywords", "-n", "1", "--json", "--store", folder
        )

        (hit,) = json.loads(out)
        assert (status, err, hit["id"]) == (0, "", POST)
        assert (hit["similarity"], hit["words"], hit["meaning_rank"], hit["keywords_rank"]) == (
            None,
            ["orbit"],
            None,
            1,
        )

    def test_similar_prints_hits(self, run_explorer: Command, folder: Path) -> None:
        status, out, err = run_explorer("similar", POST, "-n", "3", "--json", "--store", folder)

        assert (status, err) == (0, "")
        assert [neighbor.keys() for neighbor in json.loads(out)] == [HIT_KEYS] * 3

    def test_cluster_prints_clusters_and_a_label_for_each_post(self, run_explorer: Command, folder: Path) -> None:
        status, out, _ = run_explorer("cluster", "-k", "3", "--seed", "7", "--json", "--store", folder)

        document = json.loads(out)
        assert (status, document["k"], document["seed"]) == (0, 3, 7)
        figures = {"method", "task_type", "smoothed", "k", "n_noise", "seed", "inertia"}
        assert document.keys() == {*figures, "clusters", "labels"}
        in_words = {"cluster", "size", "majority_newsgroup", "majority_share", "terms", "typical", "title"}
        assert document["clusters"][0].keys() == in_words
        assert list(document["labels"]) == [post.id for post in make_corpus().posts]
        assert set(document["labels"].values()) == {0, 1, 2}

    @pytest.mark.parametrize("verb", ["cluster", "evaluate"])
    def test_few_posts_are_no_more_clusters_than_posts(self, run_explorer: Command, folder: Path, verb: str) -> None:
        by_default, of_nine = (run_explorer(verb, *k, "--json", "--store", folder) for k in ([], ["-k", "9"]))

        assert by_default.status == 0
        assert by_default.out == of_nine.out

    def test_project_prints_a_place_for_each_post(self, run_explorer: Command, folder: Path) -> None:
        status, out, _ = run_explorer("project", "--method", "pca", "--seed", "7", "--json", "--store", folder)

        document = json.loads(out)
        points = document.pop("points")
        trust = document.pop("trust")
        assert (status, document) == (0, {"method": "pca", "seed": 7, "parameters": {}})
        assert (trust["n_neighbors"], trust["n_sampled"]) == (4, 9)
        assert 0 <= trust["neighbors_kept"] <= 1
        assert [point["id"] for point in points] == [post.id for post in make_corpus().posts]
        assert all(point.keys() == {"id", "newsgroup", "x", "y"} for point in points)

    def test_collections_prints_manifests(self, run_explorer: Command, folder: Path) -> None:
        status, out, err = run_explorer("collections", "--json", "--store", folder)

        manifests = json.loads(out)
        assert (status, err) == (0, "")
        assert [manifest["collection"] for manifest in manifests] == [
            "small.word-counts.7.clustering",
            "small.word-counts.7.retrieval-document",
        ]
        assert all((manifest["n_posts"], manifest["complete"]) == (9, True) for manifest in manifests)

    def test_nothing_but_progress_is_on_standard_error(self, folder: Path) -> None:
        status, out, err = run_python("-m", "explorer", "cluster", "-k", "3", "--json", "--store", folder)

        assert (status, json.loads(out)["k"]) == (0, 3)
        assert [line.split(":")[0] for line in err.splitlines()] == ["cluster 9 posts"]


class TestTables:
    def test_search_prints_a_line_for_each_neighbor(self, run_explorer: Command, sample_store: Path) -> None:
        header, *rows = run_explorer("search", "orbit", "-n", "3", "--store", sample_store).out.splitlines()

        assert header.split() == ["similarity", "newsgroup", "subject", "text", "id"]
        assert len(rows) == 3

    def test_similar_prints_similarity_newsgroup_subject_text_and_id(self, run_explorer: Command, folder: Path) -> None:
        _, row = run_explorer("similar", POST, "-n", "1", "--store", folder).out.splitlines()

        assert re.split("  +", row) == ["0.95", "sci.space", "about sci.space", "rocket to orbit", "train/sci.space/1"]

    def test_similar_takes_several_posts(self, run_explorer: Command, folder: Path) -> None:
        out = run_explorer("similar", POST, "train/sci.space/1", "-n", "1", "--store", folder).out

        assert out.splitlines()[1].endswith("test/sci.space/2")

    def test_a_hybrid_search_prints_both_ranks(self, run_explorer: Command, sample_store: Path) -> None:
        asked = ("search", "orbit", "--mode", "hybrid", "-n", "1", "--store", sample_store)
        header, row = run_explorer(*asked).out.splitlines()

        assert header.split() == ["similarity", "meaning", "keywords", "newsgroup", "subject", "text", "id"]
        assert all(1 <= int(rank) <= 10 for rank in row.split()[1:3])

    def test_a_search_by_keywords_prints_the_words(self, run_explorer: Command, folder: Path) -> None:
        header, *rows = run_explorer("search", "orbits", "--mode", "keywords", "--store", folder).out.splitlines()

        assert header.split() == ["words", "newsgroup", "subject", "text", "id"]
        assert [row.split()[0] for row in rows] == ["orbit"] * 3

    def test_similar_takes_filters(self, run_explorer: Command, folder: Path) -> None:
        filters = ("--newsgroup", "sci.crypt", "--subset", "test", "--contains", "cipher", "--min-similarity", "0")

        _, row = run_explorer("similar", POST, *filters, "--store", folder).out.splitlines()

        assert row.endswith("test/sci.crypt/2")

    def test_cluster_prints_a_line_for_each_cluster(self, run_explorer: Command, folder: Path) -> None:
        header, *rows = run_explorer("cluster", "-k", "1", "--store", folder).out.splitlines()

        assert header.split() == ["cluster", "posts", "majority", "newsgroup", "share", "telling", "terms"]
        assert [row.split() for row in rows] == [["0", "9", "sci.space", "0.33"]]

    def test_project_prints_a_line_for_each_post(self, run_explorer: Command, folder: Path) -> None:
        header, *rows = run_explorer("project", "--method", "pca", "--store", folder).out.splitlines()

        assert header.split() == ["id", "x", "y"]
        assert [row.split()[0] for row in rows] == [post.id for post in make_corpus().posts]

    def test_project_says_beside_the_places_how_far_they_can_be_trusted(
        self, run_explorer: Command, folder: Path
    ) -> None:
        err = run_explorer("project", "--method", "pca", "--store", folder).err

        assert re.search(r"^PCA keeps \d+% of each post's 4 nearest neighbors near; trustworthiness [01]", err, re.M)

    def test_project_takes_the_parameters_of_its_method(self, run_explorer: Command, folder: Path) -> None:
        turned = ("--method", "tsne", "--perplexity", "2.5", "--seed", "3")
        document = json.loads(run_explorer("project", *turned, "--json", "--store", folder).out)

        assert (document["seed"], document["parameters"]) == (3, {"perplexity": 2.5})

    def test_collections_prints_a_line_for_each_collection(self, run_explorer: Command, folder: Path) -> None:
        _, *rows = run_explorer("collections", "--store", folder).out.splitlines()

        assert [row.split()[:3] for row in rows] == [
            ["small.word-counts.7.clustering", "9", "words"],
            ["small.word-counts.7.retrieval-document", "9", "words"],
        ]
        assert all(row.endswith(" complete") for row in rows)

    def test_the_store_can_be_named_in_the_environment(
        self, run_explorer: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("EXPLORER_STORE", str(folder))

        assert run_explorer("similar", POST, "-n", "1").status == 0


class TestUnfinished:
    """What an ingest had stored before it stopped can be explored, and is not taken for all."""

    @pytest.fixture
    def unfinished(self, path: Path) -> Path:
        """A store whose ingest stopped with eight posts for search and four for clusters, of nine."""
        return fill_unfinished(path)

    def test_answers_come_with_a_word_on_standard_error(self, run_explorer: Command, unfinished: Path) -> None:
        status, out, err = run_explorer("cluster", "-k", "2", "--json", "--store", unfinished)

        assert (status, len(json.loads(out)["labels"])) == (0, 4)
        assert err.startswith(
            "The ingest of small is unfinished: these answers are from what is stored so far.\ncluster 4 posts: "
        )

    def test_collections_says_which_are_unfinished(self, run_explorer: Command, unfinished: Path) -> None:
        _, *rows = run_explorer("collections", "--store", unfinished).out.splitlines()

        assert [(row.split()[1], row.split()[-1]) for row in rows] == [("4", "unfinished"), ("8", "unfinished")]

    def test_of_an_ingest_that_stored_nothing_yet_it_is_told_how_to_go_on(
        self, run_explorer: Command, path: Path
    ) -> None:
        with Store(path, create=True) as store, pytest.raises(StoppedIngestError):
            ingest(make_corpus(), Order(), FailingEmbedder(0), store, Silent())

        status, _, err = run_explorer("cluster", "--store", path)

        assert (status, err) == (
            1,
            "error: The ingest of small was not finished: "
            "run the same `python -m ingest` again, it goes on from there.\n",
        )


class TestMapFile:
    def test_it_has_a_line_for_each_post(self, run_explorer: Command, folder: Path, tmp_path: Path) -> None:
        path = tmp_path / "map.csv"

        out = run_explorer("project", "--method", "pca", "--out", path, "--store", folder).out

        assert out == f"9 points written to {path}\n"
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        assert list(rows[0]) == ["id", "newsgroup", "x", "y"]
        assert [(row["id"], row["newsgroup"]) for row in rows] == [
            (post.id, post.newsgroup) for post in make_corpus().posts
        ]

    def test_another_ending_is_refused(self, run_explorer: Command, folder: Path, tmp_path: Path) -> None:
        ended = run_explorer("project", "--out", tmp_path / "map.gif", "--store", folder)

        assert ended == (1, "", "error: A map cannot be written as .gif: choose from .csv, .html, .png, .svg.\n")

    def test_a_path_that_cannot_be_written_is_told(self, run_explorer: Command, folder: Path, tmp_path: Path) -> None:
        path = tmp_path / "nowhere" / "map.csv"

        status, out, err = run_explorer("project", "--method", "pca", "--out", path, "--store", folder)

        assert (status, out) == (1, "")
        assert err.splitlines()[-1].startswith(f"error: Nothing can be written to {path} (no such f")


class TestExplorerErrors:
    """Exit status 1, nothing on standard output, exactly one line on standard error."""

    @pytest.fixture
    def error_of(self, run_explorer: Command) -> Callable[..., str]:
        def error_of(*arguments: str | Path) -> str:
            status, out, err = run_explorer(*arguments)
            assert (status, out) == (1, "")
            assert err.startswith("error: ")
            assert err.count("\n") == 1
            return err

        return error_of

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (["search", ""], "The question is empty"),
            (["search", "orbit", "--newsgroup", "sci.med"], "No newsgroup is called 'sci.med': there are rec.sport"),
            (["show", "nope"], f"small has no post 'nope': ids look like '{POST}'"),
            (["explain", "nope"], f"small has no post 'nope': ids look like '{POST}'"),
            (["explain", "-k", "3", "--cluster", "3"], "There is no cluster 3: they are numbered from 0 to 2."),
            (["similar", POST, "--unlike", "nope"], "small has no post 'nope'"),
            (["similar", "nope"], f"small has no post 'nope': ids look like '{POST}'"),
            (["cluster", "-k", "0"], "k must be from 1 to 9, the number of posts, not 0"),
            (["cluster", "-k", "10"], "k must be from 1 to 9, the number of posts, not 10"),
            (["project", "--n-neighbors", "1"], "n_neighbors must be from 2 to 200, not 1."),
            (["project", "--out", "no/such/folder/map.csv"], "no such folder"),
            (["collections", "--corpus", "films"], "The store has no corpus 'films': it has small"),
            (["app", "--host", "nonsense.invalid", "--auth", "ada:1"], "Nothing can be served on nonsense.invalid"),
            (["cluster", "--corpus", "films"], "The store has no corpus 'films': it has small"),
            (["cluster", "--model", "gemini"], "The store has no model 'gemini': it has word-counts"),
        ],
        ids=" ".join,
    )
    def test_what_the_store_cannot_answer_is_told(
        self, error_of: Callable[..., str], folder: Path, arguments: list[str], line: str
    ) -> None:
        assert line in error_of(*arguments, "--store", folder)

    def test_a_missing_store_is_told(self, error_of: Callable[..., str], tmp_path: Path) -> None:
        line = error_of("search", "orbit", "--store", tmp_path / "nowhere")

        assert f"There is no store in {tmp_path / 'nowhere'}: make one with `python -m ingest`" in line

    def test_a_store_that_is_a_file_is_told(self, error_of: Callable[..., str], tmp_path: Path) -> None:
        (tmp_path / "store").write_text("not a folder")

        line = error_of("collections", "--store", tmp_path / "store")

        assert f"The store {tmp_path / 'store'} is a file, not a folder: give another --store." in line

    def test_a_store_in_use_is_told(self, error_of: Callable[..., str], folder: Path) -> None:
        with Store(folder):
            assert f"is in use by process {os.getpid()}" in error_of("collections", "--store", folder)

    def test_two_corpora_are_a_question(self, error_of: Callable[..., str], tmp_path: Path) -> None:
        fill(tmp_path, make_corpus("letters"), make_corpus("books"))

        line = error_of("search", "orbit", "--store", tmp_path)

        assert "Which corpus? The store has books, letters: say --corpus NAME." in line

    def test_a_map_of_too_few_posts_is_told(self, error_of: Callable[..., str], tmp_path: Path) -> None:
        fill(tmp_path, Corpus("small", "memory", make_corpus().posts[:3]))

        assert "A map needs at least 4 posts, and there are 3" in error_of("project", "--store", tmp_path)

    def test_the_process_ends_with_the_status(self, folder: Path) -> None:
        ended = run_python("-m", "explorer", "similar", "nope", "--store", folder)

        assert ended == (1, "", f"error: small has no post 'nope': ids look like '{POST}'.\n")


class TestAllVerbs:
    """What holds for every verb, whatever it answers."""

    ARGUMENTS: ClassVar = {
        "search": ["search", "orbits", "--mode", "keywords"],
        "similar": ["similar", POST],
        "show": ["show", POST],
        "explain": ["explain", "-k", "3", "--cluster", "1"],
        "cluster": ["cluster", "-k", "3"],
        "project": ["project", "--method", "pca"],
        "evaluate": ["evaluate", "-k", "3"],
        "classify": ["classify", "--classifier", "logistic"],
        "collections": ["collections"],
        "export": ["export", "posts.csv", "--map", "none", "-k", "3"],
    }

    @pytest.mark.parametrize("verb", [name for name, verb in VERBS.items() if verb.has_json])
    def test_json_is_one_document_whether_asked_for_before_the_verb_or_behind_it(
        self, run_explorer: Command, folder: Path, verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        behind = run_explorer(*self.ARGUMENTS[verb], "--store", folder, "--json")
        before = run_explorer("--json", "--store", folder, *self.ARGUMENTS[verb])

        assert (behind.status, before.status) == (0, 0)
        assert json.loads(behind.out) == json.loads(before.out)

    def test_a_reader_that_has_had_enough_ends_a_verb_quietly(self, folder: Path) -> None:
        command = [sys.executable, "-m", "explorer", "cluster", "-k", "3", "--json", "--store", str(folder)]
        reading, writing = os.pipe()
        os.close(reading)
        ended = subprocess.run(command, cwd=ROOT, stdout=writing, stderr=subprocess.PIPE, text=True)
        os.close(writing)

        assert ended.returncode == 0
        assert [line.split(":")[0] for line in ended.stderr.splitlines()] == ["cluster 9 posts"]

    def test_an_interrupt_ends_a_verb_with_a_line(self, folder: Path) -> None:
        command = [sys.executable, "-m", "explorer", "--port", "7690", "--no-browser", "--store", str(folder)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert process.stdout and process.stdout.readline().startswith("The explorer is open at ")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)

        assert (process.returncode, err) == (130, "Interrupted.\n")

    def test_clusters_are_compared_with_newsgroups_that_tell_posts_apart(
        self, run_explorer: Command, tmp_path: Path
    ) -> None:
        alike = [Post(f"train/all/{number}", "all", "train", "", f"orbit {number}") for number in range(4)]
        fill(tmp_path, Corpus("unlabeled", "memory", alike))

        status, out, err = run_explorer("evaluate", "-k", "2", "--store", tmp_path)

        assert (status, out) == (1, "")
        assert err.startswith("error: All posts of unlabeled have one label, 'all', and clusters are compared with two")


class TestWrongUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["explorer", "find", "orbit"],
            ["explorer", "search"],
            ["explorer", "search", "orbit", "--subset", "all"],
            ["explorer", "search", "orbit", "--mode", "sound"],
            ["explorer", "similar"],
            ["explorer", "cluster", "-k", "many"],
            ["explorer", "cluster", "--seed", "-1"],
            ["explorer", "cluster", "--suggest-k", "--no-smooth"],
            ["explorer", "cluster", "--suggest-k", "-k", "20"],
            ["explorer", "cluster", "--suggest-k", "40-5"],
            ["explorer", "cluster", "--titles-model", "gemini-other"],
            ["explorer", "cluster", "--method", "hdbscan", "-k", "5"],
            ["explorer", "cluster", "--suggest-k", "--min-samples", "5"],
            ["explorer", "search", "orbit", "--min-similarity", "7"],
            ["explorer", "search", "orbit", "-n", "0"],
            ["explorer", "cluster", "--method", "isomap"],
            ["explorer", "evaluate", "--against-method", "isomap"],
            ["explorer", "classify", "--classifier", "forest"],
            ["explorer", "explain"],
            ["explorer", "explain", POST, "-k", "3"],
            ["explorer", "explain", POST, "--cluster", "1"],
            ["explorer", "explain", "--cluster", "1", "--method", "dbscan", "-k", "3"],
            ["explorer", "explain", "--cluster", "1", "--method", "dbscan", "--min-cluster-size", "3"],
            ["explorer", "project", "--method", "isomap"],
            ["explorer", "project", "--perplexity", "9"],
            ["explorer", "project", "--out", "map.html", "--color", "mood"],
            ["explorer", "project", "--out", "map.html", "--color", "similarity"],
            ["explorer", "project", "--out", "map.html", "-k", "3"],
            ["explorer", "project", "--out", "map.svg", "--color", "cluster", "--cluster-method", "dbscan", "-k", "3"],
            ["explorer", "project", "--out", "map.csv", "--color", "cluster"],
            ["explorer", "project", "--out", "map.svg", "--color", "cluster", "--eps", "0.5"],
            ["explorer", "project", "--dark"],
            ["explorer", "export"],
            ["explorer", "export", "posts.csv", "--map", "isomap"],
            ["explorer", "export", "posts.csv", "-k", "0", "--method", "hdbscan"],
            ["explorer", "export", "posts.csv", "-k", "0", "--smooth"],
            ["explorer", "export", "posts.csv", "--min-samples", "5"],
            ["explorer", "export", "posts.csv", "-k", "3", "--method", "hdbscan"],
            ["explorer", "export", "--embeddings", "vectors.npz", "--subset", "train"],
            ["explorer", "export", "--embeddings", "vectors.npz", "--seed", "5"],
            ["explorer", "--port", "0"],
            ["explorer", "--port", "99999"],
            ["explorer", "--auth", "nobody"],
            ["explorer", "app", "--json"],
            ["ingest", "--embedder", "word2vec"],
        ],
        ids=" ".join,
    )
    def test_it_ends_with_status_2_and_the_usage(self, capfd: pytest.CaptureFixture[str], arguments: list[str]) -> None:
        package, *rest = arguments
        with pytest.raises(SystemExit) as ended:
            {"explorer": explore_main, "ingest": ingest_main}[package](rest)

        out, err = capfd.readouterr()
        assert (ended.value.code, out) == (2, "")
        assert err.startswith(f"usage: python -m {package}")


class TestTerminal:
    """What posts bring with them does not steer the terminal."""

    @pytest.fixture
    def hostile(self, tmp_path: Path) -> Path:
        newsgroup, subject = "sci.\x1b[2Jspace", "\x1b]0;owned\x07 [red]offer[/red]\nsecond line\u202e"
        posts = [Post(str(number), newsgroup, "train", subject, f"orbit \x1b[31m{number}") for number in range(4)]
        return fill(tmp_path, Corpus("hostile", "memory", posts))

    def test_tables_have_no_escape_sequences(self, run_explorer: Command, hostile: Path) -> None:
        out = run_explorer("similar", "0", "--store", hostile).out

        assert all(character.isprintable() for character in out.replace("\n", ""))
        assert len(out.splitlines()) == 4

    def test_a_post_has_no_escape_sequences(self, run_explorer: Command, hostile: Path) -> None:
        out = run_explorer("show", "0", "--store", hostile).out

        assert all(character.isprintable() for character in out.replace("\n", ""))
        assert out.splitlines()[-1] == "orbit  [31m0"

    def test_markup_is_shown_as_written(self, run_explorer: Command, hostile: Path) -> None:
        assert "[red]offer[/red]" in run_explorer("similar", "0", "--store", hostile).out

    def test_errors_have_no_escape_sequences(self, run_explorer: Command, hostile: Path) -> None:
        err = run_explorer("similar", "0", "--newsgroup", "\x1b[31m", "--store", hostile).err

        assert err == "error: No newsgroup is called '\\x1b[31m': there are sci. [2Jspace.\n"

    def test_json_escapes_them(self, run_explorer: Command, hostile: Path) -> None:
        out = run_explorer("similar", "0", "--json", "--store", hostile).out

        assert out.isascii()
        assert json.loads(out)[0]["newsgroup"] == "sci.\x1b[2Jspace"
