"""Settling: tied points come together, the others apart, in the same way on any number of cores."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from itertools import islice

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import block_diag, csr_array

from explorer import settling
from explorer.settling import CELLS_A_UNIT, FARTHEST, LONGEST, Curve, curve_of, settle

N_POINTS = 40
CURVE = curve_of(1.577, 0.895)  # of a least distance of 0.1


def two_crowds(n_points: int = N_POINTS) -> csr_array:
    """Tie all of the first half to one another, and all of the second."""
    crowd = np.ones((n_points // 2, n_points // 2), np.float32) - np.eye(n_points // 2, dtype=np.float32)
    return csr_array(block_diag([crowd, crowd]))


def somewhere(n_points: int = N_POINTS) -> NDArray[np.float32]:
    return np.random.default_rng(0).uniform(0, 10, size=(n_points, 2)).astype(np.float32)


def settled(graph: csr_array, start: NDArray[np.float32], seed: int = 0, curve: Curve = CURVE) -> NDArray[np.float32]:
    return list(settle(graph, start, curve, 50, seed))[-1]


def test_tied_points_come_together_and_the_others_apart() -> None:
    places = settled(two_crowds(), somewhere())

    crowds = places[: N_POINTS // 2], places[N_POINTS // 2 :]

    apart = np.linalg.norm(crowds[0].mean(axis=0) - crowds[1].mean(axis=0))
    assert all(np.linalg.norm(crowd - crowd.mean(axis=0), axis=1).max() < apart / 2 for crowd in crowds)


@pytest.mark.parametrize("n_cores", [1, 2, 3, 64])
def test_any_number_of_cores_gives_the_same_places(n_cores: int, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = settled(two_crowds(), somewhere())

    monkeypatch.setattr(settling, "FEWEST_TO_SHARE", 1)
    monkeypatch.setattr(settling, "n_cores", lambda: n_cores)

    assert np.array_equal(settled(two_crowds(), somewhere()), expected)


def test_another_seed_gives_other_places() -> None:
    assert not np.array_equal(settled(two_crowds(), somewhere(), seed=1), settled(two_crowds(), somewhere(), seed=2))


def test_a_stronger_tie_brings_points_nearer() -> None:
    tied = np.zeros((20, 20), np.float32)
    tied[0, 1] = tied[1, 0] = 1
    tied[0, 2] = tied[2, 0] = 0.2

    distances = [
        np.linalg.norm(places[0] - places[1:3], axis=1)
        for places in (settled(csr_array(tied), somewhere(20), seed) for seed in range(20))
    ]

    assert np.mean(distances, axis=0)[0] < np.mean(distances, axis=0)[1]


def test_a_point_without_ties_stays_where_it_is() -> None:
    tied = np.ones((10, 10), np.float32) - np.eye(10, dtype=np.float32)
    tied[3] = tied[:, 3] = 0

    places = settled(csr_array(tied), somewhere(10))

    assert np.array_equal(places[3], somewhere(10)[3])
    assert not (places == somewhere(10)).all(axis=1)[[0, 1, 2, 4]].any()


def test_points_that_begin_in_one_place_or_very_far_have_places() -> None:
    for start in (np.zeros((N_POINTS, 2), np.float32), somewhere() * 10 * FARTHEST):
        assert np.isfinite(settled(two_crowds(), start)).all()


def test_two_points_have_places() -> None:
    assert np.isfinite(settled(csr_array(np.eye(2, dtype=np.float32)[::-1]), somewhere(2))).all()


def test_the_places_after_each_epoch_are_yielded_as_they_come() -> None:
    first, second = islice(settle(two_crowds(), somewhere(), CURVE, 50, 0), 2)

    assert first.shape == second.shape == (N_POINTS, 2)
    assert first.dtype == np.float32
    assert not np.array_equal(first, second)


def test_repulsions_fall_with_distance_and_follow_their_formula() -> None:
    distance = 2.0
    squared = distance**2

    force = CURVE.repulsions[int(distance * CELLS_A_UNIT)]

    assert (np.diff(CURVE.repulsions) < 0).all()
    assert force == pytest.approx(2 * 0.895 / ((0.001 + squared) * (1 + 1.577 * squared**0.895)), rel=0.03)


def test_no_repulsion_is_longer_than_allowed() -> None:
    ends = (np.arange(len(CURVE.repulsions)) + 1) / CELLS_A_UNIT

    assert (CURVE.repulsions * ends).max() <= LONGEST * (1 + 1e-6)


@pytest.mark.parametrize("n_epochs", [3, 50])
def test_its_threads_end_with_it(n_epochs: int) -> None:
    before = threading.active_count()

    with closing(settle(two_crowds(), somewhere(), CURVE, 50, 0)) as epochs:
        for _ in islice(epochs, n_epochs):
            during = threading.active_count()

    assert during > before
    ends = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < ends:
        time.sleep(0.01)
    assert threading.active_count() == before
