"""Classifiers of a snapshot's newsgroups, each trained once and kept; typed texts are labeled by them."""

from __future__ import annotations

from explorer import training
from explorer.classification import KEPT, Classification, Examples, classify
from explorer.classifier import Guess
from explorer.derived import DerivedResults
from explorer.questions import QuestionVectors
from explorer.snapshot import Snapshot
from explorer.splitting import split_posts
from explorer.training import Progress
from ingest.errors import UserError


class Classifiers:
    """Learns newsgroups from a snapshot's vectors; ``texts`` makes vectors of the same kind."""

    def __init__(self, snapshot: Snapshot, texts: QuestionVectors, derived: DerivedResults) -> None:
        self._snapshot = snapshot
        self._texts = texts
        self._derived = derived

    def classify(self, model: str, seed: int, progress: Progress | None = None) -> Classification:
        training.require_model(model)
        posts = self._snapshot.rows.posts
        newsgroups = [post.newsgroup for post in posts]
        split = split_posts(newsgroups, [post.subset for post in posts], seed)
        examples = Examples(self._snapshot.vectors, newsgroups, [post.text for post in posts])
        return self._derived.load_or_make(
            "classification",
            {**self._snapshot.address, **training.recipe(model, seed)},
            lambda: classify(examples, split, model, seed, progress),
            KEPT,
        )

    def label(self, text: str, model: str, seed: int) -> tuple[Guess, ...]:
        if not text.strip():
            raise UserError("There is nothing to label: type a text.")
        return self.classify(model, seed).classifier.guesses(self._texts.of(text.strip()))
