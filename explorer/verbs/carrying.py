"""Files carried in parts: who makes them may be another process, which writes to no path that it is asked for."""

from __future__ import annotations

import argparse
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

from explorer.exporting import telling_of
from ingest.errors import UserError

PART = 3 * 2**18  # bytes, of which base64 makes a megabyte
WRITTEN_TO = ("out", "embeddings")  # the options that name a file


def parts_of(file: Path) -> Iterator[str]:
    """Yield what a file holds, a part at a time, as text for JSON."""
    with file.open("rb") as content:
        while part := content.read(PART):
            yield b64encode(part).decode()


class Incoming:
    """A file that comes in parts; what was at its path stays there until it is whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._beside = path.with_name(f".{path.name}.part")
        with telling_of(path):
            self._file = self._beside.open("wb")

    def add(self, part: str) -> None:
        with telling_of(self._path):
            self._file.write(b64decode(part))

    def put(self) -> None:
        """Put the file, which is whole, at its path."""
        with telling_of(self._path):
            self._file.close()
            self._beside.replace(self._path)

    def drop(self) -> None:
        """Leave nothing of a file that will not be whole."""
        with telling_of(self._path):
            self._beside.unlink(missing_ok=True)
            self._file.close()


def paths_in(options: argparse.Namespace) -> list[Path]:
    """Return the files that the options ask for."""
    return [path for path in (getattr(options, name, None) for name in WRITTEN_TO) if path]


def require_folder(path: Path) -> None:
    """Refuse a file that cannot be there, before any work."""
    if not path.parent.is_dir():
        raise UserError(f"Nothing can be written to {path} (no such folder): name another file.")
