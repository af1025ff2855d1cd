"""What tests of the store share: small posts and vectors, a store to put them in, and processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedding_cache import EmbeddingCache, sha256_of
from ingest.posts import Post
from ingest.store import Filters, Manifest, Record, StoredCollection
from ingest.store.connection import NEVER, Connection
from ingest.store.lock import LOCK
from ingest.store.sealing import Sealing
from ingest.store.store import CACHE
from tests.word_embedder import VOCABULARY

ROOT = Path(__file__).resolve().parents[1]
EAST, NORTH, WEST, NORTHEAST = (1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (1.0, 1.0)
MANIFEST = Manifest(
    corpus="small",
    source="memory",
    embedder="words",
    model="word-counts",
    dimensions=2,
    task_type=TaskType.CLUSTERING,
    embedded_as="",
    cleaning="tutorial",
)
NAME = MANIFEST.collection


def make_post(number: int, newsgroup: str = "sci.space", subset: str = "train", text: str = "orbit") -> Post:
    return Post(f"{subset}/{newsgroup}/{number}", newsgroup, subset, f"Re: {number}", text)


def many_posts(n_posts: int) -> list[Post]:
    """Make posts of the vocabulary's words in turn, each post with a number of its own."""
    texts = [f"{VOCABULARY[number % len(VOCABULARY)]} {number}" for number in range(n_posts)]
    return [Post(f"train/sci.med/{number}", "sci.med", "train", "", text) for number, text in enumerate(texts)]


def records_of(posts: Sequence[Post]) -> list[Record]:
    """Make the records of posts whose text is sent as it is."""
    return [Record(post, sha256_of(post.text)) for post in posts]


def row(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def half_circle(n_vectors: int) -> NDArray[np.float32]:
    """Return unit vectors from east over north to west."""
    angles = np.linspace(0, np.pi, n_vectors)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def put(collection: StoredCollection, posts: Sequence[Post], vectors: Sequence[Sequence[float]]) -> None:
    collection.upsert(records_of(posts), np.array(vectors, np.float32))


def fill(path: Path, posts: Sequence[Post], vectors: NDArray[np.float32], manifest: Manifest = MANIFEST) -> Path:
    """Make a store with one whole collection, and its embeddings in the cache, in this process."""
    path.mkdir(parents=True, exist_ok=True)
    (path / LOCK).touch()
    with closing(EmbeddingCache(path / CACHE)) as cache:
        cache.put(manifest.space, [post.text for post in posts], vectors)
    with closing(Connection(path / "chroma")) as connection:
        connection.create(manifest, NEVER)
        collection = connection.collection(manifest.collection)
        collection.upsert(records_of(posts), vectors)
        collection.mark_complete()
    return path


def leave_mark(path: Path, *names: str) -> None:
    """Leave a store's folder as a kill does while the indexes of collections are written."""
    try:
        with Sealing(path / "chroma").of(names):
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        return


def ids_of(collection: StoredCollection, vector: NDArray[np.float32], **filters: Any) -> list[str]:
    return [found.post.id for found in collection.nearest(vector, 10, Filters(**filters))]


def python(*arguments: object) -> str:
    """Run Python and return what it printed."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def writers_of(process: int) -> list[int]:
    """Return the ids of the processes that write to a store for the main thread of a process."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"ingest.store.writer_process" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def kill_writers() -> None:
    for writer in writers_of(os.getpid()):
        os.kill(writer, signal.SIGKILL)


def is_running(process: int) -> bool:
    """Tell whether a process runs; one that has ended, but that nobody has asked for its status, does not."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.002)
