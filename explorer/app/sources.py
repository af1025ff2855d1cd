"""Sources: the posts that a visitor asks to be ingested, and the name of the corpus that they come into."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain, count
from pathlib import Path

from explorer.app.jobs import AUTO, UPLOAD, Request
from explorer.app.live_progress import LiveProgress
from explorer.app.uploads import named_as_sent, require_upload, unpacked
from ingest.corpora import SOURCES, auto, read_corpus
from ingest.corpora.columns import Columns
from ingest.corpora.guessing import Offer, offer_of
from ingest.errors import UserError
from ingest.naming import called
from ingest.posts import Corpus
from ingest.store import Store

MOST_NAME = 90  # characters of a name, before a number
TAKEN = "There is a corpus {name} already: these are kept apart, as {free}; to add them to it, give its name. "


class Sources:
    """Reads what comes with the project, what can be downloaded, and what visitors have sent.

    Parameters
    ----------
    uploads : Path
        The folder of the files that visitors have sent.
    """

    def __init__(self, store: Store, uploads: Path) -> None:
        self._store = store
        self._uploads = uploads
        self._names: dict[Path, str] = {}  # of the corpora of uploads

    @contextmanager
    def corpus(self, request: Request, progress: LiveProgress) -> Iterator[tuple[Corpus, str]]:
        """Read the posts that are asked for, and say why of this source where that was not the visitor's choice.

        What a visitor has sent is called as it was called there.
        """
        if request.source == UPLOAD:
            yield self._upload(request, progress)
            return
        if request.source not in (AUTO, *SOURCES):
            raise UserError(f"There is no source {request.source!r}: choose one of the list, or upload a file.")
        with progress.stage(f"read {request.source}"):
            choice = auto.choose_source([]) if request.source == AUTO else auto.Choice(request.source)
            corpus = read_corpus(choice.source)
        yield called(corpus, request.corpus or None, choice.source), f"{choice.reason} ".lstrip()

    def offer(self, upload: str) -> Offer | None:
        """Return the columns to choose from where what was sent is a table."""
        file = require_upload(upload, self._uploads)
        with named_as_sent(file, file.name):
            return offer_of(file)

    def told_of_held(self, corpus: str) -> str:
        """Say that an ingest is of a corpus that the store has, maybe from somewhere else."""
        held = max(
            (each for each in self._store.manifests() if each.corpus == corpus),
            key=lambda each: each.n_posts,
            default=None,
        )
        if held is None:
            return ""
        return (
            f" The store has {corpus} already, {held.n_posts:,} posts of {held.source}: these are added, over those of "
            "the same ids; to keep both apart, give another name."
        )

    def _upload(self, request: Request, progress: LiveProgress) -> tuple[Corpus, str]:
        file = require_upload(request.upload, self._uploads)
        with unpacked(file) as path, progress.stage(f"read {file.name}"):
            corpus = _read(path, file.name, request.columns)
        name = request.corpus or self._name_of(file, corpus.name)
        reason = "" if name in (request.corpus, corpus.name) else TAKEN.format(name=corpus.name, free=name)
        return called(corpus, name, file.name), reason

    def _name_of(self, file: Path, name: str) -> str:
        """Return what the corpus of an upload is called: by a name that no other has, and from then on by that.

        Another visitor's file may be called the same; the same file is in the same place when it is sent again.
        """
        if file not in self._names:
            taken = {*SOURCES, *(each.corpus for each in self._store.manifests()), *self._names.values()}
            numbered = (f"{name[:MOST_NAME]}-{number}" for number in count(2))
            self._names[file] = next(free for free in chain([name], numbered) if free not in taken)
        return self._names[file]


def _read(path: Path, name: str, columns: Columns) -> Corpus:
    """Read what was sent; where it lies on this machine is nobody's business."""
    with named_as_sent(path, name):
        return replace(read_corpus(str(path), columns), source=name)
