"""Files carried in parts: who makes them may be another process, which writes to no path that it is asked for."""

from __future__ import annotations

import argparse
from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

from explorer.writing import Unfinished, telling_of
from ingest.errors import UserError

PART = 3 * 2**18  # bytes, of which base64 makes a megabyte
WRITTEN_TO = ("out", "embeddings")  # the options that name a file


def parts_of(file: Path) -> Iterator[str]:
    """Yield what a file holds, a part at a time, as text for JSON."""
    with file.open("rb") as content:
        while part := content.read(PART):
            yield b64encode(part).decode()


class Incoming(Unfinished):
    """A file that comes in parts."""

    def add(self, part: str) -> None:
        with telling_of(self._target):
            self.file.write(b64decode(part))


def paths_in(options: argparse.Namespace) -> list[Path]:
    """Return the files that the options ask for."""
    return [path for path in (getattr(options, name, None) for name in WRITTEN_TO) if path]


def require_folder(path: Path) -> None:
    """Refuse a file that cannot be there, before any work."""
    if not path.parent.is_dir():
        raise UserError(f"Nothing can be written to {path} (no such folder): name another file.")
