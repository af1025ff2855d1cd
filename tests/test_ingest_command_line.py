"""The command line of the ingest: what it prints on which stream, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any, NamedTuple

import pytest

from benchmarks.evidence import write_posts
from ingest import changes
from ingest.__main__ import INTERRUPTED
from ingest.__main__ import main as ingest_main
from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.parser import make_parser
from ingest.posts import Post
from ingest.store import Manifest, Store, lock
from tests.commands import ROOT, Command, Ended, command
from tests.gemini_server import Answer, GeminiServer, Quotas

# Twenty posts, which are sent in batches of ten.
TWENTY = ("sample", "--per-newsgroup", "1", "--dimensions", "128", "--rpm", "250")
OFFLINE = ("--embedder", "minilm")
UNFINISHED = "its ingest was not finished: run the same ingest again"

# Holds the lock of the store named first, leaves it to a child that lives for a second, and is killed.
LEAVE_THE_LOCK_TO_A_CHILD = """
import os, signal, subprocess, sys
from pathlib import Path
from ingest.store.lock import LOCK, StoreLock

lock = StoreLock(Path(sys.argv[1], LOCK))
lock.acquire()
subprocess.Popen(["sleep", "1"], pass_fds=[lock.descriptor])
os.kill(os.getpid(), signal.SIGKILL)
"""


class Ingested(NamedTuple):
    """A store that a test which changes it copies first, and how the ingest ended that made it."""

    store: Path
    ended: Ended


@pytest.fixture
def run_ingest(capfd: pytest.CaptureFixture[str]) -> Command:
    return command(ingest_main, capfd)


@pytest.fixture
def sample_copy(sample_store: Path, path: Path) -> Path:
    return Path(shutil.copytree(sample_store, path))


def ingest_once(server: GeminiServer, *arguments: str | Path) -> Ended:
    """Ingest with what stands in for the API, for a fixture that serves many tests."""
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        take_for_the_api(server, patch)
        status = ingest_main([str(argument) for argument in arguments])
    return Ended(status, out.getvalue(), err.getvalue())


def take_for_the_api(server: GeminiServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in server.environment.items():
        monkeypatch.setenv(variable, value)


def contents_of(path: Path) -> list[tuple[Manifest, list[Post]]]:
    with Store(path) as store:
        return [(manifest, store.collection(manifest.collection).posts()) for manifest in store.manifests()]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with five posts."""
    path = tmp_path_factory.mktemp("source") / "posts.jsonl"
    write_posts(path, range(5), salt=0)
    return path


class TestJson:
    """One JSON document on standard output, and nothing else there."""

    def test_ingest_prints_its_summary(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, _ = run_ingest("sample", *OFFLINE, "--json", "--store", sample_copy)

        summary = json.loads(out)
        assert (status, summary["corpus"], summary["embedder"], summary["error"]) == (0, "sample", "minilm", None)
        assert summary["cleaning"] == "tutorial; strip nothing; truncate at 10000 characters"
        assert len(summary["collections"]) == 2
        assert summary["n_read"] == summary["n_posts"] == 340

    def test_an_ingest_with_nothing_to_do_prints_that(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, _ = run_ingest("sample", "--if-empty", "--json", "--store", sample_copy)

        assert (status, json.loads(out)) == (0, {"corpus": "sample", "n_embedded": 0, "n_written": 0})

    def test_a_dry_run_prints_the_estimate(
        self, run_ingest: Command, source: Path, path: Path, server: GeminiServer
    ) -> None:
        status, out, _ = run_ingest(source, "--dry-run", "--json", "--store", path)

        estimate = json.loads(out)
        assert (status, estimate.keys()) == (0, {"task_types", "cleaning", "usd", "durations"})
        assert [(each["n_texts"], each["n_cached"]) for each in estimate["task_types"]] == [(5, 0)] * 2
        assert estimate["cleaning"] == "none; strip nothing; truncate at 10000 characters"
        assert estimate["durations"]["at tier free"] == {"days": 1, "minutes": 0}
        assert (server.n_requests, path.exists()) == (0, False)

    def test_a_dry_run_that_would_cost_too_much_prints_the_estimate_and_fails(
        self, run_ingest: Command, source: Path, path: Path, server: GeminiServer
    ) -> None:
        status, out, err = run_ingest(source, "--dry-run", "--max-cost", "0", "--json", "--store", path)

        assert (status, len(json.loads(out)["task_types"])) == (1, 2)
        assert "more than --max-cost 0: ask for fewer posts" in err.splitlines()[-1]

    def test_models_are_listed(self, run_ingest: Command, server: GeminiServer) -> None:
        status, out, _ = run_ingest("--list-models", "--json")

        assert (status, json.loads(out)) == (
            0,
            [
                {"model": "gemini-embedding-001", "input_tokens": 2_048},
                {"model": "gemini-embedding-2", "input_tokens": 8_192},
            ],
        )

    def test_verification_prints_a_verdict_on_each_collection(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, _ = run_ingest("--verify", "--json", "--store", sample_copy)

        assert (status, [verdict["faults"] for verdict in json.loads(out)]) == (0, [[], []])

    def test_rebuilding_prints_what_was_made_anew(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, _ = run_ingest("--rebuild", "--json", "--store", sample_copy)

        rebuilt = json.loads(out)
        assert (status, rebuilt.keys()) == (0, {"collections", "megabytes_before", "megabytes"})
        assert rebuilt["collections"] == [
            "sample.all-MiniLM-L6-v2.384.clustering",
            "sample.all-MiniLM-L6-v2.384.retrieval-document",
        ]


class TestErrors:
    """Exit status 1, nothing on standard output, one error at the end of standard error, no traceback."""

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            (["sample", "--newsgroups", "x*"], "No newsgroup matches 'x*': there are alt.atheism"),
            (["nope"], "There is no source 'nope': choose from auto, 20newsgroups, sample"),
            (["sample", "--corpus", "20newsgroups"], "20newsgroups is the name of a corpus that comes with the pro"),
            (["sample", "--dimensions", "99"], "minilm is all-MiniLM-L6-v2 with 384 dimensions"),
            (["sample", "--embedder", "gemini"], "Gemini needs a key, and neither GOOGLE_API_KEY nor GEMINI"),
            (["--verify"], "There is no store in "),
            (["--rebuild"], "There is no store in "),
            (["--list-models"], "Gemini needs a key, and neither GOOGLE_API_KEY nor GEMINI"),
        ],
        ids=" ".join,
    )
    def test_what_cannot_be_done_is_told(
        self, run_ingest: Command, path: Path, arguments: list[str], line: str
    ) -> None:
        status, out, err = run_ingest(*arguments, "--store", path)

        assert (status, out) == (1, "")
        assert err.count("error: ") == 1
        assert err.splitlines()[-1].startswith(f"error: {line}")
        assert "Traceback" not in err

    def test_a_corpus_that_is_not_there_cannot_be_verified(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, err = run_ingest("--verify", "--corpus", "films", "--store", sample_copy)

        assert (status, out) == (1, "")
        assert err == f"error: There is nothing to verify: the store {sample_copy} has no corpus films.\n"

    @pytest.mark.parametrize("arguments", [("nope",), ("sampel", "--corpus", "mine"), ("posts.docx",)])
    def test_a_mistyped_source_makes_no_store(
        self, run_ingest: Command, path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
    ) -> None:
        monkeypatch.chdir(path.parent)
        (path.parent / "posts.docx").touch()

        assert run_ingest(*arguments, "--store", path).status == 1
        assert not path.exists()

    def test_a_store_that_is_a_file_is_told(self, run_ingest: Command, path: Path) -> None:
        path.write_text("not a folder")

        _, _, err = run_ingest("sample", "--store", path)

        assert err == f"error: The store {path} is a file, not a folder: give another --store.\n"

    def test_an_answer_that_cannot_be_written_is_told(self, sample_copy: Path) -> None:
        arguments = [sys.executable, "-m", "ingest", "sample", "--if-empty", "--json", "--store", str(sample_copy)]
        with Path("/dev/full").open("w") as full:
            ended = subprocess.run(arguments, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

        assert ended.returncode == 1
        assert ended.stderr.splitlines()[1:] == ["error: [Errno 28] No space left on device"]


class TestWrongUsage:
    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (["sample", "--verify"], "--verify takes no SOURCE"),
            (["sample", "--rebuild"], "--rebuild takes no SOURCE"),
            (["sample", "--list-models"], "--list-models takes no SOURCE"),
            (["--rebuild", "--corpus", "sample"], "--rebuild takes no --corpus"),
            (["--verify", "--replace", "--max-cost", "5"], "--verify takes no --max-cost, --replace"),
            (["sample", "--dry-run", "--if-empty"], "--dry-run takes no --if-empty"),
            (["--rebuild", "--verify"], "--verify: not allowed with argument --rebuild"),
            (["--dry-run", "--list-models"], "--list-models: not allowed with argument --dry-run"),
            (["--per-newsgroup", "0"], "'0' is not a whole number of 1 or more"),
            (["--max-cost", "-1"], "'-1' is not an amount of USD"),
            (["--max-cost", "nan"], "'nan' is not an amount of USD"),
            (["--strip", "signatures"], "no part to strip 'signatures': choose from headers, footers, quotes."),
            (["--cleaning", "thorough"], "invalid choice: 'thorough' (choose from 'tutorial', 'none')"),
            (["--task-types", "SEARCH"], f"no task type 'SEARCH': choose from {', '.join(TaskType)}."),
            (["--task-types", ","], "',' names none: leave it out, or name some, separated by commas"),
            (["--corpus", "my posts"], "'my posts' cannot name a corpus: use up to 100 letters, digits, - and _."),
        ],
        ids=lambda given: " ".join(given) if isinstance(given, list) else "",
    )
    def test_it_ends_with_status_2_and_says_why(
        self, capfd: pytest.CaptureFixture[str], arguments: list[str], why: str
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            ingest_main(arguments)

        out, err = capfd.readouterr()
        assert (ended.value.code, out) == (2, "")
        assert err.startswith("usage: python -m ingest ")
        assert err.splitlines()[-1].endswith(why)


class TestHelp:
    def test_it_fits_in_eighty_columns(
        self, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "80")
        with pytest.raises(SystemExit):
            ingest_main(["--help"])

        assert max(map(len, capfd.readouterr().out.splitlines())) <= 80

    def test_every_option_that_takes_a_value_tells_its_default(self) -> None:
        takers = [action for action in make_parser()._actions if action.nargs != 0]

        untold = [action.dest for action in takers if "(default: " not in str(action.help)]

        assert len(takers) > 20
        assert untold == ["chroma_header"]  # those that are given come on top of the environment's


class TestLabels:
    def test_where_none_are_found_it_is_said_how_they_are_named(
        self, run_ingest: Command, path: Path, tmp_path: Path
    ) -> None:
        table = tmp_path / "reviews.csv"
        table.write_text("review,stars\nIt leaks.,1\nDry all night.,5\n")

        assert "  newsgroups 1: where posts have labels, --label-column" in run_ingest(table, "--store", path).out
        again = run_ingest(table, "--label-column", "stars", "--store", path)
        assert "  newsgroups 2\n" in again.out


class TestIngestAgain:
    def test_there_is_nothing_to_embed_and_nothing_to_write(self, run_ingest: Command, sample_copy: Path) -> None:
        status, out, _ = run_ingest("sample", *OFFLINE, "--store", sample_copy)

        assert status == 0
        assert "embedded   0 texts" in out
        assert "written    0 posts, 0 removed" in out

    def test_a_store_that_holds_the_corpus_is_left_alone_if_asked_to(
        self, run_ingest: Command, sample_copy: Path
    ) -> None:
        ended = run_ingest("sample", "--if-empty", "--store", sample_copy)

        assert ended == (0, "", "The store holds posts of sample already: nothing to do.\n")

    def test_an_empty_store_is_filled_if_asked_to(self, run_ingest: Command, path: Path) -> None:
        few = ("--newsgroups", "sci.med", "--per-newsgroup", "2")

        status, out, _ = run_ingest("sample", "--if-empty", *few, *OFFLINE, "--store", path)

        assert status == 0
        assert "written    2 posts" in out

    def test_a_process_that_finishes_writing_for_a_killed_one_is_waited_for(
        self, run_ingest: Command, sample_copy: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lock, "SECONDS_TO_WAIT", 0.1)
        subprocess.run([sys.executable, "-c", LEAVE_THE_LOCK_TO_A_CHILD, sample_copy], cwd=ROOT, check=False)

        status, _, err = run_ingest("sample", "--if-empty", "--store", sample_copy)

        first, *_, last = err.splitlines()
        assert first == f"Waiting for the store {sample_copy}: what another process began to write is not finished."
        assert (status, last) == (0, "The store holds posts of sample already: nothing to do.")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """An ingest of twenty posts that met the daily limit once each of its two collections had ten."""
    path = tmp_path_factory.mktemp("limit") / "store"
    with GeminiServer(quotas=Quotas(requests_a_day=25)) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(changes, "PAGE", 10)
        patch.setattr(GeminiEmbedder, "n_at_once", 1)
        return Ingested(path, ingest_once(server, *TWENTY, "--if-empty", "--json", "--store", path))


class TestDailyLimit:
    """An ingest that meets the daily limit goes on with the same command on the next day."""

    @pytest.fixture
    def store(self, stopped: Ingested, path: Path) -> Path:
        return Path(shutil.copytree(stopped.store, path))

    def test_it_ends_with_status_1_and_its_summary_has_the_error(self, stopped: Ingested) -> None:
        status, out, err = stopped.ended

        summary = json.loads(out)
        assert status == 1
        assert (summary["n_posts"], summary["n_embedded"], summary["n_written"]) == (20, 20, 10)
        assert summary["error"].startswith("The daily limit of the Gemini API is reached")
        assert err.splitlines()[-1] == f"error: {summary['error']}"
        assert "Traceback" not in err

    def test_what_is_there_by_then_is_sealed_and_not_called_complete(self, stopped: Ingested, store: Path) -> None:
        contents = contents_of(store)

        assert [manifest.collection for manifest, _ in contents] == sorted(json.loads(stopped.ended.out)["collections"])
        assert [(manifest.n_posts, manifest.complete, len(posts)) for manifest, posts in contents] == [
            (10, False, 10)
        ] * 2

    def test_a_verification_says_that_it_was_not_finished(self, run_ingest: Command, store: Path) -> None:
        status, out, _ = run_ingest("--verify", "--json", "--store", store)

        assert (status, [verdict["faults"] for verdict in json.loads(out)]) == (1, [[UNFINISHED]] * 2)

    def test_if_empty_goes_on_and_embeds_only_the_rest(
        self, run_ingest: Command, store: Path, server: GeminiServer
    ) -> None:
        again = (*TWENTY, "--if-empty", "--json", "--store", store)

        status, out, _ = run_ingest(*again)

        summary = json.loads(out)
        assert (status, summary["error"], summary["n_embedded"], summary["n_written"]) == (0, None, 20, 10)
        assert server.n_texts == 20
        assert [(manifest.n_posts, manifest.complete) for manifest, _ in contents_of(store)] == [(20, True)] * 2


@pytest.fixture(scope="module")
def ingested(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    """An ingest of five posts of which the API refuses one."""
    path = tmp_path_factory.mktemp("refused") / "store"
    with GeminiServer(refuses="has post 3 on") as server:
        return Ingested(path, ingest_once(server, source, "--json", "--store", path))


class TestRefusedText:
    @pytest.fixture
    def store(self, ingested: Ingested, path: Path) -> Path:
        return Path(shutil.copytree(ingested.store, path))

    def test_it_is_named_and_the_others_are_stored(self, ingested: Ingested, store: Path) -> None:
        summary = json.loads(ingested.ended.out)

        assert (ingested.ended.status, summary["n_posts"], summary["n_written"]) == (0, 5, 4)
        assert [line.split(": ")[0] for line in summary["refused"]] == ["group3/3"]
        assert [(manifest.n_posts, manifest.complete) for manifest, _ in contents_of(store)] == [(4, True)] * 2

    def test_the_next_ingest_asks_for_nothing_and_names_it_again(
        self, run_ingest: Command, ingested: Ingested, source: Path, store: Path, server: GeminiServer
    ) -> None:
        status, out, _ = run_ingest(source, "--json", "--store", store)

        assert (status, server.n_requests) == (0, 0)
        assert json.loads(out)["refused"] == json.loads(ingested.ended.out)["refused"]

    def test_it_is_named_to_people_too(
        self, run_ingest: Command, source: Path, store: Path, server: GeminiServer
    ) -> None:
        lines = run_ingest(source, "--store", store).out.splitlines()

        named = lines.index("  refused    1")
        assert lines[named + 1].startswith("    group3/3: The Gemini API refuses the request")

    def test_an_estimate_counts_it_as_cached(
        self, run_ingest: Command, source: Path, store: Path, server: GeminiServer
    ) -> None:
        out = run_ingest(source, "--dry-run", "--json", "--store", store).out

        assert [(each["n_texts"], each["n_cached"]) for each in json.loads(out)["task_types"]] == [(5, 5)] * 2

    def test_made_anew_with_a_wrong_key_the_collections_stay_as_they_were(
        self, run_ingest: Command, source: Path, store: Path, server: GeminiServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = contents_of(store)
        monkeypatch.setenv("GOOGLE_API_KEY", "wrong")

        status, _, err = run_ingest(source, "--replace", "--max-characters", "20", "--store", store)

        assert status == 1
        assert err.splitlines()[-1].startswith("error: The Gemini API refuses the key in GOOGLE_API_KEY")
        assert contents_of(store) == before
        assert run_ingest("--verify", "--store", store).status == 0


def close_the_descriptor() -> None:
    """Begin a process as ``2>&-`` does."""
    os.close(2)


def close_the_pipe() -> None:
    """Begin a process whose standard error is a pipe that nobody reads any more."""
    reader, writer = os.pipe()
    os.dup2(writer, 2)
    os.close(reader)


class TestWithoutStandardError:
    @pytest.mark.parametrize("close", [close_the_descriptor, close_the_pipe])
    def test_an_ingest_does_its_work_all_the_same(self, path: Path, close: Callable[[], None]) -> None:
        arguments = [sys.executable, "-m", "ingest", *TWENTY, "--json", "--store", str(path)]
        with GeminiServer() as server:
            environment = {**os.environ, **server.environment}
            process = subprocess.Popen(
                arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, preexec_fn=close
            )
            out, _ = process.communicate(timeout=60)

        assert process.returncode == 0
        assert json.loads(out)["n_written"] == 20


class StallingServer(GeminiServer):
    """Answers one request, and lets the next ones wait for what is no embedding."""

    def __init__(self) -> None:
        super().__init__()
        self.stalled = Event()

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        if not self.texts:
            return super().answer(path, api_key, body)
        self.stalled.set()
        sleep(0.5)
        return Answer(503, "")


class Interruption(NamedTuple):
    """An ingest that was interrupted while it waited for its second batch of embeddings."""

    arguments: list[str]
    ended: Ended
    kept: list[str]


@pytest.fixture(scope="module", params=[signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def interruption(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Interruption:
    folder = tmp_path_factory.mktemp("interrupted")
    arguments = [sys.executable, "-m", "ingest", "sample", "--json", "--store", str(folder)]
    pipe = subprocess.PIPE
    with StallingServer() as server:
        environment = {**os.environ, **server.environment}
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe, text=True)
        assert server.stalled.wait(timeout=60)
        process.send_signal(request.param)
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
