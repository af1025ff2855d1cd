"""Benchmarks: figures told with their spread, what stands in for Gemini's vectors and limits, and the plain model."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import clustering
from benchmarks.ingest_limits import permitted
from benchmarks.lifted import VectorSet, lifted
from benchmarks.measuring import median_spread, ratio_spread, spread
from benchmarks.plain import PlainMiniLM
from ingest.embedders import TaskType
from ingest.embedders.minilm import MiniLMEmbedder
from ingest.posts import Corpus, Post

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


@pytest.mark.parametrize(("n_bytes", "tier_1"), [(400, "50 texts/s"), (40_000, "2 texts/s")])
def test_a_tier_allows_what_the_nearer_of_its_limits_does(n_bytes: int, tier_1: str) -> None:
    corpus = Corpus("long", "memory", [Post("1", "sci.space", "train", "", "a" * n_bytes)])

    assert permitted(corpus, loop=2)[0].figure == tier_1


def test_a_first_k_is_told_with_what_it_takes_once(capsys: pytest.CaptureFixture[str]) -> None:
    vectors = lifted(np.random.default_rng(0).standard_normal((60, 4), np.float32), 8)

    clustering.report(VectorSet(vectors, "Drawn"), ["even", "odd"] * 30, seeds=(0,))

    told = capsys.readouterr().out
    assert "60 posts, 8 dimensions; 1 seeds" in told and "Before the first k, once" in told
    assert [told.count(code) for code in ("KMeans, one fit", "here, a new k", "here, the first k")] == [2, 2, 2]
