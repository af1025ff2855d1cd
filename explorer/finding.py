"""Finding: posts that answer a question, how near every post is to it, and where it lands on a map."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from explorer.filters import NO_FILTERS, Filters
from explorer.frames import Rows
from explorer.locating import locate_by_neighbors
from explorer.opened import Opened
from explorer.projection import Projection, require_method
from explorer.query_trial import Progress, QueryBill, QueryComparison, QueryTrial
from explorer.question import Question, as_question
from explorer.questions import QuestionVectors
from explorer.ranking import best_rows
from explorer.search import Hit, Searcher
from ingest.embedders import TaskType
from ingest.errors import UserError

N_LOCATING = 15  # neighbors say where a question lands


class Finding(Opened):
    """Answers questions about a corpus's posts."""

    def search(
        self, question: str | Question, n_results: int = 10, filters: Filters = NO_FILTERS, *, mode: str = "meaning"
    ) -> Rows[Hit]:
        """Find the posts that answer a question by meaning, keywords or both (hybrid), best first."""
        if n_results < 1:
            raise UserError(f"The number of results must be 1 or more, not {n_results}.")
        self._holdings.require_known(filters)
        return Rows(self._searcher.search(self._answerable(question), n_results, filters, mode), Hit)

    def similar(self, post_id: str, n_results: int = 10, filters: Filters = NO_FILTERS) -> Rows[Hit]:
        """Find the posts nearest to a stored one, which is not among them, best first."""
        return self.search(Question(like=(post_id,)), n_results, filters)

    def similarities(self, question: str | Question) -> NDArray[np.float32]:
        """Return the similarity of each post to a question, of shape (n_posts,), NaN where it has no vector."""
        found = self._searcher.similarities(self._answerable(question))
        return self._holdings.searched.rows.in_order_of(self._holdings.mapped.rows, found)

    def count(self, question: str | Question, filters: Filters = NO_FILTERS, *, mode: str = "meaning") -> int:
        """Count the posts that a search without a limit would find."""
        self._holdings.require_known(filters)
        return self._searcher.count(self._answerable(question), filters, mode)

    def bill_for_queries(self, *, seed: int = 0) -> QueryBill:
        """Tell what ``compare_queries`` would embed now: nothing where it has been asked before."""
        return self._query_trial(seed).bill()

    def compare_queries(self, *, seed: int = 0, progress: Progress = lambda _: None) -> QueryComparison:
        """Ask 200 subjects with RETRIEVAL_QUERY and with RETRIEVAL_DOCUMENT, and set their precision side by side.

        What is embedded for it is kept. ``progress`` is told how many more are embedded, and may raise to cancel.
        """
        return self._query_trial(seed).run(progress)

    def _place_on(self, projection: Projection, question: str | Question) -> tuple[float, float]:
        mapped, asked, coordinates = self._holdings.mapped, self._answerable(question), projection.coordinates
        place = require_method(projection.method, len(coordinates)).place
        if place and not mapped.collection.manifest.embedded_as:
            return place(mapped.vectors, coordinates, self._searcher.vector(asked))
        similarities = self.similarities(asked)
        rows = best_rows(similarities, ~np.isnan(similarities), N_LOCATING)
        if not len(rows):
            raise UserError(
                f"No post on the map is stored for search: add those with `python -m ingest {self.manifest.source}`."
            )
        return locate_by_neighbors(coordinates, rows, similarities[rows])

    def _query_trial(self, seed: int) -> QueryTrial:
        holdings = self._holdings
        as_document = QuestionVectors(holdings.store, holdings.answering_manifest, TaskType.RETRIEVAL_DOCUMENT)
        documents = holdings.snapshots.of(TaskType.RETRIEVAL_DOCUMENT)
        return QueryTrial(documents, holdings.questions, as_document, seed)

    @cached_property
    def _searcher(self) -> Searcher:
        return Searcher(self._holdings.searched, self._holdings.questions)

    def _answerable(self, question: str | Question) -> Question:
        """Return the question, refusing one that names posts that cannot be searched by."""
        asked, searched = as_question(question), self._holdings.searched
        if asked.named and (unknown := asked.named - searched.rows.row_of.keys()):
            post, manifest = self.post(min(unknown)), searched.collection.manifest
            raise UserError(
                f"{manifest.corpus} has no {manifest.task_type} vector of {post.id!r}: "
                f"add it with `python -m ingest {manifest.source} --task-types {manifest.task_type}`."
            )
        return asked
