"""What happens on the page of data: an ingest is estimated and started, the store verified, rebuilt or cleared."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from explorer.app.addresses import view_of
from explorer.app.clusterer import number_of
from explorer.app.column_choice import choice_updates, columns_chosen
from explorer.app.data_pane import holdings_of, outcome_of, work_of
from explorer.app.desk import Desk
from explorer.app.jobs import DELETE, ESTIMATE, INGEST, REBUILD, UPLOAD, VERIFY, Job, Outcome, Request
from explorer.app.models import PLACEHOLDERS, offered
from explorer.app.parts import DataForm, Update, props
from explorer.app.stage import Stage
from explorer.app.view import DATA
from ingest.corpora.columns import Columns
from ingest.corpora.selection import Selection
from ingest.embedders import TaskType
from ingest.errors import UnknownNameError, UserError

MOST_REMEMBERED = 64  # visitors who have estimated something


class Storing:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage, desk: Desk, form: DataForm) -> None:
        self._stage = stage
        self._form = form
        self._desk = desk
        self._estimated: OrderedDict[str, Request] = OrderedDict()
        self._waiting: dict[str, Job] = {}

    def open(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Look where the address leads to the page of data, as that of an empty store always does."""
        is_wanted = not self._stage.screens or view_of(str(event.query)).page == DATA
        yield from self._look(request) if is_wanted else [self._unchanged]

    def look(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Look where the page of data is chosen."""
        yield from self._look(request) if event.chosen == DATA else [self._unchanged]

    def _look(self, request: gr.Request) -> Iterator[Update]:
        """Show what the store holds, and follow whatever is done with it; the page may still be opening meanwhile."""
        yield self._holdings(request)
        yield from self._look_on(request)

    def _look_on(self, request: gr.Request) -> Iterator[Update]:
        if job := self._desk.current:
            yield from self._follow(job, request)
        else:
            yield self._outcome(request, self._desk.last)

    def offer_columns(self, upload: str | None) -> list[Any]:
        """Offer the columns of what was sent; where it cannot be read, the estimate says why."""
        self._desk.corpora.rights.require_change()
        try:
            return choice_updates(self._desk.sources.offer(upload) if upload else None)
        except UserError:
            return choice_updates(None)

    def estimate(self, values: Mapping[Any, Any], request: gr.Request) -> Iterator[Update]:
        """Tell what an ingest takes; nothing is sent or written."""
        try:
            wanted = request_of({name: values[field] for name, field in self._form.fields.items()})
        except UserError as error:
            yield self._refusal(request, error)
        else:
            yield from self._begin(Job(ESTIMATE, wanted), request)

    def start(self, request: gr.Request) -> Iterator[Update]:
        """Ingest what was estimated."""
        wanted = self._estimated.get(_visitor(request))
        if wanted is None:
            yield self._refusal(request, UserError("Estimate first what is to be ingested."))
        else:
            yield from self._begin(Job(INGEST, wanted), request)

    def act(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Verify, rebuild or delete."""
        yield self._unchanged
        kind = str(event.kind)
        if kind in (VERIFY, REBUILD, DELETE):
            yield from self._begin(Job(kind, corpus=str(event.corpus) if kind == DELETE else ""), request)

    def cancel(self, request: gr.Request) -> Iterator[Update]:
        """Wait no longer for what goes on, which ends where it can unless others wait."""
        yield self._unchanged
        self._waiting.pop(_visitor(request), None)
        if job := self._desk.current:
            self._desk.cancel(job)
            yield from self._follow(job, request)

    @property
    def _unchanged(self) -> Update:
        """An update that changes nothing: of a handler that yields none, Gradio empties all that it might change."""
        return {self._stage.parts.work_done: gr.update()}

    def _begin(self, job: Job, request: gr.Request) -> Iterator[Update]:
        try:
            self._desk.start(job)
        except UserError as error:
            yield self._refusal(request, error)
            yield from self._look_on(request)
            return
        self._waiting[_visitor(request)] = job
        try:
            yield from self._follow(job, request)
        finally:
            self._let_go(job, request)

    def _follow(self, job: Job, request: gr.Request) -> Iterator[Update]:
        """Show how far a job is, as one who waits for it or looks on, and then what it came to."""
        yield self._work(job, request)
        waits, is_here = self._waits(job, request), False
        try:
            for stages in self._desk.join(job) if waits else self._desk.watch(job):
                was_here, is_here = is_here, self._stage.is_known(request)
                if self._waits(job, request) != waits or (was_here and not is_here):
                    return
                if stages is not None:
                    yield self._work(job, request)
        except UserError as error:
            yield self._outcome(request, Outcome(job, problem=str(error)))
        else:
            outcome = self._desk.outcome_of(job)
            if waits and outcome is not None:
                self._remember(outcome, request)
            yield self._outcome(request, outcome)
        self._let_go(job, request)
        yield self._holdings(request)
        yield from self._stage.renew(request)

    def _remember(self, outcome: Outcome, request: gr.Request) -> None:
        """Remember what a visitor has had estimated, which is all that may be started."""
        if outcome.job.kind != ESTIMATE or outcome.job.request is None or outcome.problem:
            return
        self._estimated[_visitor(request)] = outcome.job.request
        self._estimated.move_to_end(_visitor(request))
        while len(self._estimated) > MOST_REMEMBERED:
            self._estimated.popitem(last=False)

    def _let_go(self, job: Job, request: gr.Request) -> None:
        if self._waits(job, request):
            self._waiting.pop(_visitor(request), None)

    def _waits(self, job: Job, request: gr.Request) -> bool:
        return self._waiting.get(_visitor(request)) == job

    def _work(self, job: Job, request: gr.Request) -> Update:
        can_cancel = not self._desk.is_ending(job) and (self._waits(job, request) or not self._desk.is_followed(job))
        shown = work_of(job, self._desk.news(job) or (), can_cancel=can_cancel)
        return self._told(request, {self._stage.parts.work_done: props(**shown)})

    def _outcome(self, request: gr.Request, outcome: Outcome | None) -> Update:
        estimated = self._estimated.get(_visitor(request))
        can_start = outcome is not None and estimated is not None and outcome.job.request == estimated
        return self._told(request, {self._stage.parts.work_done: props(**outcome_of(outcome, can_start=can_start))})

    def _refusal(self, request: gr.Request, error: UserError) -> Update:
        return self._told(request, {self._stage.parts.notice: props(text=str(error))})

    def _holdings(self, request: gr.Request) -> Update:
        held = holdings_of(self._desk.store, self._desk.corpora.rights)
        return self._told(request, {self._stage.parts.holdings: props(**held)})

    def _told(self, request: gr.Request, update: Update) -> Update:
        return self._stage.told(request, update)


def request_of(given: Mapping[str, Any]) -> Request:
    """Return what the fields of the form say, by their names, or refuse what could not be meant."""
    is_upload = given["source"] == UPLOAD
    if is_upload and not given["upload"]:
        raise UserError("Choose a file to upload, or another source.")
    if not given["task_types"]:
        raise UserError("Choose at least one task type: clusters and the map need CLUSTERING.")
    embedders = [name for _, name in offered()]
    if given["embedder"] not in embedders:
        raise UnknownNameError("embedder", str(given["embedder"]), embedders)
    return Request(
        source=str(given["source"]),
        upload=str(given["upload"]) if is_upload else "",
        corpus=str(given["corpus"] or "").strip(),
        selection=_selection(given),
        columns=columns_chosen(given) if is_upload else Columns(),
        embedder=str(given["embedder"]),
        model=str(given["model"] or "").strip() if given["embedder"] in PLACEHOLDERS else "",
        task_types=tuple(TaskType(each) for each in given["task_types"]),
    )


def _selection(given: Mapping[str, Any]) -> Selection:
    patterns = str(given["newsgroups"] or "").replace(",", " ").split()
    n_posts = str(given["per_newsgroup"] or "").strip()
    if n_posts and not (number_of(n_posts) or 0) > 0:
        raise UserError(f"{n_posts!r} is no number of posts of each newsgroup: give 1 or more, or nothing for all.")
    return Selection(str(given["subset"]), tuple(patterns), int(n_posts) if n_posts else None)


def _visitor(request: gr.Request) -> str:
    return str(request.session_hash)
