"""Titles of clusters, which a stand-in for Gemini writes over real HTTP: "About" and a cluster's first two terms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.__main__ import main
from explorer.kept_titles import KeptTitles, Title
from explorer.labeling import ClusterSummary
from explorer.titling import TITLE_CHARACTERS, cleaned, sampled
from ingest.embedders.gemini_titles import DEFAULT_MODEL, GeminiTitles, Sample
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from tests.commands import Command, command
from tests.explorers import fill
from tests.gemini_server import API_KEY, Fault, GeminiServer, refuse
from tests.sending import Clock
from tests.word_embedder import WordEmbedder

SAMPLES = {3: Sample(("orbit", "rocket"), ("Moon: to orbit",)), 7: Sample(("puck",), ("Goal: the puck",))}
SUBJECTS = {"sci.space": "orbit", "sci.crypt": "cipher", "rec.sport.hockey": "puck"}
ABOUT = {"About orbit", "About cipher", "About puck"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store with three posts of each of three subjects; each post has one word."""
    posts = [
        Post(f"train/{newsgroup}/{number}", newsgroup, "train", "", f"{word} " * number)
        for newsgroup, word in SUBJECTS.items()
        for number in (1, 2, 3)
    ]
    return fill(tmp_path / "store", Corpus("subjects", "memory", posts), WordEmbedder())


@pytest.fixture
def explorer(folder: Path) -> Iterator[Explorer]:
    with Explorer.open(folder) as explorer:
        yield explorer


@pytest.fixture
def run_explorer(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("COLUMNS", "160")
    return command(main, capfd)


def titles_of(summaries: list[ClusterSummary]) -> set[str]:
    return {summary.title for summary in summaries}


class TestWriting:
    def test_each_group_gets_the_title_that_was_written_for_its_number(self, server: GeminiServer) -> None:
        assert GeminiTitles().write(SAMPLES) == {3: "About orbit and rocket", 7: "About puck"}

    def test_all_groups_are_told_of_in_one_request(self, server: GeminiServer) -> None:
        GeminiTitles().write(SAMPLES)

        (prompt,) = server.prompts
        assert [path.rpartition("/")[2] for path in server.paths] == [f"{DEFAULT_MODEL}:generateContent"]
        assert json.loads(prompt) == [
            {"number": 3, "terms": ["orbit", "rocket"], "posts": ["Moon: to orbit"]},
            {"number": 7, "terms": ["puck"], "posts": ["Goal: the puck"]},
        ]

    @pytest.mark.parametrize("fault", [Fault.LIMIT, Fault.INTERNAL, Fault.RESET, Fault.CUT_OFF, Fault.NAN])
    def test_what_fails_in_passing_is_tried_again(self, server: GeminiServer, clock: Clock, fault: Fault) -> None:
        server.fail_next(fault)

        assert len(GeminiTitles().write(SAMPLES)) == 2
        assert server.n_requests == 2

    def test_a_title_that_is_missing_is_left_out(self, server: GeminiServer) -> None:
        server.fail_next(Fault.FEWER)

        assert GeminiTitles().write(SAMPLES) == {3: "About orbit and rocket"}

    def test_a_number_that_nobody_asked_for_is_left_out(self, server: GeminiServer) -> None:
        text = json.dumps([{"number": 99, "title": "Other"}, {"number": 3, "title": "Space"}, {"number": 7}, "no"])
        server.answer_next(200, json.dumps({"candidates": [{"content": {"parts": [{"text": text}]}}]}))

        assert GeminiTitles().write(SAMPLES) == {3: "Space"}

    def test_a_wrong_key_is_told_and_not_shown(self, server: GeminiServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GOOGLE_API_KEY", "wrong-key-of-somebody")

        with pytest.raises(UserError, match="refuses the key in GOOGLE_API_KEY") as raised:
            GeminiTitles().write(SAMPLES)
        assert "wrong-key-of-somebody" not in str(raised.value)

    def test_an_unknown_model_is_told_with_a_known_one(self, server: GeminiServer) -> None:
        with pytest.raises(UserError, match=f"does not know the model nope .*: try --titles-model {DEFAULT_MODEL}"):
            GeminiTitles("nope").write(SAMPLES)

    def test_posts_that_the_filters_block_are_told_at_once(self, server: GeminiServer) -> None:
        server.answer_next(200, json.dumps({"promptFeedback": {"blockReason": "SAFETY"}}))

        with pytest.raises(UserError, match="its filters block them"):
            GeminiTitles().write(SAMPLES)
        assert server.n_requests == 1

    def test_without_a_key_it_says_which_to_set(self) -> None:
        with pytest.raises(UserError, match=r"GOOGLE_API_KEY nor GEMINI_API_KEY is set: .* or do without titles"):
            GeminiTitles().require_ready()


class TestClusters:
    def test_each_gets_a_title(self, explorer: Explorer, server: GeminiServer) -> None:
        titled = explorer.title(explorer.cluster(3))

        assert (titles_of(titled.summaries), titled.note) == (ABOUT, "")
        assert {summary.name for summary in titled.summaries} == ABOUT

    def test_a_title_is_paid_for_once(self, folder: Path, server: GeminiServer) -> None:
        for _ in range(2):
            with Explorer.open(folder) as explorer:
                explorer.title(explorer.cluster(3))

        assert server.n_requests == 1

    def test_a_title_is_there_for_the_next_session_without_a_key(self, folder: Path) -> None:
        with GeminiServer() as server, pytest.MonkeyPatch.context() as patch, Explorer.open(folder) as explorer:
            for variable, value in server.environment.items():
                patch.setenv(variable, value)
            explorer.title(explorer.cluster(3))

        with Explorer.open(folder) as explorer:
            assert titles_of(explorer.describe(explorer.cluster(3))) == ABOUT

    def test_nothing_is_sent_unless_titles_are_asked_for(self, explorer: Explorer, server: GeminiServer) -> None:
        assert titles_of(explorer.describe(explorer.cluster(3))) == {""}
        assert server.n_requests == 0

    def test_of_another_model_they_are_written_anew(self, explorer: Explorer, server: GeminiServer) -> None:
        explorer.title(explorer.cluster(3))
        explorer.title(explorer.cluster(3), model="gemini-2.5-flash")

        assert len(server.prompts) == 2

    def test_those_of_each_model_are_kept(self, explorer: Explorer, server: GeminiServer) -> None:
        for model in (DEFAULT_MODEL, "gemini-2.5-flash", DEFAULT_MODEL):
            explorer.title(explorer.cluster(3), model=model)

        assert len(server.prompts) == 2

    def test_those_of_any_model_stand_where_nobody_asks_for_another(
        self, explorer: Explorer, server: GeminiServer
    ) -> None:
        explorer.title(explorer.cluster(3), model="gemini-2.5-flash")

        assert titles_of(explorer.describe(explorer.cluster(3))) == ABOUT

    def test_one_without_a_title_keeps_its_terms_and_a_note_says_so(
        self, explorer: Explorer, server: GeminiServer
    ) -> None:
        server.fail_next(Fault.FEWER)
        titled = explorer.title(explorer.cluster(3))

        assert titled.note == "1 of 3 have no title, and their terms stand instead."
        assert titled.summaries[-1].name in SUBJECTS.values()

    def test_only_what_has_no_title_is_asked_for_again(self, explorer: Explorer, server: GeminiServer) -> None:
        server.fail_next(Fault.FEWER)
        explorer.title(explorer.cluster(3))
        explorer.title(explorer.cluster(3))

        assert [len(json.loads(prompt)) for prompt in server.prompts] == [3, 1]

    def test_a_failure_that_lasts_leaves_the_terms_and_a_note_says_why(
        self, explorer: Explorer, server: GeminiServer, clock: Clock
    ) -> None:
        server.fail_next(Fault.UNAVAILABLE, 100)
        titled = explorer.title(explorer.cluster(3))

        assert titles_of(titled.summaries) == {""}
        assert titled.note.startswith("No cluster has a title, and their terms stand instead. The Gemini API fails")

    def test_a_damaged_file_of_titles_is_told_before_anything_is_paid_for(
        self, folder: Path, explorer: Explorer, server: GeminiServer
    ) -> None:
        (folder / "titles.json").write_text("[", encoding="utf-8")

        assert titles_of(explorer.describe(explorer.cluster(3))) == {""}
        with pytest.raises(UserError, match=r"titles\.json cannot be read .*: put a copy back, or move the file away"):
            explorer.title(explorer.cluster(3))
        assert server.n_requests == 0


class TestCommandLine:
    def test_titles_stand_in_the_place_of_terms(
        self, run_explorer: Command, folder: Path, server: GeminiServer
    ) -> None:
        status, out, _ = run_explorer("cluster", "-k", "3", "--titles", "--store", folder)

        assert status == 0
        assert all(title in out for title in ABOUT)

    def test_json_has_titles_and_typical_posts(self, run_explorer: Command, folder: Path, server: GeminiServer) -> None:
        _, out, _ = run_explorer("cluster", "-k", "3", "--titles", "--json", "--store", folder)

        clusters = json.loads(out)["clusters"]
        assert {cluster["title"] for cluster in clusters} == ABOUT
        assert all(len(cluster["typical"]) == 3 for cluster in clusters)

    def test_without_a_key_one_line_says_what_to_do(self, run_explorer: Command, folder: Path) -> None:
        status, out, err = run_explorer("cluster", "-k", "3", "--titles", "--store", folder)

        assert (status, out) == (1, "")
        assert "Gemini needs a key" in err

    def test_a_key_that_is_refused_leaves_the_clusters_with_their_terms(
        self, run_explorer: Command, folder: Path, server: GeminiServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOOGLE_API_KEY", "wrong-key-of-somebody")
        status, out, err = run_explorer("cluster", "-k", "3", "--titles", "--store", folder)

        assert status == 0
        assert out.splitlines()[0].endswith("telling terms")
        assert {row.split()[-1] for row in out.splitlines()[1:]} == set(SUBJECTS.values())
        assert err.startswith("No cluster has a new title, and terms stand instead. ")
        assert "refuses the key in GOOGLE_API_KEY" in err

    def test_the_key_is_in_no_file_and_on_no_stream(
        self, run_explorer: Command, folder: Path, server: GeminiServer
    ) -> None:
        server.answer_next(403, refuse(403, "PERMISSION_DENIED", f"x-goog-api-key {API_KEY} is not allowed.").body)
        refused = run_explorer("cluster", "-k", "3", "--titles", "--store", folder)
        run_explorer("cluster", "-k", "3", "--titles", "--store", folder)

        assert "[key] is not allowed" in refused.err
        assert not [path for path in folder.rglob("*") if path.is_file() and API_KEY.encode() in path.read_bytes()]


class TestText:
    def test_a_title_is_cut_to_one_line_of_60_characters(self) -> None:
        title = cleaned("Space\nflight " + "and more " * 20)

        assert title.startswith("Space flight and more")
        assert (len(title), title[-1]) == (TITLE_CHARACTERS, "…")

    def test_what_could_turn_the_text_is_taken_out(self) -> None:
        assert cleaned("Space\u202e flight\x00") == "Space flight"

    def test_of_a_post_its_subject_and_own_words_are_told_on_one_line(self) -> None:
        post = Post("1", "sci.space", "train", "Re: Moon", "From: somebody\n\n> quoted\nTo the\nmoon " + "and on " * 99)

        assert sampled(post).startswith("Re: Moon: To the moon and on")
        assert len(sampled(post)) <= 302


class TestKept:
    def test_titles_are_added_to_those_that_are_there(self, tmp_path: Path) -> None:
        kept = KeptTitles(tmp_path / "titles.json")
        one, other = Title("Space flight", "model"), Title("Ice hockey", "model")
        kept.keep({"one": one})
        kept.keep({"other": other})
        kept.keep({"one": replace(one, text="Space")})

        assert KeptTitles(tmp_path / "titles.json").read() == {"one": Title("Space", "model"), "other": other}

    def test_explorers_of_one_store_that_keep_titles_at_once_lose_none(self, tmp_path: Path) -> None:
        explorers = [KeptTitles(tmp_path / "titles.json") for _ in range(2)]

        def keep(number: int) -> None:
            explorers[number % 2].keep({str(number): Title("Space", "model")})

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(keep, range(40)))

        assert len(explorers[0].read()) == 40
