"""Classifiers: what training found, as plain arrays that numpy alone turns into probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FloatMatrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One step of a classifier: ``values @ weights + biases``.

    Attributes
    ----------
    weights : ndarray of shape (n_in, n_out), float32
    biases : ndarray of shape (n_out,), float32
    """

    weights: FloatMatrix
    biases: NDArray[np.float32]

    def of(self, values: FloatMatrix) -> FloatMatrix:
        return values @ self.weights + self.biases


@dataclass(frozen=True, slots=True)
class Guess:
    """A newsgroup and how probable it is."""

    newsgroup: str
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """Layers from a vector to one value for each class: ReLU after each but the last, then softmax."""

    classes: tuple[str, ...]
    layers: tuple[Layer, ...]

    def probabilities(self, vectors: FloatMatrix) -> FloatMatrix:
        """Return how probable each class is for each vector.

        Parameters
        ----------
        vectors : ndarray of shape (n, dimensions), float32

        Returns
        -------
        ndarray of shape (n, n_classes), float32, rows that sum to 1
        """
        values = vectors
        for layer in self.layers[:-1]:
            values = np.maximum(layer.of(values), 0)
        return _softmax(self.layers[-1].of(values))

    def guesses(self, vector: NDArray[np.float32]) -> tuple[Guess, ...]:
        """Return all classes for one vector of shape (dimensions,), the most probable first."""
        probabilities = self.probabilities(vector[np.newaxis])[0]
        best_first = np.argsort(-probabilities, kind="stable")
        return tuple(Guess(self.classes[code], float(probabilities[code])) for code in best_first)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all there is to it, by name."""
        weights = {f"weights_{number}": layer.weights for number, layer in enumerate(self.layers)}
        biases = {f"biases_{number}": layer.biases for number, layer in enumerate(self.layers)}
        return {"classes": np.array(self.classes, np.str_), **weights, **biases}

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Make it anew from its arrays; others may be among them."""
        numbers = takewhile(lambda number: f"weights_{number}" in arrays, count())
        layers = tuple(Layer(arrays[f"weights_{number}"], arrays[f"biases_{number}"]) for number in numbers)
        return cls(tuple(arrays["classes"].tolist()), layers)


def _softmax(values: FloatMatrix) -> FloatMatrix:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    probabilities: FloatMatrix = powers / powers.sum(axis=1, keepdims=True)
    return probabilities
