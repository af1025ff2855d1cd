"""The desk: does what visitors want of the store, one thing after the other, and notices what has changed then."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock

from explorer.app.corpora import Corpora
from explorer.app.followed import CanceledError, Followed
from explorer.app.jobs import DELETE, ESTIMATE, INGEST, REBUILD, UPLOAD, VERIFY, Job, Outcome, Request
from explorer.app.live_progress import CANCELED, CANCELED_INGEST, LiveProgress, Stages
from explorer.app.uploads import require_upload, unpacked
from ingest.corpora import SOURCES, auto, read_corpus
from ingest.embedders import Embedder, choose_embedder, make_embedder
from ingest.embedders.pace import Limits, Sending
from ingest.errors import UserError
from ingest.estimate import estimate
from ingest.job import StoppedIngestError, Summary, ingest
from ingest.naming import called
from ingest.order import select_posts
from ingest.posts import Corpus
from ingest.reports import durations_told
from ingest.store import Store
from ingest.verification import verify

logger = logging.getLogger(__name__)

AUTO = "auto"
FAILED = "The job failed, and the app's log says why: try again, or tell us."


class Desk(Followed[Job, Stages, Outcome]):
    """Jobs go on to their end without followers; what is canceled ends where nothing is left half written.

    Parameters
    ----------
    uploads : Path
        The folder of the files that visitors have sent.
    """

    def __init__(self, corpora: Corpora, uploads: Path) -> None:
        super().__init__("The job", self._carry_out, goes_on=True)
        self.corpora = corpora
        self._uploads = uploads
        self._beginning = Lock()
        self.last: Outcome | None = None

    @property
    def store(self) -> Store:
        return self.corpora.store

    @property
    def current(self) -> Job | None:
        """The job that is going on, until its work is forgotten: nothing else says that the desk is busy."""
        return next(iter(self.going_on()), None)

    def start(self, job: Job) -> None:
        """Begin a job, unless another is going on, or visitors may have none done."""
        self.corpora.rights.require_change()
        with self._beginning:
            if self.current not in (None, job):
                raise UserError("The store is busy with what is shown below: wait until that has ended, or cancel it.")
            self.begin(job)

    def _is_left(self, work: object) -> bool:
        """A job looks itself when it can end."""
        return False

    def _carry_out(self, job: Job, tell: Callable[[Stages], None]) -> Outcome:
        self.last = outcome = self._outcome_of(job, LiveProgress(tell, lambda: self.is_ending(job)))
        try:
            self.corpora.notice()
        except Exception:  # what the job has come to is told all the same
            logger.exception("What a job has changed could not be noticed")
        return outcome

    def _outcome_of(self, job: Job, progress: LiveProgress) -> Outcome:
        try:
            return DOERS[job.kind](self, job, progress)
        except CanceledError:
            return Outcome(job, problem=CANCELED_INGEST if job.kind == INGEST else CANCELED)
        except UserError as error:
            return Outcome(job, problem=str(error))
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Outcome(job, problem=f"The store cannot be used ({reason}): mend that and try again.")
        except Exception:
            logger.exception("The job %s failed", job.kind)
            return Outcome(job, problem=FAILED)

    def _estimate(self, job: Job, progress: LiveProgress) -> Outcome:
        request = _request_of(job)
        embedder = _embedder(request, progress)
        with self._corpus(request, progress) as (corpus, reason):
            posts = select_posts(corpus, request.order).posts
        with progress.stage("estimate"):
            estimates = estimate(posts, request.order, embedder, self.store.cache)
        is_billed = embedder.usd_per_million_tokens != 0
        return Outcome(
            job,
            f"{reason}{corpus.name}: {len(posts):,} posts, embedded with {embedder.model}. "
            f"Nothing was sent or written.{_told_of_held(self.store, corpus.name)}",
            estimates=estimates,
            durations=durations_told(estimates, Limits(), is_billed=is_billed),
        )

    def _ingest(self, job: Job, progress: LiveProgress) -> Outcome:
        request = _request_of(job)
        embedder = _embedder(request, progress)
        with self._corpus(request, progress) as (corpus, reason):
            try:
                order = replace(request.order, max_usd=self.corpora.rights.most_usd)
                summary = ingest(corpus, order, embedder, self.store, progress)
            except StoppedIngestError as stopped:
                return Outcome(job, reason + _told(stopped.summary), problem=str(stopped))
        return Outcome(job, reason + _told(summary))

    def _verify(self, job: Job, progress: LiveProgress) -> Outcome:
        verdicts = verify(self.store, None, progress)
        n_faulty = sum(bool(verdict.faults) for verdict in verdicts)
        line = f"{n_faulty:,} of {len(verdicts):,} collections are not sound." if n_faulty else "All is sound."
        return Outcome(job, line, verdicts=verdicts)

    def _rebuild(self, job: Job, progress: LiveProgress) -> Outcome:
        self.store.rebuild(progress)
        n_made = len(self.store.manifests())
        return Outcome(job, f"Made anew from the embedding cache: {n_made:,} collections. Nothing was embedded.")

    def _delete(self, job: Job, progress: LiveProgress) -> Outcome:
        with progress.stage("delete"):
            names = self.store.delete(job.corpus)
        return Outcome(
            job,
            f"{job.corpus} is deleted: {len(names):,} collections. Its embeddings stay in the cache, "
            "so that ingesting it again embeds nothing.",
        )

    @contextmanager
    def _corpus(self, request: Request, progress: LiveProgress) -> Iterator[tuple[Corpus, str]]:
        """Read the posts that are asked for, and say why of this source where that was not the visitor's choice.

        What a visitor has sent is called as it was called there.
        """
        if request.source == UPLOAD:
            file = require_upload(request.upload, self._uploads)
            with unpacked(file) as path, progress.stage(f"read {file.name}"):
                corpus = _read(path, file.name, request.corpus)
            yield corpus, ""
            return
        if request.source not in (AUTO, *SOURCES):
            raise UserError(f"There is no source {request.source!r}: choose one of the list, or upload a file.")
        with progress.stage(f"read {request.source}"):
            choice = auto.choose_source([]) if request.source == AUTO else auto.Choice(request.source)
            corpus = read_corpus(choice.source)
        yield called(corpus, request.corpus or None, choice.source), f"{choice.reason} ".lstrip()


DOERS = {
    ESTIMATE: Desk._estimate,
    INGEST: Desk._ingest,
    VERIFY: Desk._verify,
    REBUILD: Desk._rebuild,
    DELETE: Desk._delete,
}


def _request_of(job: Job) -> Request:
    if job.request is None:
        raise UserError("Nothing is said of which posts: choose a source.")
    return job.request


def _read(path: Path, name: str, corpus: str) -> Corpus:
    """Read what was sent; where it lies on this machine is nobody's business."""
    try:
        found = read_corpus(str(path))
    except UserError as error:
        raise UserError(str(error).replace(str(path), name).replace(f"{path.parent}{os.sep}", "")) from error
    return replace(called(found, corpus or None, name), source=name)


def _embedder(request: Request, progress: LiveProgress) -> Embedder:
    name = choose_embedder(os.environ)[0] if request.embedder == AUTO else request.embedder
    return make_embedder(name, sending=Sending(tell=progress.say))


def _told_of_held(store: Store, corpus: str) -> str:
    """Say that an ingest is of a corpus that the store has, maybe from somewhere else."""
    held = max(
        (each for each in store.manifests() if each.corpus == corpus), key=lambda each: each.n_posts, default=None
    )
    if held is None:
        return ""
    return (
        f" The store has {corpus} already, {held.n_posts:,} posts of {held.source}: these are added, over those of "
        "the same ids; to keep both apart, give another name."
    )


def _told(summary: Summary) -> str:
    n_left_out = len(summary.unreadable) + len(summary.refused)
    parts = [f"{summary.n_embedded:,} texts embedded", f"{summary.n_written:,} posts written"]
    if n_left_out:
        parts.append(f"{n_left_out:,} could not be read or embedded")
    return f"{summary.corpus}: {summary.n_posts:,} posts of {summary.n_read:,} read; {', '.join(parts)}."
