"""The embedding cache: every embedding ever computed, kept by content, so that none is paid for twice."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ingest.errors import UserError

CACHE = "embeddings.sqlite3"  # what its file is called in a store
# SQLite's default limit of variables in a statement is 32,766.
LOOKUP_PAGE = 10_000
# Explorers keep what they are asked while an ingest writes; each waits its turn.
SECONDS_TO_WAIT = 60.0

SCHEMA = """
CREATE TABLE IF NOT EXISTS spaces (
    id INTEGER PRIMARY KEY, model TEXT, dimensions INTEGER, task_type TEXT,
    UNIQUE (model, dimensions, task_type)
);
CREATE TABLE IF NOT EXISTS embeddings (
    space INTEGER REFERENCES spaces (id), text_sha256 BLOB, vector BLOB,
    PRIMARY KEY (space, text_sha256)
);
CREATE TABLE IF NOT EXISTS refusals (
    space INTEGER REFERENCES spaces (id), text_sha256 BLOB, reason TEXT,
    PRIMARY KEY (space, text_sha256)
);
"""

ADD_SPACE = "INSERT OR IGNORE INTO spaces VALUES (NULL, ?, ?, ?)"
PUT = "INSERT OR REPLACE INTO embeddings SELECT id, ?, ? FROM spaces WHERE (model, dimensions, task_type) = (?, ?, ?)"
REFUSE = "INSERT OR REPLACE INTO refusals SELECT id, ?, ? FROM spaces WHERE (model, dimensions, task_type) = (?, ?, ?)"
ACCEPT = """
DELETE FROM refusals WHERE text_sha256 = ?
AND space = (SELECT id FROM spaces WHERE (model, dimensions, task_type) = (?, ?, ?))
"""


@dataclass(frozen=True, slots=True)
class Space:
    """Where embeddings are comparable: a model, a dimensionality, and a task type where it matters."""

    model: str
    dimensions: int
    task_type: str


# What an embedding is found by: where, and of which text as sent.
Key = tuple[Space, str]


def sha256_of(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal; lone surrogates count as they are."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class EmbeddingCache:
    """Vectors by space and text in one SQLite file; what ``put`` has returned from survives a kill.

    Any thread may use it, and several processes at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._faults_explained():
            self._connection = sqlite3.connect(path, timeout=SECONDS_TO_WAIT, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def put(self, space: Space, texts: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Keep a batch, all or nothing.

        Parameters
        ----------
        vectors : ndarray of shape (n_texts, dimensions), float32
        """
        if vectors.dtype != np.float32 or vectors.shape != (len(texts), space.dimensions):
            raise ValueError(f"{vectors.dtype} vectors of shape {vectors.shape} for {len(texts)} texts in {space}")
        keys = [bytes.fromhex(sha256_of(text)) for text in texts]
        rows = [(key, row.tobytes(), *astuple(space)) for key, row in zip(keys, vectors, strict=True)]
        with self._lock, self._faults_explained(), self._connection:
            self._connection.execute(ADD_SPACE, astuple(space))
            self._connection.executemany(PUT, rows)
            self._connection.executemany(ACCEPT, [(key, *astuple(space)) for key in keys])

    def refuse(self, space: Space, text: str, reason: str) -> None:
        """Keep that the API does not take a text, so that it is not asked for ever."""
        with self._lock, self._faults_explained(), self._connection:
            self._connection.execute(ADD_SPACE, astuple(space))
            self._connection.execute(REFUSE, (bytes.fromhex(sha256_of(text)), reason, *astuple(space)))

    def refusals(self, space: Space, hashes: Sequence[str]) -> dict[str, str]:
        """Return why texts were refused, by the hashes of those that were."""
        return dict(row for page in _pages(hashes) for row in self._rows(space, page, "reason", "refusals"))

    def missing(self, space: Space, texts: Sequence[str]) -> list[str]:
        """Return the texts, each once and in order, that have no embedding yet."""
        by_hash = {sha256_of(text): text for text in texts}
        known = self.known(space, list(by_hash))
        return [text for key, text in by_hash.items() if key not in known]

    def unclaimed(self, space: Space, texts: Sequence[str], claimed: set[Key]) -> list[str]:
        """Return the texts that are missing and not claimed yet, and claim them: each is to be embedded once."""
        found = [text for text in self.missing(space, texts) if (space, text) not in claimed]
        claimed.update((space, text) for text in found)
        return found

    def known(self, space: Space, hashes: Sequence[str]) -> set[str]:
        """Return which of the texts' hashes have an embedding."""
        return {key for page in _pages(hashes) for key, _ in self._rows(space, page, "NULL", "embeddings")}

    def vectors(self, space: Space, hashes: Sequence[str]) -> NDArray[np.float32]:
        """Return the embeddings of texts that are all in the cache, by the texts' hashes.

        Returns
        -------
        ndarray of shape (n_hashes, dimensions), float32

        Raises
        ------
        KeyError
            Where one is not.
        """
        found = dict(row for page in _pages(hashes) for row in self._rows(space, page, "vector", "embeddings"))
        return np.frombuffer(b"".join(found[key] for key in hashes), "<f4").reshape(len(hashes), space.dimensions)

    def count(self) -> int:
        """Return how many embeddings there are, of all models."""
        with self._lock, self._faults_explained():
            n_embeddings: int = self._connection.execute("SELECT COUNT(*) FROM embeddings").fetchone()[0]
        return n_embeddings

    def _rows(self, space: Space, keys: Sequence[str], column: str, table: str) -> list[tuple[str, Any]]:
        marks = ",".join("?" * len(keys))
        # Only the number of places varies in the statement; the names are ours.
        query = (
            f"SELECT text_sha256, {column} FROM {table} JOIN spaces ON space = id "  # noqa: S608
            f"WHERE (model, dimensions, task_type) = (?, ?, ?) AND text_sha256 IN ({marks})"
        )
        parameters = [*astuple(space), *map(bytes.fromhex, keys)]
        with self._lock, self._faults_explained():
            return [(key.hex(), value) for key, value in self._connection.execute(query, parameters)]

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if _primary_code(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise UserError(
                    f"The embedding cache {self._path} is damaged ({error}): put a copy of it back, "
                    "or move it away and pay for its embeddings again."
                ) from error
            raise UserError(
                f"The embedding cache {self._path} cannot be used ({error}): mend that and try again."
            ) from error


def _primary_code(error: sqlite3.DatabaseError) -> int:
    """Return SQLite's code of an error, without what it adds to it in the higher bytes; 0 where it is Python's own."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _pages(keys: Sequence[str]) -> list[Sequence[str]]:
    return [keys[start : start + LOOKUP_PAGE] for start in range(0, len(keys), LOOKUP_PAGE)]
