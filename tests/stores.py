"""What tests of the store share: small posts and vectors, and sites of stores to put them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.embedders import TaskType
from ingest.embedding_cache import CACHE, EmbeddingCache, sha256_of
from ingest.posts import Post
from ingest.progress import Silent
from ingest.store import Manifest, Opening, Place, Record, Store, StoredCollection
from ingest.store.connection import NEVER, Connection
from ingest.store.embedded import Embedded
from ingest.store.lock import LOCK
from ingest.store.remote_writer import RemoteWriter
from ingest.store.sealing import Sealing
from ingest.store.server import Server
from ingest.store.writer_process import WriterProcess
from ingest.store.writing import Writing
from ingest.verification import verify
from tests.word_embedder import VOCABULARY

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


@dataclass(frozen=True, slots=True)
class Site:
    """Where a store is: its folder, and the address of the Chroma server that has its collections, if one has."""

    path: Path
    url: str | None = None

    @property
    def place(self) -> Place:
        return Server(self.url) if self.url else Embedded(self.path / "chroma")

    def open(self) -> Store:
        return Store(self.path, create=True, chroma_url=self.url)

    def connected(self) -> closing[Connection]:
        return closing(Connection(self.place))

    def fill(self, posts: Sequence[Post], vectors: NDArray[np.float32], manifest: Manifest = MANIFEST) -> Site:
        """Make a complete collection, and its embeddings in the cache, in this process."""
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / LOCK).touch()
        with closing(EmbeddingCache(self.path / CACHE)) as cache:
            cache.put(manifest.space, [post.text for post in posts], vectors)
        with self.connected() as connection:
            connection.create(manifest, NEVER)
            collection = connection.collection(manifest.collection)
            collection.upsert(records_of(posts), vectors)
            collection.mark_sealed(complete=True)
        return self

    @contextmanager
    def writing(self, *openings: Opening) -> Iterator[Writing]:
        """Open collections as what writes does, in this process; at the end it is gone as after a kill."""
        writing = RemoteWriter(self.place) if self.url else WriterProcess(self.path / "chroma")
        with closing(writing):
            writing.open(openings)
            yield writing

    def tamper(self, change: Callable[[StoredCollection], None], name: str = NAME) -> None:
        """Change a collection behind its manifest's back."""
        with self.connected() as connection:
            change(connection.collection(name))

    def names_in_chroma(self) -> list[str]:
        """Return the names of all collections, as Chroma itself tells them."""
        with closing(self.place.connect()) as client:  # type: ignore[type-var]
            return sorted(collection.name for collection in client.list_collections())


def fill(path: Path, posts: Sequence[Post], vectors: NDArray[np.float32], manifest: Manifest = MANIFEST) -> Path:
    """Make a store with one complete collection in its folder, and its embeddings in the cache."""
    return Site(path).fill(posts, vectors, manifest).path


@contextmanager
def writing(path: Path, *openings: Opening) -> Iterator[WriterProcess]:
    """Open collections in a folder as the process that writes does, in this process."""
    with closing(WriterProcess(path / "chroma")) as process:
        process.open(openings)
        yield process


def seal(path: Path, n_posts: int, manifest: Manifest = MANIFEST) -> None:
    """Seal a collection of a store that is complete with so many posts."""
    with writing(path, Opening(manifest)) as process:
        process.seal([manifest.collection], {manifest.collection: n_posts})


def tamper(path: Path, change: Callable[[StoredCollection], None], name: str = NAME) -> None:
    """Change a collection in a folder behind its manifest's back."""
    Site(path).tamper(change, name)


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
