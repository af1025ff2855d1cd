"""Where Chroma keeps which collection's index: it tells nobody, but its database has it."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

FOLDERS = """
SELECT collections.name, segments.id FROM segments
JOIN collections ON segments.collection = collections.id WHERE segments.scope = 'VECTOR'
"""


def index_folders(chroma: Path) -> dict[str, Path]:
    """Return the folder of each collection's index, by the collection's name; of another version of Chroma, none."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{_database(chroma)}?mode=ro", uri=True)) as database:
        return {name: chroma / segment for name, segment in database.execute(FOLDERS)}
    return {}


def _database(chroma: Path) -> str:
    return (chroma / "chroma.sqlite3").as_uri()
