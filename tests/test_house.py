"""The house rules that a machine can keep: who imports whom, one door per dependency, no markup from posts."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(path for package in ("ingest", "explorer") for path in (ROOT / package).rglob("*.py"))

# Each dependency and the only places that may import it.
DOORS = {
    "chromadb": ("ingest/store/",),
    "google": ("ingest/embedders/gemini",),
    "httpx2": ("ingest/embedders/gemini_client.py",),
    "pyrate_limiter": ("ingest/embedders/pace.py",),
    "tenacity": ("ingest/embedders/pace.py", "ingest/store/remote_requests.py"),
    "sentence_transformers": ("ingest/embedders/transformer",),
    "transformers": ("ingest/embedders/transformer",),
    "pyarrow": ("ingest/corpora/tables.py",),
    "onnx": ("ingest/embedders/minilm_graph.py",),
    "onnxruntime": ("ingest/embedders/minilm.py",),
    "sqlite3": ("ingest/embedding_cache.py", "ingest/store/index_folders.py"),
    "portalocker": ("ingest/store/lock.py",),
    "gradio": ("explorer/app/", "explorer/point_map/"),
    "pydantic": ("explorer/app/",),
    "mcp": ("explorer/app/mcp_server.py",),
    "bm25s": ("explorer/keywords.py", "explorer/words.py"),
    "Stemmer": ("explorer/words.py",),
    "pynndescent": ("explorer/neighborhoods.py",),
    "matplotlib": ("explorer/charts.py",),
    "numba": ("explorer/forces.py",),
    "openTSNE": ("explorer/tsne_layout.py",),
    "shapely": ("explorer/regions.py",),
    "umap": ("explorer/umap_layout.py",),
    "rich": ("ingest/tables.py", "ingest/bars.py"),
    "argcomplete": ("explorer/__main__.py", "ingest/__main__.py"),
}
# Modules that are themselves imported only when they are needed.
LATE = ("ingest/embedders/minilm_graph.py", "explorer/forces.py")
HEAVY = {
    *("chromadb", "google", "httpx2", "onnx", "onnxruntime", "pandas", "pyarrow", "pyrate_limiter", "rich", "scipy"),
    *("huggingface_hub", "sentence_transformers", "sklearn", "tenacity", "tokenizers", "torch", "transformers", "umap"),
    *("Stemmer", "argcomplete", "bm25s", "openTSNE", "matplotlib", "numba", "pynndescent", "shapely"),
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports_of(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def is_for_types_only(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_dependency_has_one_door(path: Path) -> None:
    imported = {module.split(".")[0] for module in imports_of(ast.parse(path.read_text("utf-8")))}

    trespassed = [
        dependency for dependency in imported & DOORS.keys() if not name_of(path).startswith(DOORS[dependency])
    ]

    assert trespassed == []


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path).startswith("ingest/")], ids=name_of)
def test_ingest_never_imports_explorer(path: Path) -> None:
    assert not [module for module in imports_of(ast.parse(path.read_text("utf-8"))) if module.startswith("explorer")]


@pytest.mark.parametrize("path", [path for path in MODULES if name_of(path) not in LATE], ids=name_of)
def test_nothing_heavy_is_imported_before_it_is_needed(path: Path) -> None:
    at_import = [node for node in ast.parse(path.read_text("utf-8")).body if not is_for_types_only(node)]
    tops = (node for node in at_import if isinstance(node, ast.Import | ast.ImportFrom))

    assert not {module.split(".")[0] for node in tops for module in imports_of(node)} & HEAVY


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_in_its_first_line_what_lives_there(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


@pytest.mark.parametrize("path", sorted((ROOT / "explorer").rglob("*.js")), ids=name_of)
def test_scripts_never_make_markup_from_text(path: Path) -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")

    assert not [word for word in forbidden if word in path.read_text("utf-8")]


def test_importing_the_packages_has_no_effect_and_brings_nothing_heavy() -> None:
    code = "import sys, ingest.__main__, explorer.__main__; print(*{name.split('.')[0] for name in sys.modules})"

    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert not (HEAVY | {"gradio"}) & set(loaded.stdout.split())
    assert loaded.stderr == ""


@pytest.mark.parametrize("package", ["ingest", "explorer"])
def test_a_package_tells_type_checkers_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


def test_what_maps_are_kept_by_is_known_without_compiling_anything() -> None:
    code = (
        "import sys; from explorer.projection import METHODS; "
        "print([method.recipe() for method in METHODS.values()] and 'numba' in sys.modules)"
    )

    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert loaded.stdout == "False\n"
