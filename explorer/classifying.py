"""Classifying: newsgroups learned from a corpus's posts, and typed texts labeled with them."""

from __future__ import annotations

from explorer.classification import Classification
from explorer.classifier import Guess
from explorer.classifiers import Classifiers
from explorer.frames import Rows
from explorer.opened import Opened
from explorer.training import Progress


class Classifying(Opened):
    """Classifies a corpus's posts, and whatever is typed."""

    def classify(self, model: str = "network", *, seed: int = 0, progress: Progress | None = None) -> Classification:
        """Learn the newsgroups of the train subset, and test on the test subset; what was trained before is read.

        The CLASSIFICATION vectors are used, or others where there are none. ``progress`` is told each epoch,
        and may raise to cancel.
        """
        return self.classifiers.classify(model, seed, progress)

    @property
    def classified_ids(self) -> list[str]:
        """The ids of the posts that a classification's rows are of."""
        return [post.id for post in self.classifiers.posts]

    def label(self, text: str, model: str = "network", *, seed: int = 0) -> Rows[Guess]:
        """Return each newsgroup with the probability that a text is of it, the most probable first."""
        return Rows(self.classifiers.label(text, model, seed))

    @property
    def classifiers(self) -> Classifiers:
        """What learns newsgroups, and tells what it would learn from and what it has learned."""
        return self._holdings.classifiers
