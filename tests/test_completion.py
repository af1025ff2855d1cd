"""Completion: what a shell asks of both command lines, as argcomplete's script for bash does."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from explorer.clustering import METHODS as CLUSTERINGS
from explorer.painting import PAINTERS
from explorer.projection import METHODS as MAPS
from explorer.taking import TAKERS
from explorer.training import MODELS
from explorer.verbs.classifying import CLASSIFIERS
from explorer.verbs.coloring import COLORS
from explorer.verbs.grouping import METHODS
from explorer.verbs.mapping import PROJECTIONS
from tests.commands import ROOT


def install(folder: Path) -> None:
    """Put the scripts where an installation would."""
    for name, package in (("semantic-explorer", "explorer"), ("semantic-explorer-ingest", "ingest")):
        script = folder / name
        script.write_text(f"#!{sys.executable}\nfrom {package}.__main__ import script\nscript()\n")
        script.chmod(0o755)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("semantic-explorer cla", {"classify"}),
        ("semantic-explorer search --mo", {"--mode", "--model"}),
        ("semantic-explorer search --mode key", {"keywords"}),
        ("semantic-explorer cluster --method ", {"kmeans", "hdbscan", "dbscan"}),
        ("semantic-explorer cluster --min-", {"--min-cluster-size", "--min-samples"}),
        ("semantic-explorer cluster --task-type RETRIEVAL_Q", {"RETRIEVAL_QUERY"}),
        ("semantic-explorer-ingest --embedder g", {"gemini"}),
    ],
    ids=lambda given: given if isinstance(given, str) else "",  # a set has no order to be called by
)
def test_verbs_options_and_choices_are_completed_in_bash(tmp_path: Path, typed: str, words: set[str]) -> None:
    install(tmp_path)
    script = f"""
        eval "$(register-python-argcomplete --shell bash {typed.split()[0]})"
        COMP_WORDS=({typed} {"''" if typed.endswith(" ") else ""})
        COMP_LINE={shlex.quote(typed)} COMP_POINT={len(typed)} COMP_TYPE=9 COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _python_argcomplete {typed.split()[0]}
        echo "${{COMPREPLY[@]}}"
    """
    path = os.pathsep.join([str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}
    completed = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True)

    assert set(completed.stdout.split()) == words


def test_what_the_command_line_names_is_what_there_is() -> None:
    assert tuple(CLUSTERINGS) == METHODS
    assert {(name, taken) for name, method in CLUSTERINGS.items() for taken in method.chosen} == {
        ("kmeans", "n_clusters"),
        *((taker, name) for name, takers in TAKERS.items() for taker in takers),
    }
    assert tuple(MODELS) == CLASSIFIERS
    assert tuple(MAPS) == PROJECTIONS
    assert tuple(PAINTERS) == COLORS
