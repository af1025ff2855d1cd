"""The writer to Chroma's own files, while a process of its own does the writing."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing import Pipe
from pathlib import Path
from signal import SIGKILL
from tempfile import TemporaryFile
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError
from ingest.progress import Progress
from ingest.store.disk import full_disk_error
from ingest.store.drafts import draft_of
from ingest.store.lock import StoreLock
from ingest.store.opening import Opening
from ingest.store.record import Record
from ingest.store.sealing import Sealing

# A wait that is longer is shown.
SECONDS_UNTOLD = 0.5
PACKAGES = Path(__file__).resolve().parents[2]


class EmbeddedWriter:
    """Writes to a folder of Chroma's in its ``with`` block; each call returns once that is on disk.

    See ``WriterProcess``, whose methods these are. No other process, this one included, may have the folder open.
    The child holds the store's lock too: should this process be killed, nobody opens the store before the child has
    ended, which it does once it has done what it was last told.
    """

    def __init__(self, folder: Path, lock: StoreLock, progress: Progress) -> None:
        self._folder = folder
        self._lock = lock
        self._progress = progress
        self._places: list[str] = []
        self._errors = TemporaryFile()
        self._pipe, theirs = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ingest.store.writer_process", str(folder), str(theirs.fileno())],
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
        try:
            self._process.wait(timeout=SECONDS_UNTOLD)
        except subprocess.TimeoutExpired:
            with self._progress.stage("finish writing"):
                self._process.wait()
        self._errors.close()

    @property
    def is_writing(self) -> bool:
        return self._process.poll() is None

    def open(self, openings: Sequence[Opening]) -> None:
        self._places = [draft_of(each.name) if each.is_anew else each.name for each in openings]
        self._tell("open", list(openings))

    def begin(self, name: str) -> None:
        self._tell("begin", name)

    def delete(self, name: str, post_ids: Sequence[str]) -> None:
        self._tell("delete", name, list(post_ids))

    def upsert(self, name: str, records: Sequence[Record], vectors: NDArray[np.float32]) -> None:
        """Write posts with vectors of shape (n_records, dimensions)."""
        self._tell("upsert", name, list(records), vectors)

    def seal(self, names: Sequence[str], complete: Mapping[str, int]) -> None:
        self._tell("seal", list(names), dict(complete))

    def _tell(self, message: str, *arguments: object) -> None:
        try:
            self._pipe.send((message, arguments))
            error = self._pipe.recv()
        except (EOFError, OSError) as broken:
            ended = self._ended()
            raise full_disk_error(ended, self._folder) or ended from broken
        if error is not None:
            raise full_disk_error(error, self._folder) or error

    def _ended(self) -> UserError:
        """Return what ended the process; one that crashed may have met with a damaged index."""
        status = self._process.wait()
        if status < 0 and status != -SIGKILL:
            Sealing(self._folder).distrust(self._places)
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        last_words = lines[-1] if lines else f"its process ended with status {status}"
        return UserError(f"Chroma could not write ({last_words}): run the same ingest again.")
