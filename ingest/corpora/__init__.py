"""Where posts come from: a table of sources, one file for each kind."""

from __future__ import annotations

from collections.abc import Callable

from ingest.corpora import newsgroups, sample
from ingest.errors import UnknownNameError
from ingest.posts import Corpus

SOURCES: dict[str, Callable[[], Corpus]] = {"20newsgroups": newsgroups.read, "sample": sample.read}


def read_corpus(source: str) -> Corpus:
    """Read all posts of a source."""
    if source not in SOURCES:
        raise UnknownNameError("source", source, ["auto", *SOURCES])
    return SOURCES[source]()
