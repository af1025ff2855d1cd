"""The writer: what an ingest writes with, while a process of its own does the writing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import Pipe
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError
from ingest.store.collection import Record
from ingest.store.disk import explain_fault
from ingest.store.lock import StoreLock
from ingest.store.manifest import Manifest

PACKAGES = Path(__file__).resolve().parents[2]


class Writer:
    """Writes to a folder of Chroma's in its ``with`` block; each call returns once that is on disk.

    See ``Writing``, whose methods these are. No other process, this one included, may have the folder open.
    """

    def __init__(self, folder: Path, lock: StoreLock) -> None:
        self._folder = folder
        self._errors = TemporaryFile()
        self._pipe, theirs = Pipe()
        arguments = [str(lock.path.parent), str(folder), str(theirs.fileno())]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.store.writing", *arguments],
            cwd=PACKAGES,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            pass_fds=[theirs.fileno(), lock.descriptor],
            start_new_session=True,  # Ctrl-C is this process's matter
        )
        theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.wait()
        self._errors.close()

    def open(
        self, wanted: Sequence[Manifest], anew: Sequence[str] = (), n_to_come: Mapping[str, int] | None = None
    ) -> None:
        self._tell("open", list(wanted), list(anew), n_to_come)

    def begin(self, name: str) -> None:
        self._tell("begin", name)

    def delete(self, name: str, post_ids: Sequence[str]) -> None:
        self._tell("delete", name, list(post_ids))

    def upsert(self, name: str, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        """Write posts with vectors of shape (n_records, dimensions)."""
        self._tell("upsert", name, list(records), vectors)

    def seal(self, names: Sequence[str], whole: Sequence[str]) -> None:
        self._tell("seal", list(names), list(whole))

    def _tell(self, message: str, *arguments: object) -> None:
        try:
            self._pipe.send((message, arguments))
            error = self._pipe.recv()
        except (EOFError, OSError) as broken:
            ended = UserError(f"Chroma could not write ({self._last_words()}): run the same ingest again.")
            raise explain_fault(ended, self._folder) or ended from broken
        if error is not None:
            raise explain_fault(error, self._folder) or error

    def _last_words(self) -> str:
        status = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"its process ended with status {status}"
