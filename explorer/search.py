"""Search: a question to the posts nearest in meaning, by keywords or by both, and why each of them was found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from explorer.filters import NO_FILTERS, Filters
from explorer.question import Question
from explorer.questions import QuestionVectors
from explorer.ranking import Mask, Vector, best_rows, cosines, fused, ranks_of, unit_sum
from explorer.snapshot import Snapshot
from explorer.words import Marker
from ingest.store import Neighbor, StoredCollection

# What the mean of the posts one does not want weighs beside the question and the mean of those one likes.
UNLIKE_WEIGHT = 0.5
# Chroma's index is asked for no more: beyond, all vectors are compared as fast, and exactly.
MOST_FROM_INDEX = 1_000


@dataclass(frozen=True, slots=True)
class Hit(Neighbor):
    """A post found, and why: its own words that match, as written, and its ranks among the posts that pass.

    ``similarity`` is NaN where the question was not embedded; a rank is None where that ranking has no such post.
    """

    words: tuple[str, ...] = ()
    meaning_rank: int | None = None
    keywords_rank: int | None = None


class Searcher:
    """Answers questions from a snapshot."""

    def __init__(self, snapshot: Snapshot, questions: QuestionVectors) -> None:
        self._snapshot = snapshot
        self._questions = questions

    def search(self, question: Question, n_results: int, filters: Filters, mode: str) -> list[Hit]:
        """Return the posts that answer a question, best first, without those that it names."""
        weight = question.meaning_weight(mode)
        n_candidates = n_results + len(question.named)
        index = self._snapshot.indexed
        most = min(MOST_FROM_INDEX, index.most_neighbors or MOST_FROM_INDEX) if index else 0
        if index and weight == 1 and filters == NO_FILTERS and n_candidates <= most:
            return self._look_up(index, question, n_results)
        return self._rank(question, n_results, filters, weight)

    def similarities(self, question: Question) -> Vector:
        """Return the similarity of every post to a question, of shape (n_posts,), in row order."""
        vectors = self._snapshot.vectors
        return cosines(vectors, self.vector(question), np.ones(len(vectors), bool))

    def count(self, question: Question, filters: Filters, mode: str) -> int:
        """Count the posts that answer a question: those that a search without a limit would return."""
        return int(np.count_nonzero(self._compare(question, filters, question.meaning_weight(mode)).mask))

    def vector(self, question: Question) -> Vector:
        """Return what a question is compared with posts by, of shape (dimensions,) and unit length."""
        question.require_answerable("meaning")
        parts = [self._questions.of(question.text)] if question.has_text else []
        if question.like:
            parts.append(self._mean(question.like))
        if question.unlike:
            parts.append(-UNLIKE_WEIGHT * self._mean(question.unlike))
        return unit_sum(parts)

    def _mean(self, post_ids: tuple[str, ...]) -> Vector:
        mean: Vector = self._snapshot.vectors[self._snapshot.rows.rows_of(post_ids)].mean(axis=0)
        return mean

    def _look_up(self, index: StoredCollection, question: Question, n_results: int) -> list[Hit]:
        """Ask Chroma's index, which knows the nearest posts without looking at all."""
        marker = Marker(question.text)
        found = index.nearest(self.vector(question), n_results + len(question.named))
        others = [neighbor for neighbor in found if neighbor.post.id not in question.named][:n_results]
        return [
            Hit(neighbor.post, neighbor.similarity, marker.words_of(neighbor.post), rank)
            for rank, neighbor in enumerate(others, 1)
        ]

    def _rank(self, question: Question, n_results: int, filters: Filters, weight: float) -> list[Hit]:
        """Rank every post that passes the filters; what weighs nothing ranks none."""
        compared = self._compare(question, filters, weight)
        by_meaning = ranks_of(compared.similarities, compared.mask & (weight > 0))
        by_keywords = ranks_of(compared.scores, compared.mask & (compared.scores > 0))
        marker, posts = Marker(question.text), self._snapshot.rows.posts
        return [
            Hit(
                posts[row],
                float(compared.similarities[row]),
                marker.words_of(posts[row]),
                int(by_meaning[row]) or None,
                int(by_keywords[row]) or None,
            )
            for row in best_rows(fused(by_meaning, by_keywords, weight), compared.mask, n_results)
        ]

    def _compare(self, question: Question, filters: Filters, weight: float) -> _Comparison:
        mask = self._snapshot.rows.passing(filters).copy()
        mask[self._snapshot.rows.rows_of(question.named)] = False
        scores = self._snapshot.keywords.scores(question.text) if weight < 1 else np.zeros(len(mask), np.float32)
        if weight == 0:
            mask &= scores > 0
        similarities = self._similarities(question, mask, filters, weight)
        if filters.has_least:
            mask &= similarities >= filters.min_similarity
        return _Comparison(mask, similarities, scores)

    def _similarities(self, question: Question, mask: Mask, filters: Filters, weight: float) -> Vector:
        """Return the similarities of the posts in the mask; by keywords alone, only where that costs nothing."""
        is_known = self._questions.remembered(question.text) is not None
        if weight == 0 and not (filters.has_least or is_known):
            return np.full(len(mask), np.nan, np.float32)
        return cosines(self._snapshot.vectors, self.vector(question), mask)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A question beside all posts, each array of shape (n_posts,): which answer it, how near, with what keywords."""

    mask: Mask
    similarities: Vector
    scores: Vector
