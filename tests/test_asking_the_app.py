"""Verbs while the app holds the store: the app answers what the store would, and nobody else gets an answer."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from explorer.__main__ import main as explore_main
from explorer.app_pass import FILE, Pass, edition, pass_in, read_pass
from explorer.verbs import VERBS
from ingest.store import Store
from tests.commands import ROOT, Command, Ended, command, run_python

POST = "train/sci.space/01"
FILES = ["map.svg", "posts.csv", "vectors.npz"]
# Every verb that the app answers, and each of the ways that it answers in.
ASKED = [
    ["search", "why do shuttle launches slip?", "--mode", "hybrid", "-n", "3"],
    ["search", "a goalkeeper's save", "--newsgroup", "rec.sport.hockey", "--json"],
    ["similar", POST, "-n", "3"],
    ["show", POST],
    ["explain", "-k", "4", "--cluster", "1"],
    ["cluster", "-k", "4"],
    ["cluster", "-k", "4", "--json"],
    ["cluster", "--suggest-k"],
    ["cluster", "--method", "hdbscan", "--min-cluster-size", "12", "--min-samples", "3"],
    ["evaluate", "-k", "4", "--against-k", "3"],
    ["classify", "--classifier", "logistic", "--text", "the puck hit the goal"],
    ["project", "--method", "pca"],
    ["project", "--method", "pca", "--out", "map.svg"],
    ["export", "posts.csv", "--map", "pca", "-k", "4", "--embeddings", "vectors.npz"],
    ["collections", "--json"],
    ["similar", "nope"],
    ["search", "orbit", "--corpus", "films"],
]


def unhurried(ended: Ended) -> Ended:
    """Leave out how long stages took."""
    return ended._replace(err="\n".join(line.partition(": ")[0] for line in ended.err.splitlines()))


@contextmanager
def app_on(store: Path) -> Iterator[str]:
    """Run the app, which asks browsers for a password, and yield its address."""
    command = [sys.executable, "-m", "explorer", "--no-browser", "--auth", "ada:lovelace", "--store", str(store)]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            yield next(word for word in process.stdout.readline().split() if word.startswith("http"))
        finally:
            process.terminate()


@pytest.fixture
def run_explorer(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("COLUMNS", "160")
    return command(explore_main, capfd)


def test_each_verb_is_answered_as_without_the_app(
    run_explorer: Command, sample_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Path(shutil.copytree(sample_store, tmp_path / "store"))
    before = [unhurried(run_explorer(*arguments, "--store", store)) for arguments in ASKED]
    written_before = written()

    with app_on(store) as address:
        assert f"at {address}" in (store / ".lock").read_text()
        after = [unhurried(run_explorer(*arguments, "--store", store)) for arguments in ASKED]
        refused = run_python("-m", "ingest", "sample", "--store", store)
        for_others = [status_of(address, token) for token in ("", "guessed")]
        mode = (store / FILE).stat().st_mode

    assert after == before
    assert written() == written_before
    assert [ended.status for ended in after] == [0] * 15 + [1] * 2
    assert refused.status == 1
    assert f"at {address}: use the app there, whose Data page adds posts, stop that process, or" in refused.err
    assert for_others == [403, 403]
    assert mode & 0o777 == 0o600
    assert not (store / FILE).exists()


def written() -> list[bytes]:
    """Read the files that verbs have written, and take them away."""
    contents = [Path(name).read_bytes() for name in FILES]
    for name in FILES:
        Path(name).unlink()
    return contents


def status_of(address: str, token: str) -> int:
    request = Request(f"{address}verbs", b'["collections"]', {"Authorization": f"Bearer {token}"})
    with pytest.raises(HTTPError) as refused:
        urlopen(request, timeout=30)
    return refused.value.code


def test_every_verb_but_the_app_itself_is_asked_of_the_app() -> None:
    asked = {arguments[0] for arguments in ASKED}

    assert set(VERBS) - {"app"} == asked == {name for name, verb in VERBS.items() if verb.answer}


def test_a_pass_that_an_app_left_behind_is_no_hindrance(run_explorer: Command, folder: Path) -> None:
    with pass_in(folder, "http://127.0.0.1:9/", "token"):
        assert run_explorer("collections", "--store", folder).status == 0


def test_a_pass_that_others_could_read_is_not_trusted(tmp_path: Path) -> None:
    with pass_in(tmp_path, "http://127.0.0.1:9/", "token"):
        assert read_pass(tmp_path) is not None
        (tmp_path / FILE).chmod(0o644)
        assert read_pass(tmp_path) is None


@pytest.mark.parametrize("text", ["no JSON", "[]", '{"address": "http://127.0.0.1:9/"}'])
def test_what_is_no_pass_is_not_used(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).touch(mode=0o600)
    (tmp_path / FILE).write_text(text)

    assert read_pass(tmp_path) is None


def test_an_app_of_another_edition_is_not_asked_but_named(run_explorer: Command, folder: Path) -> None:
    with Store(folder), pass_in(folder, "http://127.0.0.1:9/", "token"):
        found = json.loads((folder / FILE).read_text())
        (folder / FILE).write_text(json.dumps({**found, "edition": "of last week"}))
        ended = run_explorer("collections", "--store", folder)

    told = "runs another edition of this program: end it and start it again."
    assert ended == (1, "", f"error: The app at http://127.0.0.1:9/ has the store open, and {told}\n")


def test_a_change_of_any_module_makes_another_edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = tmp_path / "ingest" / "cleaning.py"
    module.parent.mkdir()
    editions = []
    monkeypatch.setattr("explorer.app_pass.ROOT", tmp_path)
    for source in ("one = 1", "one = 2"):
        module.write_text(source)
        editions.append(edition())

    assert len({*editions}) == 2


class EndsEarly(BaseHTTPRequestHandler):
    """Takes a question, begins to answer, and ends."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"stage": 0, "name": "cluster", "total": None}).encode() + b"\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_app_that_was_killed_is_not_asked_even_if_somebody_answers_in_its_place(
    run_explorer: Command, folder: Path
) -> None:
    with HTTPServer(("127.0.0.1", 0), EndsEarly) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pass_in(folder, f"http://127.0.0.1:{server.server_port}", "token"):
            ended = run_explorer("cluster", "-k", "3", "--store", folder)
        server.shutdown()

    assert ended.status == 0


def test_an_app_that_ends_meanwhile_is_told_in_one_line(run_explorer: Command, folder: Path) -> None:
    with HTTPServer(("127.0.0.1", 0), EndsEarly) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        with Store(folder), pass_in(folder, address, "token"):
            ended = run_explorer("cluster", "-k", "3", "--store", folder)
        server.shutdown()

    assert ended == (1, "", f"error: The app at {address} ended before it had answered: run the command again.\n")


def test_a_pass_leads_to_the_verbs() -> None:
    assert Pass("http://127.0.0.1:7860/", "token", "").url == "http://127.0.0.1:7860/verbs"
