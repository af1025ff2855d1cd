"""What tests of the explorer share: filling its store, and what a search of the nine posts must find."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from ingest.embedders import Embedder, TaskType
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.progress import Silent
from ingest.store import Neighbor, Store

# The vectors' axes are orbit, rocket and, with 0.1, everything else.
ORBIT = {
    "test/sci.space/2": 1.0,  # "orbit"
    "train/sci.space/0": 2.01 / math.sqrt(1.01 * 5.01),  # "orbit orbit rocket"
    "train/sci.space/1": 1.01 / math.sqrt(1.01 * 2.01),  # "rocket to orbit"
}


def fill(folder: Path, corpus: Corpus, embedder: Embedder, *task_types: TaskType) -> Path:
    with Store(folder, create=True) as store:
        ingest(corpus, Order(task_types=task_types) if task_types else Order(), embedder, store, Silent())
    return folder


def ids_of(neighbors: Sequence[Neighbor]) -> list[str]:
    return [neighbor.post.id for neighbor in neighbors]
