"""The plain model: all-MiniLM-L6-v2 on posts as they are, as it was before subjects were set apart."""

from __future__ import annotations

from pathlib import Path

from ingest.bars import ConsoleProgress
from ingest.console import note
from ingest.corpora import read_corpus
from ingest.embedders import TaskType
from ingest.embedders.minilm import MiniLMEmbedder
from ingest.job import ingest
from ingest.order import Order
from ingest.store import Store

FOLDER = "plain"  # in the store of the benchmarks
ORDER = Order(task_types=(TaskType.CLUSTERING,))


class PlainMiniLM(MiniLMEmbedder):
    """Embeds each post as one text, which no subject heads and whose mail headers stay."""

    preparation = ""

    def as_sent(self, text: str, task_type: TaskType, subject: str = "") -> str:
        return super().as_sent(text, task_type)


def plain_store(path: Path) -> Path:
    """Return the store with the plain vectors, filled the first time."""
    folder = path / FOLDER
    if not folder.exists():
        note("Embedding all posts once more, by the plain model: about six minutes on two cores, once.")
    with Store(folder, create=True) as store:
        ingest(read_corpus("20newsgroups"), ORDER, PlainMiniLM(), store, ConsoleProgress())
    return folder
