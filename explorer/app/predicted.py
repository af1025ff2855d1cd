"""Predicted: the tested posts that a trained classifier takes for one newsgroup's, as an address says it."""

from __future__ import annotations

from dataclasses import dataclass

from explorer.app.clusterer import number_of


@dataclass(frozen=True, slots=True)
class Predicted:
    """Posts that a classifier, named by its model and its seed, takes for a newsgroup's."""

    classifier: str = ""
    seed: int = 0
    newsgroup: str = ""

    def __bool__(self) -> bool:
        return bool(self.newsgroup)

    def __str__(self) -> str:
        return f"{self.classifier}:{self.seed}:{self.newsgroup}"

    @classmethod
    def read(cls, text: str) -> Predicted:
        """Read what ``str`` wrote; whatever else are no posts."""
        classifier, _, rest = text.partition(":")
        seed, _, newsgroup = rest.partition(":")
        number = number_of(seed)
        return cls() if number is None or not newsgroup else cls(classifier, number, newsgroup)
