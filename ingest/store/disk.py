"""The disk that a store is on: what to tell the user once it is full."""

from __future__ import annotations

import shutil
from pathlib import Path

from ingest.errors import UserError

# As SQLite and the operating system say it; Chroma does not always pass that on.
FULL = ("disk is full", "No space left")
LITTLE = 16 * 2**20  # bytes


def full_disk_error(error: Exception, folder: Path) -> UserError | None:
    """Return what to tell the user where a full disk is behind an error."""
    is_full = any(words in str(error) for words in FULL) or shutil.disk_usage(folder.parent).free < LITTLE
    if not is_full:
        return None
    return UserError(
        f"The disk of {folder.parent} is full: make room and run the same ingest again; "
        "nothing that was embedded and kept is lost."
    )
