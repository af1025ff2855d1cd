"""The query trial: subjects asked as questions, with the task type of queries and with that of documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from explorer.frames import Rows, Tabular
from explorer.measures import coded
from explorer.precision import Precision, precision_beyond_kin
from explorer.questions import QuestionVectors
from explorer.snapshot import Snapshot
from ingest.errors import UserError

if TYPE_CHECKING:
    from pandas import DataFrame

N_QUESTIONS = 200
ANSWERING = re.compile(r"^(?:\s*(?:re|fwd?)\s*(?:\[\d+\]|\^\d+)?:)+\s*", re.IGNORECASE)

# Is told how many more texts are embedded, and may raise to cancel.
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class QueryBill:
    """What the trial would embed now; ``usd`` is None where the model's price is not known."""

    n_questions: int
    n_texts: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class QueryComparison(Tabular):
    """What the query's task type buys: precision at ``n_nearest`` of the same questions, embedded in two ways.

    Both look among RETRIEVAL_DOCUMENT vectors. Posts of a question's own thread do not count.

    Attributes
    ----------
    as_query, as_document : float
        With RETRIEVAL_QUERY, and with the task type of what is searched. A model without task types makes no
        difference: then they are the same figure, measured once.
    has_task_types : bool
    """

    n_questions: int
    n_nearest: int
    as_query: float
    as_document: float
    has_task_types: bool

    @property
    def gain(self) -> float:
        return self.as_query - self.as_document

    def to_frame(self) -> DataFrame:
        """Return the figures as a table of one row, with the gain."""
        return Rows([self]).to_frame().assign(gain=self.gain)


def thread_of(subject: str) -> str:
    """Return what a subject and those of the replies to it have in common."""
    return " ".join(ANSWERING.sub("", subject).split())


class QueryTrial:
    """Draws posts by lot, no two of one thread, and asks for their subjects."""

    def __init__(self, snapshot: Snapshot, as_query: QuestionVectors, as_document: QuestionVectors, seed: int) -> None:
        self._snapshot = snapshot
        self._ways = (as_query, as_document) if self._has_task_types else (as_query,)
        self._seed = seed

    def bill(self) -> QueryBill:
        """Tell how many texts would be embedded, and for how much."""
        missing = [(way, way.missing(self._questions)) for way in self._ways]
        usd = [way.usd_for(texts) for way, texts in missing]
        known = [each for each in usd if each is not None]
        n_texts = sum(len(texts) for _, texts in missing)
        return QueryBill(len(self._questions), n_texts, sum(known) if len(known) == len(usd) else None)

    def run(self, progress: Progress) -> QueryComparison:
        """Embed what is missing, and measure."""
        usable = set.intersection(*(set(way.embed(self._questions, progress)) for way in self._ways))
        rows = [row for row, question in zip(self._rows, self._questions, strict=True) if question in usable]
        if not rows:
            raise UserError("The model makes no usable embedding of any of these questions: try another --seed.")
        found = [self._precision(way, rows) for way in self._ways]
        return QueryComparison(len(rows), found[0].n, found[0].mean, found[-1].mean, self._has_task_types)

    def _precision(self, way: QuestionVectors, rows: Sequence[int]) -> Precision:
        queries = np.stack([way.of(self._threads[row]) for row in rows])
        _, kin = coded([thread.casefold() for thread in self._threads])
        newsgroups = [post.newsgroup for post in self._snapshot.rows.posts]
        return precision_beyond_kin(queries, np.array(rows), self._snapshot.vectors, newsgroups, kin)

    @property
    def _has_task_types(self) -> bool:
        return bool(self._snapshot.collection.manifest.embedded_as)

    @cached_property
    def _threads(self) -> list[str]:
        return [thread_of(post.subject) for post in self._snapshot.rows.posts]

    @cached_property
    def _rows(self) -> list[int]:
        """The posts drawn, none where the corpus has no subjects."""
        drawn: dict[str, int] = {}
        for row in np.random.default_rng(self._seed).permutation(len(self._threads)).tolist():
            if self._threads[row]:
                drawn.setdefault(self._threads[row].casefold(), row)
        corpus = self._snapshot.collection.manifest.corpus
        if not drawn:
            raise UserError(f"No post of {corpus} has a subject to ask for: choose a corpus that has subjects.")
        if len(drawn) == 1 and all(self._threads):
            raise UserError(f"All posts of {corpus} are of one thread, which leaves none to find: ingest others.")
        return list(drawn.values())[:N_QUESTIONS]

    @cached_property
    def _questions(self) -> list[str]:
        return [self._threads[row] for row in self._rows]
