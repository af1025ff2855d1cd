"""Training: as scikit-learn fits, seeded, told epoch by epoch, stopped when it gets no better."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from explorer import training
from explorer.classifier import Classifier
from explorer.training import MODELS, Epoch, Lesson, best_epoch, require_model
from ingest.errors import UserError

every_model = pytest.mark.parametrize("model", MODELS)
every_number = pytest.mark.parametrize("n_classes", [2, 3])


def lesson(n_classes: int = 3, n_posts: int = 120, noise: float = 0.3) -> Lesson:
    """Make unit vectors near one axis for each class, in turns."""
    codes = np.arange(n_posts) % n_classes
    vectors = np.eye(n_classes, 8)[codes] + np.random.default_rng(0).normal(scale=noise, size=(n_posts, 8))
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return Lesson(unit.astype(np.float32), codes, tuple("abcd"[:n_classes]))


def epochs_of(model: str, taught: Lesson, seed: int = 0) -> tuple[Classifier, list[Epoch]]:
    epochs: list[Epoch] = []
    return MODELS[model].train(taught, seed, epochs.append), epochs


def accuracy(classifier: Classifier, taught: Lesson) -> float:
    return float(np.mean(classifier.probabilities(taught.vectors).argmax(axis=1) == taught.codes))


@every_number
@every_model
def test_what_is_easy_is_learned(model: str, n_classes: int) -> None:
    taught = lesson(n_classes, 1_200, noise=0.05)

    assert accuracy(epochs_of(model, taught)[0], taught) == 1.0


@every_model
def test_a_seed_trains_the_same_classifier_again(model: str) -> None:
    first, again = (epochs_of(model, lesson(), seed=3)[0].probabilities(lesson().vectors) for _ in range(2))

    assert np.array_equal(first, again)


def test_another_seed_trains_another_network() -> None:
    first, other = (epochs_of("network", lesson(), seed)[0].probabilities(lesson().vectors) for seed in (0, 1))

    assert not np.array_equal(first, other)


@every_number
def test_logistic_regression_has_the_probabilities_of_scikit_learn(n_classes: int) -> None:
    taught = lesson(n_classes)

    ours = epochs_of("logistic", taught)[0].probabilities(taught.vectors)

    theirs = LogisticRegression().fit(taught.vectors, taught.codes).predict_proba(taught.vectors)
    assert ours == pytest.approx(theirs, abs=1e-5)


@every_number
def test_a_network_has_the_probabilities_of_scikit_learn(n_classes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[NDArray[np.float32]] = []
    partial_fit = MLPClassifier.partial_fit

    def noting(network: MLPClassifier, *lesson: object, **classes: object) -> MLPClassifier:
        partial_fit(network, *lesson, **classes)
        fitted.append(network.predict_proba(taught.vectors))
        return network

    monkeypatch.setattr(MLPClassifier, "partial_fit", noting)
    taught = lesson(n_classes)

    classifier, epochs = epochs_of("network", taught)

    assert classifier.probabilities(taught.vectors) == pytest.approx(fitted[best_epoch(epochs)], abs=1e-5)


def test_a_network_has_one_hidden_layer_as_wide_as_the_input() -> None:
    shapes = [layer.weights.shape for layer in epochs_of("network", lesson())[0].layers]

    assert shapes == [(8, 8), (8, 3)]


def test_a_network_learns_as_the_tutorial_does(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: dict[str, object] = {}
    partial_fit = MLPClassifier.partial_fit

    def noting(network: MLPClassifier, *lesson: object, **classes: object) -> MLPClassifier:
        settings.update(network.get_params())
        return partial_fit(network, *lesson, **classes)

    monkeypatch.setattr(MLPClassifier, "partial_fit", noting)

    epochs_of("network", lesson())

    names = ("activation", "solver", "learning_rate_init", "batch_size", "alpha")
    assert [settings[name] for name in names] == ["relu", "adam", 0.001, 32, 0]


@every_model
def test_weights_are_float32(model: str) -> None:
    layers = epochs_of(model, lesson(n_classes=2))[0].layers

    assert {array.dtype for layer in layers for array in (layer.weights, layer.biases)} == {np.dtype(np.float32)}


def test_a_network_tells_each_epoch_and_its_loss_falls() -> None:
    losses = [epoch.loss for epoch in epochs_of("network", lesson(n_posts=600, noise=0.05))[1]]

    assert len(losses) >= 4
    assert losses == sorted(losses, reverse=True)


def test_training_ends_three_epochs_after_the_best() -> None:
    _, epochs = epochs_of("network", lesson(noise=1.0, n_posts=600))

    assert len(epochs) == best_epoch(epochs) + 1 + 3 < 20


def test_training_ends_after_twenty_epochs_however_much_better_the_last_is() -> None:
    _, epochs = epochs_of("network", lesson(noise=0.05))

    assert len(epochs) == best_epoch(epochs) + 1 == 20


def test_the_weights_of_the_best_epoch_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    noisy = lesson(noise=1.0, n_posts=600)
    classifier, epochs = epochs_of("network", noisy)
    monkeypatch.setattr(training, "MOST_EPOCHS", best_epoch(epochs) + 1)

    until_then, _ = epochs_of("network", noisy)

    assert best_epoch(epochs) < len(epochs) - 1
    assert np.array_equal(classifier.probabilities(noisy.vectors), until_then.probabilities(noisy.vectors))


def test_a_tenth_is_held_out_and_not_learned_from(monkeypatch: pytest.MonkeyPatch) -> None:
    taught = lesson(n_posts=300)
    seen: list[int] = []
    partial_fit = MLPClassifier.partial_fit

    def counting(
        network: MLPClassifier, vectors: NDArray[np.float32], *labels: object, **classes: object
    ) -> MLPClassifier:
        seen.append(len(vectors))
        return partial_fit(network, vectors, *labels, **classes)

    monkeypatch.setattr(MLPClassifier, "partial_fit", counting)

    epochs_of("network", taught)

    assert set(seen) == {270}


def test_every_epoch_has_batches_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    states = []
    partial_fit = MLPClassifier.partial_fit

    def noting(network: MLPClassifier, *lesson: object, **classes: object) -> MLPClassifier:
        partial_fit(network, *lesson, **classes)
        states.append(network._random_state.randint(2**31, size=1).item())
        return network

    monkeypatch.setattr(MLPClassifier, "partial_fit", noting)

    epochs_of("network", lesson())

    assert len(set(states)) == len(states) > 1


def test_logistic_regression_has_no_epochs() -> None:
    assert epochs_of("logistic", lesson())[1] == []


def test_whoever_is_told_an_epoch_may_cancel() -> None:
    told = []

    def cancel(epoch: Epoch) -> None:
        told.append(epoch)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        MODELS["network"].train(lesson(), 0, cancel)

    assert len(told) == 1


@pytest.mark.parametrize("n_classes", [2, 3])
@every_model
def test_two_posts_of_each_class_are_enough_and_no_warning(model: str, n_classes: int) -> None:
    few = lesson(n_classes, n_posts=2 * n_classes)

    with warnings.catch_warnings(action="error"):
        classifier, _ = epochs_of(model, few)

    assert np.isfinite(classifier.probabilities(few.vectors)).all()


def test_equal_posts_of_different_classes_have_probabilities() -> None:
    equal = Lesson(np.full((12, 4), 0.5, np.float32), np.arange(12) % 3, ("a", "b", "c"))

    for model in MODELS:
        assert epochs_of(model, equal)[0].probabilities(equal.vectors) == pytest.approx(1 / 3, abs=0.35)


@pytest.mark.parametrize(
    ("accuracies", "losses", "best"),
    [([0.5, 0.7, 0.6], [3, 2, 1], 1), ([0.5, 0.7, 0.7], [3, 2, 1], 2), ([0.7, 0.7], [1, 1], 0)],
    ids=["most right", "of equals the least loss", "of the same the first"],
)
def test_the_best_epoch(accuracies: list[float], losses: list[float], best: int) -> None:
    epochs = [Epoch(0, 0, loss, share) for share, loss in zip(accuracies, losses, strict=True)]

    assert best_epoch(epochs) == best


def test_an_unknown_model_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UserError, match=r"^There is no classifier 'svm': choose from network, logistic\.$"):
        require_model("svm")
