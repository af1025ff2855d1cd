"""Training: labeled vectors into a classifier, by a network or by logistic regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.classifier import Classifier, FloatMatrix, Layer
from explorer.derived import Recipe, made_by
from explorer.splitting import draw
from explorer.threads import one_thread
from ingest.errors import UnknownNameError

if TYPE_CHECKING:
    from sklearn.neural_network import MLPClassifier

LEARNING_RATE = 0.001
BATCH = 32
MOST_EPOCHS = 20
PATIENCE = 3  # epochs without a better one, after which the network has learned what it can
VALIDATION_SHARE = 0.1
STRENGTH = 1.0  # the inverse of logistic regression's penalty on weights
MOST_STEPS = 1_000  # of logistic regression, which has always come to rest before


@dataclass(frozen=True, slots=True)
class Epoch:
    """How a classifier does once it has seen all it learns from again: on those posts, and on posts held out.

    ``loss`` is the mean of -log(probability of the post's own newsgroup).
    """

    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What there is to learn.

    Attributes
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32
    codes : ndarray of shape (n_posts,), intp
        Each post's place in ``classes``; every class has posts.
    classes : tuple of str
    """

    vectors: FloatMatrix
    codes: NDArray[np.intp]
    classes: tuple[str, ...]

    def only(self, mask: NDArray[np.bool_]) -> Lesson:
        return Lesson(self.vectors[mask], self.codes[mask], self.classes)


# Is told each epoch when it is over, and may raise to cancel.
Progress = Callable[[Epoch], None]


@dataclass(frozen=True, slots=True)
class Model:
    """A kind of classifier: its name for people, and the function that trains one with a seed."""

    title: str
    train: Callable[[Lesson, int, Progress], Classifier]


def train_network(lesson: Lesson, seed: int, progress: Progress) -> Classifier:
    """Train one hidden ReLU layer as wide as the input with Adam, and return the best epoch's weights.

    A tenth of each class is held out; after three epochs without a better one on those posts, it stops.
    """
    from sklearn.neural_network import MLPClassifier

    is_held_out = draw(lesson.codes, VALIDATION_SHARE, seed)
    learned, held_out = lesson.only(~is_held_out), lesson.only(is_held_out)
    network = MLPClassifier(
        lesson.vectors.shape[1:],
        alpha=0,
        batch_size=min(BATCH, len(learned.codes)),
        learning_rate_init=LEARNING_RATE,
        random_state=np.random.RandomState(seed),  # A number would give every epoch the same batches.
    )
    with one_thread():
        return _best_of_epochs(network, learned, held_out, progress)


def train_logistic_regression(lesson: Lesson, seed: int, progress: Progress) -> Classifier:
    """Train logistic regression on all of a lesson; it has no epochs, and no chance in it."""
    from sklearn.linear_model import LogisticRegression

    with one_thread():
        fitted = LogisticRegression(C=STRENGTH, max_iter=MOST_STEPS).fit(lesson.vectors, lesson.codes)
    return _classifier(lesson.classes, [fitted.coef_.T], [fitted.intercept_])


MODELS: dict[str, Model] = {
    "network": Model("Neural network", train_network),
    "logistic": Model("Logistic regression", train_logistic_regression),
}


def require_model(name: str) -> Model:
    if name not in MODELS:
        raise UnknownNameError("classifier", name, list(MODELS))
    return MODELS[name]


def best_epoch(epochs: Sequence[Epoch]) -> int:
    """Return the place of the first epoch with the most of the held-out posts right; of equals, the least loss."""
    merits = [(epoch.validation_accuracy, -epoch.validation_loss) for epoch in epochs]
    return merits.index(max(merits))


def recipe(model: str, seed: int) -> Recipe:
    """Return what a classifier depends on besides its lesson."""
    require_model(model)
    return {"model": model, "seed": seed, **made_by(__name__, libraries=["scikit-learn"])}


def _best_of_epochs(network: MLPClassifier, learned: Lesson, held_out: Lesson, progress: Progress) -> Classifier:
    epochs: list[Epoch] = []
    for _ in range(MOST_EPOCHS):
        network.partial_fit(learned.vectors, learned.codes, classes=np.arange(len(learned.classes)))
        now = _classifier(learned.classes, network.coefs_, network.intercepts_)
        epochs.append(Epoch(*_measured(now, learned), *_measured(now, held_out)))
        progress(epochs[-1])
        n_since_best = len(epochs) - 1 - best_epoch(epochs)
        if n_since_best == 0:
            best = now
        if n_since_best == PATIENCE:
            break
    return best


def _measured(classifier: Classifier, lesson: Lesson) -> tuple[float, float]:
    """Return the loss and the accuracy."""
    probabilities = classifier.probabilities(lesson.vectors)
    own = probabilities[np.arange(len(lesson.codes)), lesson.codes]
    least = np.finfo(np.float32).tiny  # a probability may be too small for float32
    is_right = probabilities.argmax(axis=1) == lesson.codes
    return float(-np.log(np.maximum(own, least)).mean(dtype=np.float64)), float(is_right.mean())


def _classifier(
    classes: tuple[str, ...], weights: Sequence[NDArray[np.floating]], biases: Sequence[NDArray[np.floating]]
) -> Classifier:
    """Copy what was fitted, which the next epoch changes in place."""
    *hidden, (last, offset) = zip(weights, biases, strict=True)
    if len(classes) == 2:  # scikit-learn has one output then, the second class's advantage over the first
        last, offset = np.column_stack((np.zeros(len(last)), last)), np.append(0, offset)
    layers = (Layer(layer.astype(np.float32), bias.astype(np.float32)) for layer, bias in (*hidden, (last, offset)))
    return Classifier(classes, tuple(layers))
