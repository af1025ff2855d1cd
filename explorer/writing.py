"""Writing: a file is at its path whole, or not at all; what was there stays until then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ingest.errors import UserError


class Unfinished:
    """A file that is written beside its path."""

    def __init__(self, path: Path) -> None:
        self._target = Path(os.path.realpath(path))  # a link stays one
        self._beside = self._target.with_name(f".{self._target.name}.{os.getpid()}.part")
        with telling_of(path):
            self.file: BinaryIO = self._beside.open("wb")

    def put(self) -> None:
        """Put the file, which is whole, at its path."""
        with telling_of(self._target):
            self.file.close()
            self._beside.replace(self._target)

    def drop(self) -> None:
        """Leave nothing of a file that will not be whole; one that was put stays."""
        with suppress(OSError):  # a full disk has no room for what waits to be written
            self.file.close()
        with telling_of(self._target):
            self._beside.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write to, and tell the user what the operating system refuses."""
    unfinished = Unfinished(path)
    try:
        with telling_of(path):
            yield unfinished.file
        unfinished.put()
    finally:
        unfinished.drop()


@contextmanager
def telling_of(path: Path) -> Iterator[None]:
    """Tell the user what the operating system refuses where a file is written to a path."""
    try:
        yield
    except OSError as error:
        raise UserError(f"Nothing can be written to {path} ({error.strerror or error}): name another file.") from error
