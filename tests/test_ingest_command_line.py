"""The command line of the ingest: what it prints on which stream, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pytest

from ingest.__main__ import INTERRUPTED
from ingest.__main__ import main as ingest_main
from tests.commands import ROOT, Command, Ended, command
from tests.gemini_server import Answer, GeminiServer


@pytest.fixture
def run_ingest(capfd: pytest.CaptureFixture[str]) -> Command:
    return command(ingest_main, capfd)


@pytest.fixture
def sample_copy(sample_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_store, tmp_path / "sample"))


class TestJson:
    """One JSON document on standard output, and nothing else there."""

    def test_ingest_prints_its_summary(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, _ = run_ingest("sample", "--embedder", "minilm", "--json", "--store", sample_copy)

        summary = json.loads(out)
        assert (status, summary["corpus"], summary["embedder"]) == (0, "sample", "minilm")
        assert len(summary["collections"]) == 2
        assert summary["n_read"] == summary["n_posts"] == 340


class TestIngestErrors:
    """Exit status 1, nothing on standard output, one error at the end of standard error, no traceback."""

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (["sample", "--newsgroups", "x*"], "No newsgroup matches 'x*': there are alt.atheism"),
            (["nope"], "There is no source 'nope': choose from auto, 20newsgroups, sample"),
            (["sample", "--strip", "signatures"], "There is no part to strip 'signatures': choose from headers"),
            (["sample", "--task-types", "SEARCH"], "There is no task type 'SEARCH': choose from RETRIEVAL_DOCUMENT"),
            (["sample", "--corpus", "my posts"], "'my posts' cannot name a corpus"),
            (["sample", "--dimensions", "99"], "minilm is all-MiniLM-L6-v2 with 384 dimensions"),
            (["sample", "--embedder", "gemini"], "Gemini needs a key, and neither GOOGLE_API_KEY nor GEMINI"),
        ],
        ids=" ".join,
    )
    def test_what_cannot_be_done_is_told(
        self, run_ingest: Command, tmp_path: Path, arguments: list[str], line: str
    ) -> None:
        status, out, err = run_ingest(*arguments, "--store", tmp_path)

        assert (status, out) == (1, "")
        assert err.count("error: ") == 1
        assert err.splitlines()[-1].startswith(f"error: {line}")
        assert "Traceback" not in err

    def test_a_store_that_is_a_file_is_told(self, run_ingest: Command, tmp_path: Path) -> None:
        (tmp_path / "store").write_text("not a folder")

        _, _, err = run_ingest("sample", "--store", tmp_path / "store")

        assert err == f"error: The store {tmp_path / 'store'} is a file, not a folder: give another --store.\n"


class TestIngestAgain:
    def test_there_is_nothing_to_embed_and_nothing_to_write(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, _ = run_ingest("sample", "--embedder", "minilm", "--store", sample_copy)

        assert status == 0
        assert "embedded   0 texts" in out
        assert "written    0 posts, 0 removed" in out

    def test_a_store_that_holds_the_corpus_is_left_alone_if_asked_to(
        self, run_ingest: Command, sample_copy: Path
    ) -> None:
        ended = run_ingest("sample", "--if-empty", "--store", sample_copy)

        assert ended == (0, "", "The store holds posts of sample already: nothing to do.\n")

    def test_an_empty_store_is_filled_if_asked_to(self, run_ingest: Command, tmp_path: Path) -> None:
        few = ("--newsgroups", "sci.med", "--per-newsgroup", "2")

        status, out, _ = run_ingest("sample", "--if-empty", *few, "--embedder", "minilm", "--store", tmp_path)

        assert status == 0
        assert "written    2 posts" in out


class StallingServer(GeminiServer):
    """Answers one request, and holds back the answer to the next until it ends."""

    def __init__(self) -> None:
        super().__init__()
        self.stalled = Event()
        self._ends = Event()

    def __exit__(self, *details: object) -> None:
        self._ends.set()
        super().__exit__(*details)

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        if not self.texts:
            return super().answer(path, api_key, body)
        self.stalled.set()
        self._ends.wait()
        return Answer(503, "")


class Interruption(NamedTuple):
    """An ingest that was interrupted while it waited for its second batch of embeddings."""

    arguments: list[str]
    ended: Ended
    kept: list[str]


@pytest.fixture(scope="module")
def interruption(tmp_path_factory: pytest.TempPathFactory) -> Interruption:
    folder = tmp_path_factory.mktemp("interrupted")
    arguments = [sys.executable, "-m", "ingest", "sample", "--json", "--store", str(folder)]
    pipe = subprocess.PIPE
    with StallingServer() as server:
        environment = {**os.environ, **server.environment}
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)
        assert server.stalled.wait(timeout=60)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return Interruption(arguments, Ended(process.returncode, out, err), server.texts)


class TestInterruption:
    def test_it_ends_with_status_130_and_says_how_to_go_on(self, interruption: Interruption) -> None:
        status, out, err = interruption.ended

        assert (status, out) == (130, "")
        assert err.splitlines()[-1] == INTERRUPTED
        assert "Traceback" not in err

    def test_the_next_ingest_embeds_only_the_rest(self, interruption: Interruption) -> None:
        with GeminiServer() as server:
            environment = {**os.environ, **server.environment}
            resumed = subprocess.run(interruption.arguments, cwd=ROOT, env=environment, capture_output=True, check=True)

        n_posts = json.loads(resumed.stdout)["n_posts"]
        assert len(interruption.kept) > 0
        assert server.n_texts == 2 * n_posts - len(interruption.kept)
