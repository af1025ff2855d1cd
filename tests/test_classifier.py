"""Classifiers: probabilities that can be worked out by hand, and arrays that say all there is to them."""

from __future__ import annotations

import numpy as np
import pytest

from explorer.classifier import Classifier, Layer

# Softmax of (log 1, log 3) is (1/4, 3/4): a vector (1, 0) is b's three times out of four, and (0, 1) is undecided.
LINEAR = Classifier(
    ("a", "b"),
    (Layer(np.array([[0, np.log(3)], [0, 0]], np.float32), np.zeros(2, np.float32)),),
)
# The hidden layer keeps what is above a half, so that (0.4, 0) says nothing and (1.5, 0) says 1.
HIDDEN = Classifier(
    ("a", "b"),
    (Layer(np.eye(2, dtype=np.float32), np.full(2, -0.5, np.float32)), *LINEAR.layers),
)


def test_probabilities_are_the_softmax_of_the_last_layer() -> None:
    vectors = np.array([[1, 0], [0, 1]], np.float32)

    assert LINEAR.probabilities(vectors) == pytest.approx(np.array([[0.25, 0.75], [0.5, 0.5]]), abs=1e-6)


def test_a_layer_before_the_last_lets_nothing_negative_through() -> None:
    vectors = np.array([[0.4, 0], [1.5, 0]], np.float32)

    assert HIDDEN.probabilities(vectors) == pytest.approx(np.array([[0.5, 0.5], [0.25, 0.75]]), abs=1e-6)


def test_biases_count() -> None:
    layer = Layer(np.zeros((1, 2), np.float32), np.log([9, 1]).astype(np.float32))

    assert Classifier(("a", "b"), (layer,)).probabilities(np.ones((1, 1), np.float32)) == pytest.approx(
        np.array([[0.9, 0.1]]), abs=1e-6
    )


def test_probabilities_have_the_shape_and_type_that_are_documented() -> None:
    probabilities = HIDDEN.probabilities(np.ones((5, 2), np.float32))

    assert (probabilities.shape, probabilities.dtype) == ((5, 2), np.float32)


def test_large_values_are_no_overflow() -> None:
    with np.errstate(all="raise", under="ignore"):
        probabilities = LINEAR.probabilities(np.array([[1e4, 0], [-1e4, 0]], np.float32))

    assert probabilities.tolist() == [[0, 1], [1, 0]]


def test_guesses_are_all_classes_the_most_probable_first() -> None:
    guesses = LINEAR.guesses(np.array([1, 0], np.float32))

    assert [guess.newsgroup for guess in guesses] == ["b", "a"]
    assert [guess.probability for guess in guesses] == pytest.approx([0.75, 0.25])


@pytest.mark.parametrize("classifier", [LINEAR, HIDDEN], ids=["one layer", "two layers"])
def test_it_is_made_anew_from_its_arrays(classifier: Classifier) -> None:
    again = Classifier.of({**classifier.arrays(), "something": np.zeros(3)})

    vectors = np.random.default_rng(0).normal(size=(10, 2)).astype(np.float32)
    assert again.classes == classifier.classes
    assert np.array_equal(again.probabilities(vectors), classifier.probabilities(vectors))


def test_its_arrays_hold_no_objects_which_would_be_pickled() -> None:
    arrays = HIDDEN.arrays()

    assert sorted(arrays) == ["biases_0", "biases_1", "classes", "weights_0", "weights_1"]
    assert not [name for name, array in arrays.items() if array.dtype == object]
