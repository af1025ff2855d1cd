"""Starting the app: the port it takes, and who may be in the way."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from explorer.app import Address, launch, listening
from explorer.app.listening import MOST_PORT, free_ports
from explorer.app.page import build_broken_page
from ingest.__main__ import main as run_ingest
from ingest.errors import UserError
from ingest.store import Store
from tests.processes import running, wait_until

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"


def start(store: Path, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "explorer", "--no-browser", "--store", str(store)]
    environment = {**os.environ, **environment}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return next(word for word in process.stdout.readline().split() if word.startswith("http"))


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert next(free_ports(HOST, port)) > port


def test_no_port_beyond_the_last_is_tried() -> None:
    with socket.socket() as last:
        last.bind((HOST, MOST_PORT))
        last.listen()

        with pytest.raises(UserError, match=f"No port from {MOST_PORT} on is free on {HOST}"):
            launch(build_broken_page(UserError("nothing")), Address(HOST, MOST_PORT))


def test_a_port_that_another_process_takes_meanwhile_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(listening, "_is_free", lambda *_: True)
        page = build_broken_page(UserError("nothing"))
        url = launch(page, Address(HOST, port))
        page.close(verbose=False)

        assert int(url.rstrip("/").rpartition(":")[2]) > port


def test_the_app_starts_behind_a_proxy_that_knows_nothing_of_this_machine(sample_store: Path) -> None:
    proxy = "http://127.0.0.1:9"
    with start(sample_store, HTTP_PROXY=proxy, http_proxy=proxy) as process:
        address = address_of(process)
        process.terminate()

    assert address.startswith("http://127.0.0.1:")


def test_a_second_process_is_told_the_address_of_the_app(sample_store: Path) -> None:
    with start(sample_store) as process:
        address = address_of(process)
        with pytest.raises(UserError, match=rf"in use by process {process.pid} \(python -m explorer\) at {address}"):
            Store(sample_store)
        process.terminate()


@pytest.mark.parametrize("damage", ["missing", "empty", "broken"])
def test_a_store_with_nothing_to_show_gets_a_page_and_a_line_that_say_so(tmp_path: Path, damage: str) -> None:
    if damage != "missing":
        Store(tmp_path, create=True).close()
    if damage == "broken":
        (tmp_path / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 100)

    with start(tmp_path) as process:
        page = urllib.request.urlopen(address_of(process)).read()
        process.terminate()
        assert process.stderr
        line = process.stderr.readline()

    assert b"semantic-explorer" in page
    assert line.startswith("error: " if damage == "broken" else f"The store {tmp_path} has nothing to explore yet")


def app_on(store: Path, chroma_url: str) -> AbstractContextManager[subprocess.Popen[str]]:
    return running("-m", "explorer", "--no-browser", "--store", store, "--chroma-url", chroma_url)


def texts_found(app: Client, word: str) -> list[str]:
    """Return the texts of the posts with a word; an app that has nothing to answer from finds none."""
    try:
        return [post["text"] for post in app.predict(text=word, mode="keywords", api_name="/search")]
    except AppError:
        return []


def test_two_apps_on_a_server_find_what_an_ingest_puts_there_meanwhile(tmp_path: Path, chroma_url: str) -> None:
    posts, ours = tmp_path / "posts.csv", tmp_path / "ours"
    posts.write_text("text\nThe orbit decays\nA puck on ice\n")
    ingesting = [str(posts), "--embedder", "minilm", "--store", str(ours), "--chroma-url", chroma_url]
    assert run_ingest(ingesting) == 0

    with app_on(ours, chroma_url) as one, app_on(tmp_path / "theirs", chroma_url) as other:
        apps = [Client(address_of(process), verbose=False, download_files=tmp_path) for process in (one, other)]
        before = [(texts_found(app, "orbit"), texts_found(app, "cipher")) for app in apps]
        posts.write_text(f"{posts.read_text()}A cipher with a key\n")
        with running("-m", "ingest", *ingesting) as ingest:
            wait_until(lambda: all(texts_found(app, "cipher") == ["A cipher with a key"] for app in apps))
            assert ingest.wait(timeout=30) == 0

    assert before == [(["The orbit decays"], [])] * 2
