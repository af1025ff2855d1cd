"""Classifiers of a snapshot's newsgroups, each trained once and kept; typed texts are labeled by them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from explorer import training
from explorer.baselines import TEXT_BASELINE, Baseline, text_baseline, text_recipe
from explorer.classification import KEPT, Classification
from explorer.classifier import Guess
from explorer.derived import ARRAY, DerivedResults, Recipe
from explorer.learning import Examples, classify
from explorer.questions import QuestionVectors
from explorer.snapshot import Snapshot
from explorer.splitting import Split, split_posts
from explorer.training import Progress
from ingest.embedders import TaskType
from ingest.errors import UserError
from ingest.posts import Post

MOST_REMEMBERED = 4  # classifiers: with 3,072 dimensions one takes 40 MB
WORDS = "text-baseline"


class Classifiers:
    """Learns newsgroups from a snapshot's vectors; ``texts`` makes vectors of the same kind."""

    def __init__(self, snapshot: Snapshot, texts: QuestionVectors, derived: DerivedResults) -> None:
        self._snapshot = snapshot
        self._texts = texts
        self._derived = derived
        self._remembered: dict[tuple[str, int], Classification] = {}
        self.split = lru_cache(MOST_REMEMBERED)(self._split_of)

    @property
    def task_type(self) -> TaskType:
        """What the vectors that are learned from were made for."""
        return self._snapshot.collection.manifest.task_type

    @property
    def posts(self) -> list[Post]:
        """The posts that splits and classifications have rows of."""
        return self._snapshot.rows.posts

    def classify(self, model: str, seed: int, progress: Progress | None = None) -> Classification:
        """Return what was learned, now or before, to be compared with the majority and with words alone."""
        found = self.learn(model, seed, progress)
        return replace(found, baselines=(*found.baselines, self._words(seed)))

    def learn(self, model: str, seed: int, progress: Progress | None = None) -> Classification:
        """Return what was learned, now or before, to be compared with the majority alone."""
        known = self._known(model, seed)
        return known or self._remember(
            self._derived.load_or_make(
                "classification",
                self._recipe(model, seed),
                lambda: classify(self._examples, self.split(seed), model, seed, progress),
                KEPT,
            )
        )

    def found(self, model: str, seed: int) -> Classification | None:
        """Return what was learned before, compared with words alone if that was done, or None; nothing is learned."""
        known = self._known(model, seed)
        measured = self._derived.find(WORDS, self._words_recipe(seed), ARRAY)
        if known is None or measured is None:
            return known
        return replace(known, baselines=(*known.baselines, Baseline(TEXT_BASELINE, float(measured[0]))))

    def label(self, text: str, model: str, seed: int) -> tuple[Guess, ...]:
        if not text.strip():
            raise UserError("There is nothing to label: type a text.")
        return self.learn(model, seed).classifier.guesses(self._texts.of(text.strip()))

    def _split_of(self, seed: int) -> Split:
        return split_posts([post.newsgroup for post in self.posts], [post.subset for post in self.posts], seed)

    @property
    def _examples(self) -> Examples:
        return Examples(self._snapshot.vectors, [post.newsgroup for post in self.posts])

    def _recipe(self, model: str, seed: int) -> Recipe:
        return {**self._snapshot.address, **self.split(seed).recipe, **training.recipe(model, seed)}

    def _words_recipe(self, seed: int) -> Recipe:
        return {**self._snapshot.address, **self.split(seed).recipe, **text_recipe()}

    def _known(self, model: str, seed: int) -> Classification | None:
        if remembered := self._remembered.get((model, seed)):
            return remembered
        kept = self._derived.find("classification", self._recipe(model, seed), KEPT)
        return kept and self._remember(kept)

    def _remember(self, found: Classification) -> Classification:
        self._remembered[found.model, found.seed] = found
        for oldest in list(self._remembered)[:-MOST_REMEMBERED]:
            self._remembered.pop(oldest, None)
        return found

    def _words(self, seed: int) -> Baseline:
        """Return how well the words alone tell newsgroups, which is the same for every model."""
        texts, newsgroups = [post.text for post in self.posts], [post.newsgroup for post in self.posts]
        kept = self._derived.load_or_compute(
            WORDS,
            self._words_recipe(seed),
            lambda: np.array([text_baseline(texts, newsgroups, self.split(seed)).accuracy]),
        )
        return Baseline(TEXT_BASELINE, float(kept[0]))
