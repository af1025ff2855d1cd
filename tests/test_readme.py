"""The README and the guides tell the truth: every command in them runs."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import chromadb
import numpy as np
import pytest

from ingest.corpora import sample
from ingest.job import ingest
from ingest.order import Order
from ingest.progress import Silent
from ingest.store import Store
from tests.chroma_server import ChromaServer, free_port
from tests.conftest import make_corpus
from tests.gemini_server import GeminiServer
from tests.processes import wait_until
from tests.word_embedder import WordEmbedder

ROOT = Path(__file__).resolve().parents[1]
# In the order that a reader meets their commands in.
PAGES = [ROOT / name for name in ("README.md", "docs/gemini.md", "docs/chroma.md", "docs/app.md", "docs/scaling.md")]


def blocks(language: str) -> list[str]:
    return [
        block
        for page in PAGES
        for block in re.findall(
            rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
    ]


COMMANDS = [line for block in blocks("sh") for line in block.splitlines()]
CHROMA = "chroma run --path server --port 8000"
SERVING = {"python -m explorer", "make explore", CHROMA}
# This test is part of `make test`.
ANSWERING = [command for command in COMMANDS if command not in SERVING | {"make test"}]


@pytest.fixture(scope="module")
def folder(mapped_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder to stand in, whose ``chroma_data`` holds the sample beside another corpus."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(mapped_store, folder / "chroma_data")
    shutil.copy(sample.FOLDER / "sci.space.mbox", folder / "inbox.mbox")
    (folder / "notes" / "ideas").mkdir(parents=True)
    (folder / "notes" / "ideas" / "1.txt").write_text("A balloon could lift the telescope.")
    (folder / "reviews.csv").write_text(
        'review,stars\n"Puts up well in the rain.",5\nLeaks.,1\nDry all night.,5\nTorn.,1\n'
    )
    write_elsewhere(folder / "their_chroma")
    with Store(folder / "chroma_data") as store:
        ingest(make_corpus("other"), Order(), WordEmbedder(), store, Silent())
    return folder


def write_elsewhere(folder: Path) -> None:
    """Write a collection as others do, with vectors of as many numbers as the offline model's."""
    with closing(chromadb.PersistentClient(folder)) as client:  # type: ignore[type-var]
        client.create_collection("notes", embedding_function=None).add(
            ids=["note-1", "note-2", "note-3"],
            embeddings=np.eye(3, 384, dtype=np.float32),
            documents=["An invoice is late.", "The invoice was paid.", "Milk and bread."],
            metadatas=[{"topic": "work"}, {"topic": "work"}, {"topic": "home"}],
        )


def environment(home: Path) -> dict[str, str]:
    """An environment with an empty home folder, no browser to open, and this interpreter as ``python``."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "HOME": str(home), "SCIKIT_LEARN_DATA": str(home), "BROWSER": "true", "PATH": path}


def is_for_gemini(command: str) -> bool:
    return "gemini" in command or "--list-models" in command


@contextmanager
def running(command: str, folder: Path, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a command until the block ends, then interrupt it as Ctrl-C does."""
    process = subprocess.Popen(
        command,
        shell=True,
        cwd=folder,
        env=environment(home),
        text=True,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def is_answered(url: str) -> bool:
    with suppress(OSError), urllib.request.urlopen(url) as answer:
        return bool(answer.status == 200)
    return False


def address_in(process: subprocess.Popen[str]) -> str:
    """Return the address that a starting app prints."""
    for line in process.stdout or ():
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError("it ended without telling an address")


def test_the_readme_shows_the_two_commands_first() -> None:
    assert COMMANDS[:2] == ["make explore", "make test"]


@pytest.mark.parametrize("command", ANSWERING)
def test_command_runs(command: str, folder: Path, tmp_path: Path, chroma_server: ChromaServer) -> None:
    command = command.replace("http://localhost:8000", chroma_server.url)
    with GeminiServer() as server:
        api = server.environment if is_for_gemini(command) else {}
        variables = {**environment(tmp_path), **api}
        ended = subprocess.run(command, shell=True, cwd=folder, env=variables, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


@pytest.mark.parametrize("code", blocks("python"))
def test_python_runs(code: str, folder: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


@pytest.mark.parametrize("code", blocks("py"))
def test_the_app_answers_the_program(code: str, folder: Path, tmp_path: Path) -> None:
    with running("python -m explorer", folder, tmp_path) as process:
        code = code.replace("http://127.0.0.1:7860", address_in(process))
        ended = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)

    assert ended.returncode == 0, ended.stderr
    assert "similarity" in ended.stdout


def test_the_app_starts_and_serves_its_page(folder: Path, tmp_path: Path) -> None:
    with (
        running("python -m explorer", folder, tmp_path) as process,
        urllib.request.urlopen(address_in(process)) as page,
    ):
        assert b"semantic-explorer" in page.read()


def test_a_chroma_server_is_started(tmp_path: Path) -> None:
    port = free_port()
    with running(CHROMA.replace("8000", str(port)), tmp_path, tmp_path):
        wait_until(lambda: is_answered(f"http://127.0.0.1:{port}/api/v2/heartbeat"))


def test_make_explore_ingests_and_opens_the_app(tmp_path: Path) -> None:
    if not (ROOT / ".venv" / "installed").exists():
        pytest.skip("`make explore` has not been set up here: `make test` does that")
    store = f"EXPLORER_STORE={tmp_path / 'store'}"

    with (
        running(f"{store} make explore PER_NEWSGROUP=5", ROOT, tmp_path) as process,
        urllib.request.urlopen(address_in(process)) as page,
    ):
        assert b"semantic-explorer" in page.read()
    assert (tmp_path / "store" / "chroma").is_dir()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pictures_and_pages_that_are_linked_exist(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)(.+?)(?:#.+?)?\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_shows_the_app() -> None:
    assert re.search(r"^!\[.+\]\(docs/.+\.png\)$", PAGES[0].read_text(encoding="utf-8"), re.MULTILINE)
