"""What the measurements of an ingest share: their rows, their size, and an ingest within this process."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ingest.embedders.gemini import GeminiEmbedder
from ingest.job import Summary, ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Progress
from ingest.store import Store

LATENCY = 0.5  # of each request to what stands in for the API, in seconds
N_POSTS = 3_000
N_REPEATS = 3


class Row(NamedTuple):
    """A row of the table."""

    what: str
    figure: str
    ratio: str
    asked: str


def ingest_into(path: Path, corpus: Corpus, embedder: GeminiEmbedder, order: Order, progress: Progress) -> Summary:
    with Store(path, create=True) as store:
        return ingest(corpus, order, embedder, store, progress)
