"""The ingest's parts: embedding and writing, each alone, and both at the same time."""

from __future__ import annotations

import shutil
from pathlib import Path

from benchmarks.ingest_rows import N_REPEATS, Row, ingest_into
from benchmarks.measuring import ratio_spread, seconds_of, spread
from benchmarks.stand_in import StandIn
from ingest.embedders.gemini import GeminiEmbedder
from ingest.embedding_cache import CACHE, EmbeddingCache
from ingest.embedding_queue import EmbeddingQueue
from ingest.order import Order, select_posts, wanted_manifests
from ingest.posts import Corpus
from ingest.progress import Silent, ignore
from tests.gemini_server import API_KEY

BOTH = Order()


def overlapped(corpus: Corpus, folder: Path, api: StandIn) -> list[Row]:
    """Compare a whole ingest with the longer of its two parts, each alone, turn by turn."""
    turns = [_turn(corpus, folder / f"turn-{number}", api) for number in range(N_REPEATS)]
    total, embedding, storing = (f"{spread(seconds, '.1f')} s" for seconds in zip(*turns, strict=True))
    longer = [max(turn[1:]) for turn in turns]
    return [
        Row("embedding alone", embedding, "", ""),
        Row("writing and sealing alone", storing, "", ""),
        Row("both, as an ingest does", total, ratio_spread([turn[0] for turn in turns], longer, ".2f"), "at most 1.15"),
    ]


def _turn(corpus: Corpus, folder: Path, api: StandIn) -> tuple[float, float, float]:
    """Return the seconds of an ingest, of its embedding alone, and of its storing alone."""
    embedder = GeminiEmbedder(api_key=API_KEY, base_url=api.url)
    folder.mkdir()
    (folder / "cached").mkdir()
    embedding = seconds_of(lambda: embed_all(corpus, embedder, folder / "cached" / CACHE))
    storing = seconds_of(lambda: ingest_into(folder / "cached", corpus, embedder, BOTH, Silent()))
    total = seconds_of(lambda: ingest_into(folder / "new", corpus, embedder, BOTH, Silent()))
    shutil.rmtree(folder)
    return total, embedding, storing


def embed_all(corpus: Corpus, embedder: GeminiEmbedder, path: Path) -> None:
    """Do all of an ingest's embedding, and none of its writing."""
    posts = select_posts(corpus, BOTH).posts
    with EmbeddingCache(path) as cache, EmbeddingQueue(embedder, cache, Silent()) as queue:
        texts = {
            manifest: [embedder.as_sent(post.text, manifest.task_type, post.subject) for post in posts]
            for manifest in wanted_manifests(corpus, BOTH, embedder)
        }
        for manifest in texts:
            missing = cache.missing(manifest.space, texts[manifest])
            queue.add(manifest.space, manifest.task_type, missing, ignore)
        for manifest in texts:
            queue.wait_for(manifest.space, texts[manifest])
