"""``python -m examples.rerun [NAME]...``: run the notebooks from start to end, and keep what they show."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

FOLDER = Path(__file__).resolve().parent
LONGEST_CELL = 600  # seconds; embedding 600 posts on a busy machine


def main() -> None:
    """Run each with a new store, so that none shows what only its writer has."""
    import nbformat

    os.environ["EXPLORER_STORE"] = "chroma_data"
    for name in sys.argv[1:] or sorted(path.stem for path in FOLDER.glob("*.ipynb")):
        with TemporaryDirectory() as folder:
            nbformat.write(executed(name, Path(folder)), FOLDER / f"{name}.ipynb")


def executed(name: str, folder: Path) -> Any:
    """Return a notebook run in a folder, with what its cells show."""
    import nbclient
    import nbformat

    notebook: Any = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    written = notebook.metadata.copy()
    options = {"kernel_name": "python3", "resources": {"metadata": {"path": folder}}, "coalesce_streams": True}
    nbclient.NotebookClient(notebook, timeout=LONGEST_CELL, record_timing=False, **options).execute()
    notebook.metadata = written  # which does not say on whose Python it ran
    for cell in notebook.cells:
        drop_progress(cell)
    return notebook


def drop_progress(cell: Any) -> None:
    """Leave out what an ingest tells while it runs, of which the next run has another."""
    if "outputs" in cell:
        cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]


if __name__ == "__main__":
    main()
