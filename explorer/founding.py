"""Founding: a table of somebody's own posts becomes a corpus of a store, through the same ingest as any other."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.bars import ConsoleProgress
from ingest.corpora.columns import Columns
from ingest.corpora.frames import read_rows
from ingest.embedders import Embedder, choose_embedder, make_embedder
from ingest.embedders.pace import Sending
from ingest.job import ingest
from ingest.order import Order
from ingest.posts import Corpus
from ingest.store import Store, require_corpus_name

if TYPE_CHECKING:
    from pandas import DataFrame

AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Founding:
    """What is to be stored where, and what embeds it: by default Gemini where there is a key, else the offline model.

    ``max_usd`` refuses to start what could cost more.
    """

    store: Path
    corpus: str
    embedder: str = AUTO
    max_usd: float | None = None

    def found(self, frame: DataFrame, **columns: str) -> str:
        """Make the corpus exactly what the table holds, embedding only what is new; return the model's name."""
        posts = _corpus_of(frame, require_corpus_name(self.corpus), Columns(**columns))
        progress = ConsoleProgress()
        embedder = self._make_embedder(progress)
        with Store(self.store, create=True) as store:
            ingest(posts, Order(replace=True, max_usd=self.max_usd), embedder, store, progress)
        return embedder.model

    def _make_embedder(self, progress: ConsoleProgress) -> Embedder:
        name = self.embedder
        if name == AUTO:
            name, reason = choose_embedder(os.environ)
            progress.say(reason)
        return make_embedder(name, sending=Sending(tell=progress.say))


def _corpus_of(frame: DataFrame, name: str, columns: Columns) -> Corpus:
    """Read the rows; what is missing in them, in whichever of pandas's ways, is None."""
    present = frame.astype(object).where(frame.notna(), None)
    present.columns = present.columns.map(str)
    return read_rows(name, list(present.columns), present.to_dict("records"), columns)
