"""The desk: does what visitors want of the store, one thing after the other, and notices what has changed then."""

from __future__ import annotations

import logging
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock

from explorer.app.corpora import Corpora
from explorer.app.followed import CanceledError, Followed
from explorer.app.jobs import AUTO, DELETE, ESTIMATE, INGEST, REBUILD, VERIFY, Job, Outcome, Request
from explorer.app.live_progress import CANCELED, CANCELED_INGEST, LiveProgress, Stages
from explorer.app.models import require_offered
from explorer.app.sources import Sources
from ingest.embedders import Embedder, choose_embedder, make_embedder
from ingest.embedders.pace import Limits, Sending
from ingest.errors import UserError
from ingest.estimate import estimate
from ingest.job import StoppedIngestError, Summary, ingest
from ingest.order import select_posts
from ingest.reports import durations_told
from ingest.store import Store
from ingest.verification import verify

logger = logging.getLogger(__name__)

MOST_REMEMBERED = 64  # jobs, by what they have come to
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
        self.sources = Sources(corpora.store, uploads)
        self._beginning = Lock()
        self._outcomes: OrderedDict[Job, Outcome] = OrderedDict()

    @property
    def store(self) -> Store:
        return self.corpora.store

    @property
    def current(self) -> Job | None:
        """The job that is going on, until its work is forgotten: nothing else says that the desk is busy."""
        return next(iter(self.going_on()), None)

    @property
    def last(self) -> Outcome | None:
        """What the job that ended last has come to."""
        return next(reversed(self._outcomes.values()), None)

    def outcome_of(self, job: Job) -> Outcome | None:
        """Return what a job has come to, also where another has ended since."""
        return self._outcomes.get(job)

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
        outcome = self._done(job, LiveProgress(tell, lambda: self.is_ending(job)))
        self._remember(outcome)
        try:
            self.corpora.notice()
        except Exception:  # what the job has come to is told all the same
            logger.exception("What a job has changed could not be noticed")
        return outcome

    def _remember(self, outcome: Outcome) -> None:
        self._outcomes[outcome.job] = outcome
        self._outcomes.move_to_end(outcome.job)
        if len(self._outcomes) > MOST_REMEMBERED:
            self._outcomes.popitem(last=False)

    def _done(self, job: Job, progress: LiveProgress) -> Outcome:
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
        with self.sources.corpus(request, progress) as (corpus, reason):
            posts = select_posts(corpus, request.order).posts
        with progress.stage("estimate"):
            estimates = estimate(posts, request.order, embedder, self.store.cache)
        is_billed = embedder.usd_per_million_tokens != 0
        return Outcome(
            job,
            f"{reason}{corpus.name}: {len(posts):,} posts, embedded with {embedder.model}. "
            f"Nothing was sent or written.{self.sources.told_of_held(corpus.name)}",
            estimates=estimates,
            durations=durations_told(estimates, Limits(), is_billed=is_billed),
        )

    def _ingest(self, job: Job, progress: LiveProgress) -> Outcome:
        request = _request_of(job)
        embedder = _embedder(request, progress)
        with self.sources.corpus(request, progress) as (corpus, reason):
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


def _embedder(request: Request, progress: LiveProgress) -> Embedder:
    name = choose_embedder(os.environ)[0] if request.embedder == AUTO else request.embedder
    require_offered(name, request.model)
    return make_embedder(name, request.model or None, sending=Sending(tell=progress.say))


def _told(summary: Summary) -> str:
    n_left_out = len(summary.unreadable) + len(summary.refused)
    parts = [f"{summary.n_embedded:,} texts embedded", f"{summary.n_written:,} posts written"]
    if n_left_out:
        parts.append(f"{n_left_out:,} could not be read or embedded")
    return f"{summary.corpus}: {summary.n_posts:,} posts of {summary.n_read:,} read; {', '.join(parts)}."
