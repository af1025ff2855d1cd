"""Scratch: what an app keeps for a while goes with it, however it ends, and nobody else's does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from gradio.utils import get_upload_folder

from explorer.app.scratch import scratch
from tests.commands import ROOT

APP = """
import sys, time
from explorer.app.scratch import scratch
from ingest.console import take_for_interrupts
take_for_interrupts("SIGTERM")
with scratch() as folder:
    (folder / "posts.csv").write_text("text")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@contextmanager
def app() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Run what keeps a file in its scratch folder, and yield it with that folder."""
    command = [sys.executable, "-c", APP]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def test_uploads_and_every_other_temporary_file_are_in_it_and_go_with_it() -> None:
    with scratch() as folder:
        assert Path(get_upload_folder()).parent == folder
        assert Path(tempfile.mkdtemp()).parent == folder

    assert not folder.exists()
    assert "GRADIO_TEMP_DIR" not in os.environ


def test_an_app_that_is_terminated_leaves_nothing() -> None:
    with app() as (process, folder):
        assert (folder / "posts.csv").exists()
        process.send_signal(signal.SIGTERM)
        process.wait(30)

        assert not folder.exists()


def test_what_a_killed_app_left_goes_at_the_next_start_and_what_a_living_one_has_stays() -> None:
    with app() as (killed, left), app() as (_, kept):
        killed.kill()
        killed.wait(30)
        assert left.exists()
        with scratch():
            assert (left.exists(), (kept / "posts.csv").exists()) == (False, True)


def test_a_folder_that_another_app_clears_away_before_it_is_locked_is_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def make(**options: Any) -> str:
        made.append(mkdtemp(**options))
        if len(made) == 1:
            Path(made[0]).rmdir()
        return made[-1]

    mkdtemp = tempfile.mkdtemp
    monkeypatch.setattr("tempfile.mkdtemp", make)

    with scratch() as folder:
        assert (str(folder), len(made)) == (made[1], 2)
