"""Secrets: the key is in no file, stream, page or command line that an ingest or the explorer leaves or shows."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.store import Store
from tests.commands import ROOT
from tests.gemini_server import API_KEY, Answer, Fault, GeminiServer, Storm, refuse

WRONG_KEY = "wrong-key-that-was-planted"
FOREVER = 1_000
LEAK = refuse(403, "PERMISSION_DENIED", f"x-goog-api-key {API_KEY} is not allowed here.").body
# Batches of ten texts, so that there are some.
INGEST = ("ingest", "sample", "--dimensions", "128", "--per-newsgroup", "1", "--rpm", "250")
SEARCH = ("explorer", "search", "orbit")


class WatchfulServer(GeminiServer):
    """Reads, with each request, the command lines of the process that asks and of its children; may kill it."""

    def __init__(self, storm: Storm | None = None, kills_at: int = FOREVER) -> None:
        super().__init__(storm=storm)
        self.process = os.getpid()
        self.command_lines: list[bytes] = []
        self._kills_at = kills_at

    def answer(self, path: str, api_key: str | None, body: dict[str, Any]) -> Answer:
        self.command_lines.extend(command_lines_of(self.process))
        if self.n_requests >= self._kills_at:
            os.kill(self.process, signal.SIGKILL)
        return super().answer(path, api_key, body)


def command_lines_of(process: int) -> Iterator[bytes]:
    folder = Path("/proc", str(process))
    yield (folder / "cmdline").read_bytes()
    for thread in folder.glob("task/*/children"):
        for child in thread.read_text().split():
            yield from command_lines_of(int(child))


@dataclass(frozen=True, slots=True)
class Traces:
    """How a command ended, and everything that it left and showed."""

    status: int
    streams: dict[str, bytes]
    files: dict[str, bytes]
    command_lines: list[bytes]

    def places_of(self, secret: str) -> list[str]:
        """Return where a secret is found."""
        shown = {f"command line {number}": line for number, line in enumerate(self.command_lines)}
        places = {**self.streams, **self.files, **shown}
        return [place for place, content in places.items() if secret.encode() in content]


def start(server: GeminiServer, store: Path, *arguments: str, key: str = API_KEY) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", *arguments, "--store", str(store)]
    environment = {**os.environ, **server.environment, "GOOGLE_API_KEY": key}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def run(server: WatchfulServer, store: Path, *arguments: str, key: str = API_KEY) -> Traces:
    """Run a command with a key in its environment to its end, and gather its traces."""
    with start(server, store, *arguments, key=key) as process:
        server.process = process.pid
        out, err = process.communicate(timeout=60)
    # What a killed process had begun to write is written by then.
    Store(store).close()
    files = {path.relative_to(store).as_posix(): path.read_bytes() for path in store.rglob("*") if path.is_file()}
    return Traces(process.returncode, {"out": out, "err": err}, files, server.command_lines)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store whose posts were embedded with the key."""
    path = tmp_path_factory.mktemp("secrets") / "store"
    with WatchfulServer() as server:
        assert run(server, path, *INGEST).status == 0
    return path


class TestIngest:
    def test_one_that_succeeds_leaves_no_trace_of_the_key(self, path: Path) -> None:
        with WatchfulServer() as server:
            traces = run(server, path, *INGEST)

        assert traces.status == 0
        assert traces.places_of(API_KEY) == []
        # What is there is found.
        assert {"out", "chroma/chroma.sqlite3", "embeddings.sqlite3"} <= set(traces.places_of("gemini-embedding-001"))
        assert any(b"ingest.store.writer_process" in line for line in traces.command_lines)

    def test_a_wrong_key_is_told_and_not_shown(self, path: Path) -> None:
        with WatchfulServer() as server:
            traces = run(server, path, *INGEST, key=WRONG_KEY)

        assert traces.status == 1
        assert b"refuses the key in GOOGLE_API_KEY" in traces.streams["err"]
        assert traces.places_of(WRONG_KEY) == []

    def test_a_refusal_that_repeats_the_key_is_told_without_it(self, path: Path) -> None:
        with WatchfulServer() as server:
            server.answer_next(403, LEAK, n_requests=FOREVER)
            traces = run(server, path, *INGEST)

        assert traces.status == 1
        assert b"x-goog-api-key [key] is not allowed here" in traces.streams["err"]
        assert traces.places_of(API_KEY) == []

    def test_a_storm_brings_nothing_to_light(self, path: Path) -> None:
        kinds = [fault for fault in Storm.PASSING if fault is not Fault.SILENCE]
        with WatchfulServer(Storm(0.5, kinds=kinds)) as server:
            traces = run(server, path, *INGEST)

        assert traces.status == 0
        assert b"Trying again in" in traces.streams["err"]
        assert traces.places_of(API_KEY) == []

    def test_nor_does_a_kill(self, path: Path) -> None:
        with WatchfulServer(kills_at=3) as server:
            traces = run(server, path, *INGEST)

        assert traces.status == -signal.SIGKILL
        assert traces.places_of(API_KEY) == []


class TestExplorer:
    def test_a_search_leaves_no_trace_of_the_key(self, store: Path) -> None:
        with WatchfulServer() as server:
            traces = run(server, store, *SEARCH)

        assert (traces.status, server.texts) == (0, ["orbit"])
        assert traces.places_of(API_KEY) == []

    def test_a_search_that_is_refused_shows_nothing_of_it(self, store: Path) -> None:
        with WatchfulServer() as server:
            server.answer_next(403, LEAK, n_requests=FOREVER)
            traces = run(server, store, *SEARCH[:-1], "what nobody has asked before")

        assert traces.status == 1
        assert b"x-goog-api-key [key]" in traces.streams["err"]
        assert traces.places_of(API_KEY) == []

    def test_the_apps_page_does_not_have_it(self, store: Path) -> None:
        with GeminiServer() as server, start(server, store, "explorer", "--no-browser") as process:
            assert process.stdout
            address = next(word for word in process.stdout.readline().decode().split() if word.startswith("http"))
            page, config = (urllib.request.urlopen(f"{address}{name}").read() for name in ("", "config"))
            process.terminate()

        assert b"semantic-explorer" in page
        assert b"components" in config
        assert API_KEY.encode() not in page + config
