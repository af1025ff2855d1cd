"""Classification: figures that can be worked out by hand and are scikit-learn's, kept as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

from explorer.baselines import Baseline
from explorer.classification import KEPT, Classification, ClassScore, Mistake
from explorer.classifier import Classifier, Layer
from explorer.learning import Examples, classify
from explorer.splitting import Split, split_posts
from explorer.training import MODELS, Epoch
from ingest.errors import UserError

every_model = pytest.mark.parametrize("model", MODELS)

# Of five tested posts, an a and two b's are recognized, and one of each is taken for the other's; c has no posts.
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.9, 0.1, 0], [0.4, 0.5, 0.1]], np.float32
)
KNOWN = Classification(
    Classifier(("a", "b", "c"), (Layer(np.eye(3, dtype=np.float32), np.zeros(3, np.float32)),)),
    "network",
    7,
    Split(np.array([0, 2, 4]), np.array([1, 3, 5, 7, 9]), "for this test"),
    np.array([0, 0, 1, 1, 1]),
    PROBABILITIES,
    (Epoch(1.5, 0.25, 1.75, 0.5), Epoch(1.0, 0.5, 1.25, 0.75), Epoch(0.5, 0.75, 1.5, 0.5)),
    (Baseline("majority class", 0.4),),
)
EACH = 200  # posts of each newsgroup


def examples(n_classes: int = 3) -> tuple[Examples, Split]:
    """Make posts near one axis for each newsgroup; the last fifth of them is for the test."""
    codes = np.arange(n_classes * EACH) % n_classes
    vectors = np.eye(n_classes, 16)[codes] + np.random.default_rng(0).normal(scale=0.1, size=(len(codes), 16))
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    newsgroups = [("sci.med", "alt.atheism", "sci.space")[code] for code in codes]
    subsets = ["test" if row >= 0.8 * len(codes) else "train" for row in range(len(codes))]
    return Examples(unit, newsgroups), split_posts(newsgroups, subsets)


def arrays_of(found: Classification) -> list[NDArray[Any]]:
    layers = [array for layer in found.classifier.layers for array in (layer.weights, layer.biases)]
    return [*layers, found.split.train, found.split.test, found.actual, found.probabilities]


def same(one: Classification, other: Classification) -> bool:
    plain = [(it.classes, it.model, it.seed, it.split.origin, it.epochs, it.baselines) for it in (one, other)]
    return plain[0] == plain[1] and all(map(np.array_equal, arrays_of(one), arrays_of(other)))


def test_a_post_is_taken_for_the_most_probable_class() -> None:
    assert [KNOWN.classes[code] for code in KNOWN.predicted] == ["a", "b", "b", "a", "b"]


def test_accuracy_is_the_share_of_posts_that_are_recognized() -> None:
    assert KNOWN.accuracy == 3 / 5


def test_confusion_counts_which_were_taken_for_which() -> None:
    assert KNOWN.confusion.tolist() == [[1, 1, 0], [1, 2, 0], [0, 0, 0]]


def test_every_class_has_its_scores() -> None:
    assert KNOWN.scores == (
        ClassScore("a", 1 / 2, 1 / 2, 1 / 2, 2),
        ClassScore("b", 2 / 3, 2 / 3, 2 / 3, 3),
        ClassScore("c", 0, 0, 0, 0),
    )


def test_figures_are_those_of_scikit_learn() -> None:
    lot = np.random.default_rng(0)
    actual = lot.integers(0, 3, 200)
    found = Classification(
        KNOWN.classifier, "network", 0, KNOWN.split, actual, lot.random((200, 3)).astype(np.float32), (), ()
    )

    theirs = precision_recall_fscore_support(actual, found.predicted)
    ours = [(score.precision, score.recall, score.f1, score.support) for score in found.scores]
    assert np.allclose(np.transpose(ours), theirs)
    assert np.array_equal(found.confusion, confusion_matrix(actual, found.predicted))
    assert found.accuracy == accuracy_score(actual, found.predicted)


def test_the_most_confident_mistakes_come_first() -> None:
    surest, other = (float(np.float32(probability)) for probability in (0.9, 0.6))

    assert KNOWN.mistakes(10) == [Mistake(7, "a", "b", surest), Mistake(3, "b", "a", other)]


def test_there_are_no_more_mistakes_than_asked_for() -> None:
    assert [mistake.row for mistake in KNOWN.mistakes(1)] == [7]


def test_the_best_epoch_is_the_one_whose_weights_were_kept() -> None:
    assert KNOWN.best_epoch == 1


@every_model
@pytest.mark.parametrize("n_classes", [2, 3])
def test_newsgroups_that_are_easily_told_apart_are(model: str, n_classes: int) -> None:
    found = classify(*examples(n_classes), model)

    assert found.accuracy > 0.95
    assert found.classes == ("alt.atheism", "sci.med", "sci.space")[:n_classes]


def test_shapes_and_types_are_those_that_are_documented() -> None:
    found = classify(*examples(), "logistic")

    n_test = len(found.split.test)
    assert (found.probabilities.shape, found.probabilities.dtype) == ((n_test, 3), np.float32)
    assert found.actual.shape == found.predicted.shape == (n_test,)
    assert found.actual.dtype == found.predicted.dtype == np.intp
    assert (found.confusion.shape, found.confusion.sum()) == ((3, 3), n_test)


def test_rows_of_mistakes_are_those_of_the_examples() -> None:
    posts, split = examples()
    swapped = list(posts.newsgroups)
    swapped[split.test[5]] = "sci.med" if swapped[split.test[5]] != "sci.med" else "sci.space"

    found = classify(Examples(posts.vectors, swapped), split, "logistic")

    assert [mistake.row for mistake in found.mistakes(10)] == [split.test[5]]


def test_the_classifier_gives_the_probabilities_that_were_tested() -> None:
    posts, split = examples()

    found = classify(posts, split, "logistic")

    assert np.array_equal(found.classifier.probabilities(posts.vectors[split.test]), found.probabilities)


def test_nothing_is_learned_from_the_tested_posts() -> None:
    posts, split = examples()
    changed = posts.vectors.copy()
    changed[split.test] = -changed[split.test]

    one, other = (classify(Examples(vectors, posts.newsgroups), split) for vectors in (posts.vectors, changed))

    assert one.epochs == other.epochs
    assert np.array_equal(one.classifier.probabilities(changed), other.classifier.probabilities(changed))


@every_model
def test_a_seed_gives_the_same_classification_again(model: str) -> None:
    assert same(classify(*examples(), model, 3), classify(*examples(), model, 3))


def test_epochs_are_told_as_they_go_and_kept() -> None:
    told: list[Epoch] = []

    found = classify(*examples(), progress=told.append)

    assert tuple(told) == found.epochs != ()


def test_whoever_is_told_an_epoch_may_cancel() -> None:
    def cancel(_: Epoch) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        classify(*examples(), progress=cancel)


def test_a_model_without_epochs_has_no_best_one() -> None:
    found = classify(*examples(), "logistic")

    assert (found.epochs, found.best_epoch) == ((), None)


def test_the_majority_is_a_baseline() -> None:
    assert classify(*examples(2), "logistic").baselines == (Baseline("majority class", 0.5),)


@pytest.mark.parametrize("found", [KNOWN, replace(KNOWN, epochs=(), baselines=())], ids=["with epochs", "without"])
def test_what_is_written_is_read_again_as_the_same(found: Classification, tmp_path: Path) -> None:
    KEPT.write(found, tmp_path / "classification.npz")

    again = KEPT.read(tmp_path / "classification.npz")

    assert same(found, again)
    assert (again.accuracy, again.mistakes(5)) == (found.accuracy, found.mistakes(5))


def test_an_unknown_model_is_refused() -> None:
    with pytest.raises(UserError, match=r"^There is no classifier 'svm': choose from network, logistic\.$"):
        classify(*examples(), "svm")
