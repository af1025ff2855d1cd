"""Finding: posts that answer a question, how near every post is to it, and where it lands on a map."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.filters import Filters
from explorer.frames import Rows
from explorer.holdings import Holdings
from explorer.locating import locate_by_neighbors
from explorer.projection import Projection, require_method
from explorer.query_trial import QueryTrial
from explorer.question import Question, as_question
from explorer.questions import QuestionVectors
from explorer.ranking import best_rows
from explorer.search import Hit, Searcher
from ingest.embedders import TaskType
from ingest.errors import UserError

N_LOCATING = 15  # neighbors say where a question lands


class Finding:
    """Answers questions about a corpus's posts."""

    def __init__(self, holdings: Holdings) -> None:
        self._holdings = holdings

    def search(self, question: str | Question, n_results: int, filters: Filters, mode: str) -> Rows[Hit]:
        if n_results < 1:
            raise UserError(f"The number of results must be 1 or more, not {n_results}.")
        self._holdings.require_known(filters)
        return Rows(self._searcher.search(self._question(question), n_results, filters, mode), Hit)

    def similarities(self, question: str | Question) -> NDArray[np.float32]:
        found = self._searcher.similarities(self._question(question))
        return self._holdings.searched.rows.in_order_of(self._holdings.mapped.rows, found)

    def count(self, question: str | Question, filters: Filters, mode: str) -> int:
        self._holdings.require_known(filters)
        return self._searcher.count(self._question(question), filters, mode)

    def locate(self, question: str | Question, projection: Projection) -> tuple[float, float]:
        """Return where a question lands on a map: as the projection itself places it, or else among its neighbors."""
        mapped = self._holdings.mapped
        coordinates = projection.coordinates
        asked, place = self._question(question), require_method(projection.method, len(coordinates)).place
        if place and not mapped.collection.manifest.embedded_as:
            return place(mapped.vectors, coordinates, self._searcher.vector(asked))
        similarities = self.similarities(asked)
        rows = best_rows(similarities, ~np.isnan(similarities), N_LOCATING)
        if not len(rows):
            source = self._holdings.manifest.source
            raise UserError(f"No post on the map is stored for search: add those with `python -m ingest {source}`.")
        return locate_by_neighbors(coordinates, rows, similarities[rows])

    def query_trial(self, seed: int) -> QueryTrial:
        """Return what asks subjects as questions, with the task type of queries and with that of documents."""
        holdings = self._holdings
        as_document = QuestionVectors(holdings.store, holdings.answering_manifest, TaskType.RETRIEVAL_DOCUMENT)
        documents = holdings.snapshots.of(TaskType.RETRIEVAL_DOCUMENT)
        return QueryTrial(documents, holdings.questions, as_document, seed)

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self._holdings.searched, self._holdings.questions)

    def _question(self, question: str | Question) -> Question:
        """Return the question, refusing one that names posts that cannot be searched by."""
        asked, searched = as_question(question), self._holdings.searched
        if asked.named and (unknown := asked.named - searched.rows.row_of.keys()):
            post, manifest = self._holdings.post(min(unknown)), searched.collection.manifest
            raise UserError(
                f"{manifest.corpus} has no {manifest.task_type} vector of {post.id!r}: "
                f"add it with `python -m ingest {manifest.source} --task-types {manifest.task_type}`."
            )
        return asked
