"""The ingest's speed: against the tutorials' loop, against the API's limits, and against its own slowest part."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.stand_in import StandIn, stand_in
from ingest.console import print_line, print_table
from ingest.corpora import newsgroups, read_corpus
from ingest.corpora.selection import Selection
from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedders.pace import Limits, Sending
from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.embedding_queue import EmbeddingQueue
from ingest.errors import UserError
from ingest.job import Summary, ingest
from ingest.order import Order, select_posts, wanted_manifests
from ingest.posts import Corpus
from ingest.progress import Advance, Progress, Silent, ignore
from ingest.store import Store
from tests.gemini_server import API_KEY

LATENCY = 0.5
N_POSTS = 3_000
N_IN_LOOP = 20
N_REPEATS = 3
# A minute of the limits is shortened to so many seconds.
MINUTE = 10.0
N_MINUTES = 3
# So few that there are still some to send when those minutes are over.
TEXTS_A_MINUTE = N_POSTS // (N_MINUTES + 1)
BOTH = Order()
CLUSTERING = Order(task_types=(TaskType.CLUSTERING,))
SILENT = Silent()


class Measured(NamedTuple):
    """A row of the table."""

    what: str
    figure: str
    ratio: str
    asked: str


def report() -> None:
    """Print each figure, its ratio, and what is asked of it."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    corpus = posts_to_ingest()
    print_line(f"\nIngest: {len(corpus.posts):,} posts, the stand-in answers in {LATENCY:g} s")
    with TemporaryDirectory() as folder:
        rows = [*without_limits(corpus, Path(folder)), *within_limits(corpus, Path(folder))]
    print_table(("measure", "figure", "ratio", "asked"), rows)


def posts_to_ingest() -> Corpus:
    """Return real posts, the same share of each newsgroup, or the bundled ones repeated until there are as many."""
    if newsgroups.is_cached():
        corpus = read_corpus("20newsgroups")
        per_newsgroup = N_POSTS // len({post.newsgroup for post in corpus.posts})
        selected = select_posts(corpus, Order(Selection(per_newsgroup=per_newsgroup)))
        return replace(corpus, name="measured", posts=selected.posts)
    sample = read_corpus("sample").posts
    posts = [
        replace(sample[number % len(sample)], id=str(number), text=f"{number} {sample[number % len(sample)].text}")
        for number in range(N_POSTS)
    ]
    return Corpus("measured", "the bundled sample, repeated", posts)


def without_limits(corpus: Corpus, folder: Path) -> list[Measured]:
    """Measure against the loop, a second ingest, and what runs at the same time."""
    with stand_in(folder / "log", "--latency", LATENCY) as api:
        return [*against_loop(corpus, folder, api), *overlapped(corpus, folder, api)]


def against_loop(corpus: Corpus, folder: Path, api: StandIn) -> list[Measured]:
    """Compare texts a second of a command from its start to its end, then run it again."""
    loop = N_IN_LOOP / seconds_of(lambda: embed_one_by_one(api, [post.text for post in corpus.posts[:N_IN_LOOP]]))
    source = folder / "measured.jsonl"
    source.write_text("".join(f"{json.dumps({'id': post.id, 'text': post.text})}\n" for post in corpus.posts))
    first, seconds, n_requests = run_command(source, folder, api)
    ours = first["n_embedded"] / seconds
    second, seconds_again, n_requests_again = run_command(source, folder, api)
    return [
        Measured("the tutorials' loop", f"{loop:.2f} texts/s", "", ""),
        Measured(
            f"python -m ingest, {n_requests:,} requests",
            f"{ours:,.0f} texts/s, {seconds:.1f} s",
            f"{ours / loop:,.0f}",
            "at least 100",
        ),
        Measured(f"the same again, {second['n_embedded']:,} texts embedded", f"{seconds_again:.1f} s", "", ""),
        Measured("requests of that", f"{n_requests_again:,}", "", "0"),
    ]


def embed_one_by_one(api: StandIn, texts: Sequence[str]) -> None:
    """Embed as the tutorials do."""
    from google.genai import Client
    from google.genai.types import EmbedContentConfig, HttpOptions

    client = Client(api_key=API_KEY, http_options=HttpOptions(base_url=api.url))
    for text in texts:
        config = EmbedContentConfig(task_type=TaskType.CLUSTERING)
        client.models.embed_content(model="gemini-embedding-001", contents=text, config=config)


def run_command(source: Path, folder: Path, api: StandIn) -> tuple[dict[str, int], float, int]:
    """Run ``python -m ingest``; return its summary, its seconds, and the requests that it made."""
    n_requests, began = api.counts()["n_requests"], time.perf_counter()
    ended = api.ingest(source, "--embedder", "gemini", "--store", folder / "command", "--json")
    seconds = time.perf_counter() - began
    if ended.returncode:
        raise UserError(f"The ingest to be measured failed: {ended.stderr}")
    return json.loads(ended.stdout), seconds, api.counts()["n_requests"] - n_requests


def overlapped(corpus: Corpus, folder: Path, api: StandIn) -> list[Measured]:
    """Compare a whole ingest with the longer of its two parts, each alone; the best of some turns counts."""
    turns = [_turn(corpus, folder / f"turn-{number}", api) for number in range(N_REPEATS)]
    total, embedding, storing = (min(seconds) for seconds in zip(*turns, strict=True))
    return [
        Measured("embedding alone", f"{embedding:.1f} s", "", ""),
        Measured("writing and sealing alone", f"{storing:.1f} s", "", ""),
        Measured("both, as an ingest does", f"{total:.1f} s", f"{total / max(embedding, storing):.2f}", "at most 1.15"),
    ]


def _turn(corpus: Corpus, folder: Path, api: StandIn) -> tuple[float, float, float]:
    """Return the seconds of an ingest, of its embedding alone, and of its storing alone."""
    embedder = GeminiEmbedder(api_key=API_KEY, base_url=api.url)
    folder.mkdir()
    (folder / "cached").mkdir()
    embedding = seconds_of(lambda: embed_all(corpus, embedder, folder / "cached" / CACHE))
    storing = seconds_of(lambda: ingest_into(folder / "cached", corpus, embedder))
    total = seconds_of(lambda: ingest_into(folder / "new", corpus, embedder))
    shutil.rmtree(folder)
    return total, embedding, storing


def embed_all(corpus: Corpus, embedder: GeminiEmbedder, path: Path) -> None:
    """Do all of an ingest's embedding, and none of its writing."""
    posts = select_posts(corpus, BOTH).posts
    with EmbeddingCache(path) as cache, EmbeddingQueue(embedder, cache, SILENT) as queue:
        texts = {
            manifest: [embedder.as_sent(post.text, manifest.task_type, post.subject) for post in posts]
            for manifest in wanted_manifests(corpus, BOTH, embedder)
        }
        for manifest in texts:
            missing = cache.missing(manifest.space, texts[manifest])
            queue.add(manifest.space, manifest.task_type, missing, ignore)
        for manifest in texts:
            queue.wait_for(manifest.space, texts[manifest])


def ingest_into(
    path: Path, corpus: Corpus, embedder: GeminiEmbedder, order: Order = BOTH, progress: Progress = SILENT
) -> Summary:
    with Store(path, create=True) as store:
        return ingest(corpus, order, embedder, store, progress)


def within_limits(corpus: Corpus, folder: Path) -> list[Measured]:
    """Compare what is embedded with what is permitted: the limit, once for each minute since the first embedding."""
    limits = ("--rpm", TEXTS_A_MINUTE, "--window", MINUTE)
    arrivals = Arrivals()
    with stand_in(folder / "log", "--latency", LATENCY, *limits) as api:
        sending = Sending(Limits(texts_per_minute=TEXTS_A_MINUTE), minute=MINUTE)
        embedder = GeminiEmbedder(api_key=API_KEY, base_url=api.url, sending=sending)
        ingest_into(folder / "limited", corpus, embedder, CLUSTERING, arrivals)
        n_refused = api.counts()["n_refused_for_quota"]
    n_embedded, n_permitted = arrivals.n_within(N_MINUTES * MINUTE), TEXTS_A_MINUTE * N_MINUTES
    return [
        Measured(
            f"within {TEXTS_A_MINUTE:,} texts in {MINUTE:g} s",
            f"{n_embedded:,} texts in {N_MINUTES * MINUTE:g} s",
            f"{n_embedded / n_permitted:.3f}",
            "at least 0.95",
        ),
        Measured("requests refused of that", f"{n_refused:,}", "", "0"),
    ]


class Arrivals:
    """Listens to the ingest's progress, and notes when embeddings arrived and how many."""

    def __init__(self) -> None:
        self._moments: list[tuple[float, int]] = []

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        yield self._note if name == "embed" else ignore

    def n_within(self, seconds: float) -> int:
        """Return how many arrived in so many seconds since the first did."""
        first = min(moment for moment, _ in self._moments)
        return sum(n_texts for moment, n_texts in self._moments if moment < first + seconds)

    def _note(self, n_done: int, standing: str = "") -> None:
        self._moments.append((time.perf_counter(), n_done))


def seconds_of(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
