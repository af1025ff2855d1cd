"""What tests of the command lines share: running one here or in a process of its own, and filling its store."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Silent
from ingest.store import Store
from tests.word_embedder import WordEmbedder

ROOT = Path(__file__).resolve().parents[1]


class Ended(NamedTuple):
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str


Command = Callable[..., Ended]


def command(main: Callable[[Sequence[str]], int], capfd: pytest.CaptureFixture[str]) -> Command:
    """Return what runs a command line in this process, which spares the time of starting another."""

    def run(*arguments: str | Path) -> Ended:
        capfd.readouterr()
        status = main([str(argument) for argument in arguments])
        return Ended(status, *capfd.readouterr())

    return run


def run_python(*arguments: str | Path) -> Ended:
    """Run Python in a process of its own."""
    ended = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return Ended(ended.returncode, ended.stdout, ended.stderr)


def fill(folder: Path, *corpora: Corpus) -> Path:
    with Store(folder, create=True) as store:
        for corpus in corpora:
            ingest(corpus, Order(), WordEmbedder(), store, Silent())
    return folder
