"""The disk that a store is on: what to tell the user once it is full."""

from __future__ import annotations

import math
import shutil
from contextlib import suppress
from pathlib import Path

from ingest.errors import UserError

# As SQLite and the operating system say it; Chroma does not always pass that on.
FULL = ("disk is full", "No space left")
LITTLE = 16 * 2**20  # bytes


def full_disk_error(error: Exception, folder: Path) -> UserError | None:
    """Return what to tell the user where a full disk is behind an error."""
    if not any(words in str(error) for words in FULL) and _bytes_free(folder.parent) >= LITTLE:
        return None
    return UserError(
        f"The disk of {folder.parent} is full: make room and run the same ingest again; "
        "nothing that was embedded and kept is lost."
    )


def _bytes_free(folder: Path) -> float:
    with suppress(OSError):
        return shutil.disk_usage(folder).free
    return math.inf
