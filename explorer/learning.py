"""Learning: a model is trained on one part of the posts and tested on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.baselines import majority_baseline
from explorer.classification import Classification
from explorer.classifier import FloatMatrix
from explorer.splitting import Split
from explorer.training import Epoch, Lesson, Progress, require_model


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """Posts with their newsgroups.

    Attributes
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32, rows of unit length
    newsgroups : sequence of str, of length n_posts
    """

    vectors: FloatMatrix
    newsgroups: Sequence[str]


def classify(
    examples: Examples, split: Split, model: str = "network", seed: int = 0, progress: Progress | None = None
) -> Classification:
    """Train a model on one part of a split, and test it on the other beside the majority.

    Parameters
    ----------
    progress : callable, optional
        Is told each epoch when it is over, and may raise to cancel.
    """
    train = require_model(model).train
    newsgroups = np.asarray(examples.newsgroups, np.str_)
    classes, codes = np.unique(newsgroups[split.train], return_inverse=True)
    epochs: list[Epoch] = []

    def note(epoch: Epoch) -> None:
        epochs.append(epoch)
        if progress:
            progress(epoch)

    classifier = train(Lesson(examples.vectors[split.train], codes, tuple(classes.tolist())), seed, note)
    actual = np.searchsorted(classes, newsgroups[split.test])
    probabilities = classifier.probabilities(examples.vectors[split.test])
    majority = majority_baseline(examples.newsgroups, split)
    return Classification(classifier, model, seed, split, actual, probabilities, tuple(epochs), (majority,))
