"""Search: ``Explorer.search`` against what it is made of, the question's embedding and a bare ``collection.query``."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import chromadb
import numpy as np
from numpy.typing import NDArray

from explorer import Explorer
from ingest.console import print_line, print_table
from ingest.embedders import TaskType, make_embedder

N_QUERIES = 100
N_RESULTS = 10


def report(explorer: Explorer, store: Path) -> None:
    """Print the milliseconds of a query, median and 95th percentile, and the ratio to the bare one."""
    rows = np.random.default_rng(0).choice(len(explorer.posts), N_QUERIES, replace=False)
    questions = [explorer.posts[row].subject or "?" for row in rows]
    embedder = make_embedder("minilm")
    vectors = embedder.embed(questions, TaskType.RETRIEVAL_QUERY)
    collection = bare_collection(store, explorer)
    ways: dict[str, Callable[[int], object]] = {
        "bare collection.query": lambda i: bare_query(collection, vectors[i]),
        "embedding the question": lambda i: embedder.embed([questions[i]], TaskType.RETRIEVAL_QUERY),
        "Explorer.search, both": lambda i: explorer.search(questions[i], N_RESULTS),
    }
    seconds = interleaved(list(ways.values()))
    bare = np.median(seconds[0])
    print_line(f"\nSearch: {N_QUERIES} subjects as questions to {len(explorer.posts):,} posts, {N_RESULTS} results")
    print_table(
        ("way", "p50 ms", "p95 ms", "p50 / bare"),
        [
            (
                way,
                f"{np.median(taken) * 1e3:.1f}",
                f"{np.percentile(taken, 95) * 1e3:.1f}",
                f"{np.median(taken) / bare:.2f}",
            )
            for way, taken in zip(ways, seconds, strict=True)
        ],
    )


def bare_collection(store: Path, explorer: Explorer) -> chromadb.Collection:
    """Open the collection as a user of Chroma would; a client of this process shares the explorer's."""
    client = chromadb.PersistentClient(store.resolve() / "chroma")
    manifest = replace(explorer.manifest, task_type=TaskType.RETRIEVAL_DOCUMENT)
    return client.get_collection(manifest.collection, embedding_function=None)


def bare_query(collection: chromadb.Collection, vector: NDArray[np.float32]) -> None:
    collection.query(
        query_embeddings=vector[np.newaxis], n_results=N_RESULTS, include=["metadatas", "documents", "distances"]
    )


def interleaved(ways: Sequence[Callable[[int], object]]) -> NDArray[np.float64]:
    """Return the seconds of each way and query, of shape (n_ways, N_QUERIES), after one that does not count."""
    for way in ways:
        way(0)
    return np.array([[timed(way, number) for way in ways] for number in range(N_QUERIES)]).T


def timed(way: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    way(number)
    return time.perf_counter() - began
