"""Classifications: a trained classifier, and how well it recognizes the tested posts."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from explorer.baselines import Baseline
from explorer.classifier import Classifier, FloatMatrix
from explorer.derived import Format, read_arrays, write_arrays
from explorer.frames import Rows, Tabular
from explorer.splitting import Split
from explorer.training import Epoch, best_epoch

if TYPE_CHECKING:
    from pandas import DataFrame

Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one newsgroup is recognized; a share of no posts is 0."""

    newsgroup: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """A tested post that was taken for another newsgroup's, and how probable that seemed."""

    row: int
    predicted: str
    actual: str
    probability: float


@dataclass(frozen=True, eq=False)
class Classification(Tabular):
    """A trained classifier, and what it makes of the tested posts.

    Attributes
    ----------
    classifier : Classifier
    model : str
        One of ``training.MODELS``.
    seed : int
    split : Split
    actual : ndarray of shape (n_test,), intp
        Each tested post's place in ``classes``; as all that is of shape (n_test,), in the order of ``split.test``.
    probabilities : ndarray of shape (n_test, n_classes), float32
    epochs : tuple of Epoch
        None for a model that is trained in one go.
    baselines : tuple of Baseline
    """

    classifier: Classifier
    model: str
    seed: int
    split: Split
    actual: Codes
    probabilities: FloatMatrix
    epochs: tuple[Epoch, ...]
    baselines: tuple[Baseline, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """The newsgroups that posts were learned of, by name."""
        return self.classifier.classes

    @cached_property
    def predicted(self) -> Codes:
        """The most probable class of each tested post, of shape (n_test,), as its place in ``classes``."""
        predicted: Codes = self.probabilities.argmax(axis=1)
        return predicted

    @property
    def accuracy(self) -> float:
        """The share of the tested posts that are recognized."""
        return float(np.mean(self.predicted == self.actual))

    @property
    def best_epoch(self) -> int | None:
        """The place in ``epochs`` of the one whose weights were kept."""
        return best_epoch(self.epochs) if self.epochs else None

    @cached_property
    def confusion(self) -> NDArray[np.int64]:
        """How many posts of a class (row) were taken for which (column), of shape (n_classes, n_classes)."""
        n_classes = len(self.classes)
        cells = np.bincount(self.actual * n_classes + self.predicted, minlength=n_classes**2)
        return cells.reshape(n_classes, n_classes)

    @property
    def scores(self) -> tuple[ClassScore, ...]:
        """The report of each class, in the order of ``classes``."""
        found, named, actual = self.confusion.diagonal(), self.confusion.sum(axis=0), self.confusion.sum(axis=1)
        precision, recall = found / np.maximum(named, 1), found / np.maximum(actual, 1)
        f1 = 2 * found / np.maximum(named + actual, 1)
        columns = (column.tolist() for column in (precision, recall, f1, actual))
        return tuple(ClassScore(*row) for row in zip(self.classes, *columns, strict=True))

    def to_frame(self) -> DataFrame:
        """Return the report of each class."""
        return Rows(self.scores).to_frame()

    def __repr__(self) -> str:
        return f"<{self.model}: {self.accuracy:.1%} of {len(self.actual):,} posts of {len(self.classes)} recognized>"

    def mistakes(self, n: int) -> list[Mistake]:
        """Return the n most confident mistakes, the most confident first."""
        probabilities = self.probabilities.max(axis=1)
        wrong = np.flatnonzero(self.predicted != self.actual)
        worst = wrong[np.argsort(-probabilities[wrong], kind="stable")][:n]
        return [
            Mistake(
                int(self.split.test[place]),
                self.classes[self.predicted[place]],
                self.classes[self.actual[place]],
                float(probabilities[place]),
            )
            for place in worst
        ]

    def write(self, path: Path) -> None:
        """Write all of it to one file, without pickles."""
        write_arrays(
            path,
            **self.classifier.arrays(),
            about=np.array((self.model, self.split.origin)),
            seed=np.array(self.seed),
            train=self.split.train,
            test=self.split.test,
            actual=self.actual,
            probabilities=self.probabilities,
            epochs=np.array([astuple(epoch) for epoch in self.epochs]).reshape(-1, 4),
            baselines=np.array([baseline.name for baseline in self.baselines]),
            baseline_accuracies=np.array([baseline.accuracy for baseline in self.baselines]),
        )

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read what ``write`` wrote; nothing that is stored there is run."""
        arrays = read_arrays(path)
        model, origin = arrays["about"].tolist()
        measured = zip(arrays["baselines"].tolist(), arrays["baseline_accuracies"].tolist(), strict=True)
        return cls(
            Classifier.of(arrays),
            model,
            int(arrays["seed"]),
            Split(arrays["train"], arrays["test"], origin),
            arrays["actual"],
            arrays["probabilities"],
            tuple(Epoch(*row) for row in arrays["epochs"].tolist()),
            tuple(Baseline(name, accuracy) for name, accuracy in measured),
        )


KEPT = Format(".npz", Classification.read, Classification.write)
