"""What tests of the store share: small posts and vectors, a store to put them in, and processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedding_cache import CACHE, EmbeddingCache, sha256_of
from ingest.posts import Post
from ingest.progress import Silent
from ingest.store import Manifest, Opening, Record, Store, StoredCollection
from ingest.store.connection import NEVER, Connection
from ingest.store.embedded import Embedded
from ingest.store.lock import LOCK
from ingest.store.sealing import Sealing
from ingest.store.writer_process import WriterProcess
from ingest.verification import verify
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

# Opens the store named first for writing, and does nothing with that until it is killed.
WRITE = """
import sys, time
from pathlib import Path
from ingest.progress import Silent
from ingest.store import Opening, Store
from tests.stores import MANIFEST

with Store(Path(sys.argv[1]), create=True) as store, store.writing(Silent()) as writer:
    writer.open([Opening(MANIFEST)])
    print("writing", flush=True)
    time.sleep(60)
"""


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
    """Make a store with one complete collection, and its embeddings in the cache, in this process."""
    path.mkdir(parents=True, exist_ok=True)
    (path / LOCK).touch()
    with closing(EmbeddingCache(path / CACHE)) as cache:
        cache.put(manifest.space, [post.text for post in posts], vectors)
    with closing(Connection(Embedded(path / "chroma"))) as connection:
        connection.create(manifest, NEVER)
        collection = connection.collection(manifest.collection)
        collection.upsert(records_of(posts), vectors)
        collection.mark_sealed(complete=True)
    return path


@contextmanager
def writing(path: Path, *openings: Opening) -> Iterator[WriterProcess]:
    """Open collections of a store as the process that writes does, in this process."""
    with closing(WriterProcess(path / "chroma")) as process:
        process.open(openings)
        yield process


def seal(path: Path, n_posts: int, manifest: Manifest = MANIFEST) -> None:
    """Seal a collection of a store that is complete with so many posts."""
    with writing(path, Opening(manifest)) as process:
        process.seal([manifest.collection], {manifest.collection: n_posts})


def tamper(path: Path, change: Callable[[StoredCollection], None], name: str = NAME) -> None:
    """Change a collection behind its manifest's back."""
    with closing(Connection(Embedded(path / "chroma"))) as connection:
        change(connection.collection(name))


def faults_of(store: Store) -> list[list[str]]:
    """Return what verification finds wrong with each collection."""
    return [verdict.faults for verdict in verify(store, None, Silent())]


def leave_mark(path: Path, *names: str) -> None:
    """Leave a store's folder as a kill does while the indexes of collections are written."""
    try:
        with Sealing(path / "chroma").of(names):
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        return


def ids_of(collection: StoredCollection, vector: NDArray[np.float32]) -> list[str]:
    return [found.post.id for found in collection.nearest(vector, 10)]


def python(*arguments: object) -> str:
    """Run Python and return what it printed."""
    command = [sys.executable, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Run Python until the block ends."""
    command, environment = [sys.executable, *map(str, arguments)], {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def next_line(process: subprocess.Popen[str]) -> str:
    """Wait for a process to print something."""
    assert process.stdout
    return process.stdout.readline().strip()


@contextmanager
def process_writing(path: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a process that writes to a store; yield it with its child's id."""
    with running("-c", WRITE, path) as process:
        assert next_line(process) == "writing"
        (child,) = writers_of(process.pid)
        yield process, child


def writers_of(process: int) -> list[int]:
    """Return the ids of the processes that write to a store for the main thread of a process."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"ingest.store.writer_process" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def signal_writers(number: signal.Signals) -> None:
    """Send a signal to the processes that write for this one."""
    for writer in writers_of(os.getpid()):
        os.kill(writer, number)


def kill_writers() -> None:
    signal_writers(signal.SIGKILL)


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
