"""Normalizing: nothing that a tokenizer refuses goes in, and nothing but vectors of unit length comes out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ingest.embedders.normalizing import encodable, unit_vectors


def test_lone_surrogates_become_question_marks() -> None:
    assert encodable("a\ud800b \N{ROCKET} é") == "a?b \N{ROCKET} é"


def test_vectors_are_scaled_to_unit_length() -> None:
    vectors = unit_vectors([[3.0, 4.0], [0.0, 2.0], [-1e9, 0.0]])

    assert (vectors.shape, vectors.dtype) == ((3, 2), np.float32)
    np.testing.assert_array_equal(vectors, np.array([[0.6, 0.8], [0, 1], [-1, 0]], np.float32))


@pytest.mark.parametrize("cells", [[0.0, 0.0], [1.0, math.nan], [math.inf, 1.0]])
def test_what_has_no_direction_is_no_number_beside_what_has_one(cells: list[float]) -> None:
    vectors = unit_vectors([[0.0, 2.0], cells])

    np.testing.assert_array_equal(vectors, np.array([[0, 1], [math.nan, math.nan]], np.float32))
