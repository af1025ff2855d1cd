"""Jobs: what visitors can have done with the store, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ingest.corpora.columns import Columns
from ingest.corpora.selection import Selection
from ingest.embedders import TaskType
from ingest.estimate import Estimate
from ingest.order import Order
from ingest.verification import Verdict

ESTIMATE, INGEST, VERIFY, REBUILD, DELETE = "estimate", "ingest", "verify", "rebuild", "delete"
AUTO = "auto"  # of sources and of embedders: whichever is at hand
UPLOAD = "upload"  # beside the names of sources: a file that the visitor has sent

TITLES = {
    ESTIMATE: "Estimating",
    INGEST: "Ingesting",
    VERIFY: "Verifying",
    REBUILD: "Rebuilding",
    DELETE: "Deleting",
}


@dataclass(frozen=True, slots=True)
class Request:
    """Which posts are to be ingested from where, and how they are embedded.

    ``upload`` is the path of a file that was sent, where that is the source; ``columns`` are those of a table.
    """

    source: str
    upload: str = ""
    corpus: str = ""
    selection: Selection = Selection()
    columns: Columns = Columns()
    embedder: str = AUTO
    model: str = ""
    task_types: tuple[TaskType, ...] = Order().task_types

    @property
    def name(self) -> str:
        """What it is called while the posts are not read yet."""
        return self.corpus or (Path(self.upload).name if self.upload else self.source)

    @property
    def order(self) -> Order:
        return Order(selection=self.selection, task_types=self.task_types)


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to do; ``corpus`` is what is deleted."""

    kind: str
    request: Request | None = None
    corpus: str = ""

    @property
    def title(self) -> str:
        named = self.request.name if self.request else self.corpus
        return f"{TITLES[self.kind]} {named}".strip()


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a job that is going on or over; of one long step there is no ``total``."""

    name: str
    total: int | None = None
    n_done: int = 0
    standing: str = ""
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job has come to: a line for people, or a ``problem`` that they can mend."""

    job: Job
    line: str = ""
    problem: str = ""
    estimates: list[Estimate] = field(default_factory=list)
    durations: dict[str, str] = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
