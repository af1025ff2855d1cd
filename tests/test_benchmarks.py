"""Benchmarks: figures told with their spread, vectors of more dimensions, and the plain model."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.lifted import lifted
from benchmarks.measuring import median_spread, ratio_spread, spread
from benchmarks.plain import PlainMiniLM
from ingest.embedders import TaskType
from ingest.embedders.minilm import MiniLMEmbedder

MAIL = "ada\nOrganization: Engines\nLines: 2\n\nThe mill turns."


def test_a_figure_is_told_with_the_least_and_the_most() -> None:
    assert spread([0.5, 0.75, 1.0]) == "0.750 (0.500 to 1.000)"
    assert median_spread([3, 1, 9]) == "3 (1 to 9)"


def test_a_figure_without_a_spread_is_told_alone() -> None:
    assert spread([2.0, 2.0], ".1f") == "2.0"


def test_a_ratio_is_that_of_the_means_and_one_lucky_turn_does_not_raise_it() -> None:
    assert ratio_spread([10, 10], [1, 4]) == "4.0 (2.5 to 10.0)"


def test_lifting_without_noise_keeps_every_angle() -> None:
    corners = np.array([[1, 0, 0], [0, 1, 0], [0.6, 0.8, 0]], np.float32)

    raised = lifted(corners, 50, noise=0)

    assert raised.shape == (3, 50) and raised.dtype == np.float32
    np.testing.assert_allclose(raised @ raised.T, corners @ corners.T, atol=1e-5)


def test_noise_takes_its_share_of_the_likeness_of_equal_vectors() -> None:
    twice = lifted(np.array([[1, 0], [1, 0]], np.float32), 10_000, noise=0.5)

    assert twice[0] @ twice[1] == pytest.approx(1 / (1 + 0.5**2), abs=0.03)


def test_the_plain_model_is_sent_a_post_as_it_is() -> None:
    assert PlainMiniLM().as_sent(MAIL, TaskType.CLUSTERING, "The mill") == MAIL
    assert MiniLMEmbedder().as_sent(MAIL, TaskType.CLUSTERING, "The mill") != MAIL
