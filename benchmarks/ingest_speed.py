"""The ingest's speed: against the tutorials' loop, against the API's limits, and against its own slowest part."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.ingest_limits import permitted, within_limits
from benchmarks.ingest_overlap import overlapped
from benchmarks.ingest_rows import LATENCY, N_POSTS, N_REPEATS, Row
from benchmarks.measuring import ratio_spread, seconds_of, spread
from benchmarks.stand_in import StandIn, stand_in
from ingest.console import print_line, print_table
from ingest.corpora import newsgroups, read_corpus
from ingest.corpora.selection import Selection
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.order import Order, select_posts
from ingest.posts import Corpus
from tests.gemini_server import API_KEY

N_IN_LOOP = 20


@dataclass(frozen=True, slots=True)
class Turn:
    """Texts a second of the loop and of the ingest, one after the other, and what an ingest of the same again takes."""

    loop: float
    ours: float
    seconds: float
    n_requests: int
    seconds_again: float
    n_requests_again: int


def report() -> None:
    """Print each figure, its ratio, and what is asked of it."""
    os.environ["NO_PROXY"] = "127.0.0.1"
    corpus = posts_to_ingest()
    print_line(
        f"\nIngest: {len(corpus.posts):,} posts under two task types, {N_REPEATS} turns, mean (least to most). "
        f"A server on this machine stands in for the API: it answers each request, of one text or of a hundred, "
        f"in {LATENCY:g} s, and limits nothing but where limits are named"
    )
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


def without_limits(corpus: Corpus, folder: Path) -> list[Row]:
    """Measure against the loop, a second ingest, and what runs at the same time."""
    with stand_in(folder / "log", "--latency", LATENCY) as api:
        turns = [against_loop(corpus, folder / f"command-{number}", api) for number in range(N_REPEATS)]
        loop = sum(turn.loop for turn in turns) / len(turns)
        return [*rows_of(turns), *permitted(corpus, loop), *overlapped(corpus, folder, api)]


def against_loop(corpus: Corpus, folder: Path, api: StandIn) -> Turn:
    """Compare texts a second of a command from its start to its end, then run it again."""
    loop = N_IN_LOOP / seconds_of(lambda: embed_one_by_one(api, [post.text for post in corpus.posts[:N_IN_LOOP]]))
    folder.mkdir()
    source = folder / "measured.jsonl"
    source.write_text("".join(f"{json.dumps({'id': post.id, 'text': post.text})}\n" for post in corpus.posts))
    first, seconds, n_requests = run_command(source, folder, api)
    again, seconds_again, n_requests_again = run_command(source, folder, api)
    if again["n_embedded"]:
        raise UserError(f"{again['n_embedded']:,} texts were embedded twice: see benchmarks torture.")
    return Turn(loop, first["n_embedded"] / seconds, seconds, n_requests, seconds_again, n_requests_again)


def rows_of(turns: Sequence[Turn]) -> list[Row]:
    most_requests, requests_again = (
        max(turn.n_requests for turn in turns),
        max(turn.n_requests_again for turn in turns),
    )
    return [
        Row(
            "the tutorials' loop, one text a request", f"{spread([turn.loop for turn in turns], '.2f')} texts/s", "", ""
        ),
        Row(
            f"python -m ingest, {most_requests:,} requests",
            f"{spread([turn.ours for turn in turns], ',.0f')} texts/s",
            ratio_spread([turn.ours for turn in turns], [turn.loop for turn in turns], ",.0f"),
            "at least 100",
        ),
        Row("the same, from its start to its end", f"{spread([turn.seconds for turn in turns], '.1f')} s", "", ""),
        Row("the same again", f"{spread([turn.seconds_again for turn in turns], '.1f')} s", "", ""),
        Row("requests of that", f"{requests_again:,}", "", "0"),
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
