"""Search: how fast each mode is, filtered and not, beside a bare ``collection.query``, and how well each answers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import chromadb
import numpy as np
from numpy.typing import NDArray

from benchmarks.queries import KINDS, REPORTING, Query
from explorer import Explorer, Filters
from explorer.filters import NO_FILTERS
from explorer.question import MODES
from ingest.console import print_line, print_table
from ingest.embedders import TaskType, make_embedder
from ingest.posts import Post

N_QUESTIONS = 100
N_RESULTS = 10
LENGTH = 40  # of a new question, in characters: about that of a subject
FILTERS = {
    "": NO_FILTERS,
    "newsgroup": Filters(newsgroups=("sci.space",)),
    "subset": Filters(subset="train"),
    "phrase": Filters(contains="launch"),
    "newsgroup, subset, phrase": Filters(newsgroups=("sci.space",), subset="train", contains="launch"),
}

# What is timed: takes the number of a question.
Way = Callable[[int], object]


def report(explorer: Explorer, store: Path) -> None:
    """Print the milliseconds of a search in each mode, and the precision of each mode."""
    report_speed(explorer, store)
    report_precision(explorer)


def report_speed(explorer: Explorer, store: Path) -> None:
    """Print percentiles, and how many times the median of the bare and of the unfiltered search the median is."""
    rows = np.random.default_rng(0).choice(len(explorer.posts), N_QUESTIONS, replace=False)
    questions = [explorer.posts[row].subject or "?" for row in rows]
    for question in questions:
        explorer.search(question)
    ways = {**ways_beside(explorer, store, questions), **ways_of_searching(explorer, questions)}
    seconds = dict(zip(ways, interleaved(list(ways.values())), strict=True))
    medians = {way: float(np.median(taken)) for way, taken in seconds.items()}
    bare = medians["bare collection.query"]
    print_line(
        f"\nSearch: {N_QUESTIONS} subjects as questions to {len(explorer.posts):,} posts, {N_RESULTS} results; "
        "each asked before, so that only new ones are embedded"
    )
    print_table(
        ("way", "p50 ms", "p5 ms", "p95 ms", "p50 / bare", "p50 / unfiltered"),
        [
            (
                way,
                *(f"{np.percentile(taken, share) * 1e3:.1f}" for share in (50, 5, 95)),
                f"{medians[way] / bare:.2f}",
                to_unfiltered(way, medians),
            )
            for way, taken in seconds.items()
        ],
    )


def ways_beside(explorer: Explorer, store: Path, questions: Sequence[str]) -> dict[str, Way]:
    """Return what a search is made of, and searches of which nothing is known beforehand."""
    embedder = make_embedder("minilm")
    vectors = embedder.embed(questions, TaskType.RETRIEVAL_QUERY)
    collection = bare_collection(store, explorer)
    return {
        "bare collection.query": lambda number: bare_query(collection, vectors[number]),
        "embedding a question": lambda number: embedder.embed([questions[number]], TaskType.RETRIEVAL_QUERY),
        "new question": lambda number: explorer.search(passage(explorer.posts), N_RESULTS),
        "new question, new phrase": lambda number: explorer.search(
            passage(explorer.posts), N_RESULTS, Filters(contains=questions[number])
        ),
    }


def passage(posts: Sequence[Post]) -> str:
    """Return a piece of a post that nobody has asked for, in this run or an earlier one."""
    text = random.choice(posts).text
    start = random.randrange(len(text) + 1)
    return text[start : start + LENGTH].strip() or passage(posts)


def ways_of_searching(explorer: Explorer, questions: Sequence[str]) -> dict[str, Way]:
    def search(filters: Filters, mode: str, number: int) -> None:
        explorer.search(questions[number], N_RESULTS, filters, mode=mode)

    return {
        ", ".join(filter(None, (mode, name))): partial(search, filters, mode)
        for mode in MODES
        for name, filters in FILTERS.items()
    }


def to_unfiltered(way: str, medians: Mapping[str, float]) -> str:
    unfiltered, is_filtered, _ = way.partition(", ")
    return f"{medians[way] / medians[unfiltered]:.2f}" if is_filtered else ""


def bare_collection(store: Path, explorer: Explorer) -> chromadb.Collection:
    """Open the collection as a user of Chroma would; a client of this process shares the explorer's."""
    client = chromadb.PersistentClient(store.resolve() / "chroma")
    manifest = replace(explorer.manifest, task_type=TaskType.RETRIEVAL_DOCUMENT)
    return client.get_collection(manifest.collection, embedding_function=None)


def bare_query(collection: chromadb.Collection, vector: NDArray[np.float32]) -> None:
    collection.query(
        query_embeddings=vector[np.newaxis], n_results=N_RESULTS, include=["metadatas", "documents", "distances"]
    )


def interleaved(ways: Sequence[Way]) -> NDArray[np.float64]:
    """Return the seconds of each way and question, of shape (n_ways, N_QUESTIONS), after one that does not count."""
    for way in ways:
        way(0)
    return np.array([[timed(way, number) for way in ways] for number in range(N_QUESTIONS)]).T


def timed(way: Way, number: int) -> float:
    began = time.perf_counter()
    way(number)
    return time.perf_counter() - began


def report_precision(explorer: Explorer) -> None:
    """Print what share of ten results is from a newsgroup that answers, by mode and by kind of query."""
    print_line(f"\nPrecision@{N_RESULTS} of {len(REPORTING)} queries that nothing was tuned on")
    print_table(
        ("mode", "all", *KINDS),
        [(mode, *(f"{value:.3f}" for value in precisions(explorer, mode))) for mode in MODES],
    )


def precisions(explorer: Explorer, mode: str) -> list[float]:
    """Return the mean precision over all queries, and over those of each kind."""
    values = np.array([precision(explorer, mode, query) for query in REPORTING])
    return [float(values[which].mean()) for which in (slice(None), *KINDS.values())]


def precision(explorer: Explorer, mode: str, query: Query) -> float:
    found = explorer.search(query.text, N_RESULTS, mode=mode)
    return sum(hit.post.newsgroup in query.newsgroups for hit in found) / N_RESULTS
