"""What tests of the store share: small posts and vectors, a collection to put them in, and Python processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.posts import Post
from ingest.store import Filters, Manifest, Store, StoredCollection

ROOT = Path(__file__).resolve().parents[1]
EAST, NORTH, WEST, NORTHEAST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 1.0)
MANIFEST = Manifest(
    corpus="small",
    source="memory",
    embedder="words",
    model="word-counts",
    dimensions=2,
    task_type=TaskType.CLUSTERING,
    cleaning="tutorial",
)
NAME = MANIFEST.collection


def make_post(number: int, newsgroup: str = "sci.space", subset: str = "train", text: str = "orbit") -> Post:
    return Post(f"{subset}/{newsgroup}/{number}", newsgroup, subset, f"Re: {number}", text)


def row(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def fill(store: Store, posts: Sequence[Post], vectors: Sequence[Sequence[float]]) -> StoredCollection:
    """Write posts into the one collection of the tests, without sealing it."""
    (collection,) = store.open_for_writing([MANIFEST])
    collection.upsert(posts, np.array(vectors, np.float32))
    return collection


def ids_of(collection: StoredCollection, vector: NDArray[np.float32], **filters: Any) -> list[str]:
    return [found.post.id for found in collection.nearest(vector, 10, Filters(**filters))]


def python(*arguments: object) -> str:
    """Run Python and return what it printed."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
