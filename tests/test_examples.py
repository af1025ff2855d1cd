"""The example notebooks run from start to end, and reach what the tutorials reach."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from examples import rerun
from explorer.baselines import MAJORITY, TEXT_BASELINE
from ingest.corpora import newsgroups
from tests.conftest import NO_REAL_POSTS

FOLDER = rerun.FOLDER
NOTEBOOKS = ("clustering", "classification", "own_texts")
LARGEST = 500_000  # bytes of a notebook with what it shows, which everybody downloads


def run(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run a notebook with a new store in a folder, and return what its cells show as text."""
    pytest.importorskip("nbclient", reason="notebooks need an extra: pip install -e '.[examples]'")
    monkeypatch.setenv("EXPLORER_STORE", str(folder / "store"))
    return shown_in(rerun.executed(name, folder))


def kept(name: str) -> Any:
    """Return a notebook as it is here, with what its cells showed when it was last run."""
    return json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))


def shown_in(notebook: Any) -> str:
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", ())]
    told = [output["data"]["text/plain"] for output in outputs if "text/plain" in output.get("data", {})]
    return "\n".join("".join(lines) for lines in told)


@pytest.fixture
def _real_posts() -> None:
    """Skip where 20 Newsgroups is not at hand, which the tutorials are about."""
    if not newsgroups.is_cached():
        pytest.skip(NO_REAL_POSTS)


def figure_in(shown: str, name: str) -> float:
    """Return the figure behind a name in a table."""
    found = re.search(rf"^{name}\s+([\d.]+)$", shown, re.MULTILINE)
    assert found, f"no {name} in {shown}"
    return float(found[1])


def imports_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each module and name that a notebook imports from this project."""
    sources = ["".join(cell["source"]) for cell in kept(path.stem)["cells"] if cell["cell_type"] == "code"]
    for source in sources:
        nodes = ast.walk(ast.parse("" if source.startswith("%%") else source))
        for node in nodes:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("explorer", "ingest")):
                yield from ((node.module or "", alias.name) for alias in node.names)


@pytest.mark.usefixtures("_real_posts")
def test_the_clustering_tutorial_brings_the_newsgroups_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("clustering", tmp_path, monkeypatch)

    assert figure_in(shown, "mean_share") >= 0.93
    assert figure_in(shown_in(kept("clustering")), "mean_share") == pytest.approx(
        figure_in(shown, "mean_share"), abs=0.02
    )
    assert figure_in(shown, "as they are") >= 0.91
    assert len(re.findall(r"^sci\.\w+\s+150$", shown, re.MULTILINE)) == 4
    assert shown.count("<Figure") == 4


@pytest.mark.usefixtures("_real_posts")
def test_the_classification_tutorial_recognizes_the_test_posts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("classification", tmp_path, monkeypatch)

    kept_rows = shown_in(kept("classification"))
    for name, least in {"network": 0.88, "logistic regression": 0.9, TEXT_BASELINE: 0.8}.items():
        assert figure_in(shown, name) >= least
        assert figure_in(kept_rows, name) == pytest.approx(figure_in(shown, name), abs=0.04)
    assert figure_in(shown, MAJORITY) == figure_in(kept_rows, MAJORITY) == 0.25
    assert len(re.findall(r"^sci\.\w+\s+100\s+25$", shown, re.MULTILINE)) == 4
    assert shown.count("<Figure") == 2


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_shows_what_it_did_and_not_where(name: str) -> None:
    notebook, text = kept(name), (FOLDER / f"{name}.ipynb").read_text("utf-8")

    assert all(cell["execution_count"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert re.findall(r"/(?:home|root|tmp|usr|Users|work)/|File \"|Warning", text) == []
    assert len(text) < LARGEST


def test_ones_own_texts_become_a_map_clusters_and_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = run("own_texts", tmp_path, monkeypatch)

    assert figure_in(shown, "v_measure") > 0.5
    assert re.search(r"^0 .*Frost is forecast", shown, re.MULTILINE)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_a_notebook_imports_is_there(name: str) -> None:
    imported = list(imports_in(FOLDER / f"{name}.ipynb"))

    assert ("explorer", "Explorer") in imported
    assert [each for each in imported if not hasattr(import_module(each[0]), each[1])] == []
