"""Naming: what a corpus is stored by, which is not the name of another that comes with the project."""

from __future__ import annotations

from dataclasses import replace

from ingest.corpora import SOURCES
from ingest.errors import UserError
from ingest.posts import Corpus
from ingest.store import require_corpus_name


def called(corpus: Corpus, name: str | None, source: str) -> Corpus:
    """Return the corpus of a source by the name that is wanted, or else its own."""
    chosen = require_corpus_name(name or corpus.name)
    if chosen in SOURCES and chosen != source:
        raise UserError(
            f"{chosen} is the name of a corpus that comes with the project: call yours otherwise with --corpus."
        )
    return replace(corpus, name=chosen)
