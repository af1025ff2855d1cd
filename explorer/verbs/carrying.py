"""Files carried in an answer: who answers may be another process, which writes to no path that it is asked for."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from explorer.exporting import writing
from ingest.errors import UserError

Result = TypeVar("Result")


def carried(write: Callable[[Path], Result], path: Path) -> tuple[str, Result]:
    """Return what is written to a file with such an ending, as text for JSON, and what the writing returns."""
    with TemporaryDirectory(prefix="explorer-") as folder:
        file = Path(folder) / f"file{path.suffix}"
        result = write(file)
        return b64encode(file.read_bytes()).decode(), result


def put(content: str, path: Path) -> None:
    """Write to the path what was carried, if anything was."""
    if content:
        with writing(path) as file:
            file.write(b64decode(content))


def require_folder(path: Path) -> None:
    """Refuse a file that cannot be there, before any work."""
    if not path.parent.is_dir():
        raise UserError(f"Nothing can be written to {path} (no such folder): name another file.")
