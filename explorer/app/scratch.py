"""Scratch: the folder of what comes and goes with an app, uploads and exports, which does not outlive it for long."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "semantic-explorer-"
GRADIO = "GRADIO_TEMP_DIR"  # where Gradio keeps uploads, and what it gives away


@contextmanager
def scratch() -> Iterator[Path]:
    """Have every temporary file of this process in a folder of its own, which goes when the block ends.

    So do the folders of apps that were killed.
    """
    around = Path(os.environ.get(GRADIO) or tempfile.gettempdir())
    around.mkdir(parents=True, exist_ok=True)
    _clear_away(around)
    folder, descriptor = _locked_folder(around)
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    ours = os.environ.get(GRADIO)
    os.environ[GRADIO] = str(folder / "gradio")
    try:
        yield folder
    finally:
        tempfile.tempdir = before
        os.environ.pop(GRADIO) if ours is None else os.environ.update({GRADIO: ours})
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _locked_folder(around: Path) -> tuple[Path, int]:
    """Make a folder that is locked as long as this process lives, however that ends.

    Another app that clears away what was left may find it before it is locked, and take it for such.
    """
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=around))
        with suppress(FileNotFoundError):
            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if folder.is_dir():
                return folder, descriptor
            os.close(descriptor)


def _clear_away(around: Path) -> None:
    for folder in around.glob(f"{PREFIX}*"):
        with suppress(OSError):  # it is somebody else's, or gone, or its app lives
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(descriptor)
