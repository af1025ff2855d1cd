"""Collections made with plain chromadb, as other programs make them, for tests of how they are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import chromadb
from chromadb.api import ClientAPI

# A slash, spaces and letters beyond ASCII; the last is one that no browser may run.
IDS = ["a b/1", "日本/2", "c", "d", "e" * 1_000, "<img src=x onerror=alert(1)>"]
# Three point along one axis and two along the other, whatever their lengths; the last has none.
VECTORS = [[2.0, 0.0], [4.0, 0.4], [8.0, 0.8], [0.0, 3.0], [0.1, 1.0], [0.0, 0.0]]
DOCUMENTS = ["orbit", "the orbit of a rocket", "a rocket", "puck", "a goal\nby a puck", "nothing"]
METADATA: list[dict[str, Any] | None] = [
    {"topic": "space", "title": "On orbits", "year": 1993, "draft": True},
    {"topic": "space", "year": 1993, "tags": ["sky", "fire"]},
    {"topic": "space", "year": 1.5},
    {"topic": "sport", "year": 1994, "draft": False},
    {"topic": "sport", "tags": ["<img src=x onerror=alert(1)>"]},
    None,
]


@contextmanager
def client_of(folder: Path) -> Iterator[ClientAPI]:
    """Open a folder as Chroma's own client does."""
    with closing(chromadb.PersistentClient(folder)) as client:  # type: ignore[type-var]
        yield client


def make_notes(folder: Path, name: str = "notes", space: str = "l2") -> Path:
    """Make six records, and return their folder."""
    with client_of(folder) as client:
        add_notes(client, name, space)
    return folder


def add_notes(client: ClientAPI, name: str = "notes", space: str = "l2") -> None:
    """Make six records wherever a client is connected to."""
    notes = client.create_collection(name, embedding_function=None, configuration={"hnsw": {"space": space}})  # type: ignore[arg-type]
    notes.add(ids=IDS, embeddings=VECTORS, documents=DOCUMENTS, metadatas=METADATA)  # type: ignore[arg-type]


def make_bare(folder: Path, n_records: int = 3) -> Path:
    """Make records of nothing but vectors."""
    with client_of(folder) as client:
        bare = client.create_collection("bare", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})
        if n_records:
            vectors = [[1.0, float(number)] for number in range(n_records)]
            bare.add(ids=[f"id {number}" for number in range(n_records)], embeddings=vectors)  # type: ignore[arg-type]
    return folder
