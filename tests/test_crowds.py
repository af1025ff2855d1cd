"""Crowds: clusters by density in the graph of the nearest, against those of all distances."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from explorer import density
from explorer.crowds import Labels, Nearest, dbscan_of, hdbscan_of
from explorer.noise import NOISE
from explorer.numbering import largest_first


def blobs(n_blobs: int = 6, n_posts: int = 150) -> NDArray[np.float32]:
    """Return crowds on the unit sphere, and as many posts anywhere on it as in one of them."""
    lot = np.random.default_rng(0)
    centers = lot.normal(size=(n_blobs, 1, 5)) + lot.normal(scale=0.1, size=(n_blobs, n_posts, 5))
    points = np.concatenate([*centers, lot.normal(size=(n_posts, 5))])
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True), np.float32)


# At these degrees of the unit circle there are a crowd of four, a post at its edge, and one that is alone.
CIRCLE = np.radians([0, 2, 4, 6, 9, 90])
POINTS = np.column_stack([np.cos(CIRCLE), np.sin(CIRCLE)]).astype(np.float32)


def test_a_post_with_a_crowd_takes_those_that_it_reaches_and_the_lonely_one_is_noise() -> None:
    labels = largest_first(dbscan_of(Nearest.of(POINTS, 3), np.radians(3.5), 3))

    assert labels.tolist() == [0, 0, 0, 0, 0, -1]


def test_a_reach_counts_the_post_itself() -> None:
    assert Nearest.of(POINTS, 3).reach(1).tolist() == [0] * 6
    assert Nearest.of(POINTS, 3).reach(2)[0] == pytest.approx(2 * np.sin(np.radians(1)), rel=1e-3)


@pytest.mark.parametrize("find", [lambda: density.hdbscan(blobs(), 20, 8), lambda: density.dbscan(blobs(), None, 8)])
def test_many_posts_are_clustered_as_few_are(find: Callable[[], Labels], monkeypatch: pytest.MonkeyPatch) -> None:
    among_all = find()
    monkeypatch.setattr(density, "EXACT_UP_TO", 1_000)

    among_the_nearest = find()

    assert len(np.unique(among_all)) == len(np.unique(among_the_nearest))
    assert adjusted_rand_score(among_all, among_the_nearest) > 0.9


def test_a_crowd_of_more_posts_than_there_are_is_one_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(density, "EXACT_UP_TO", 5)

    assert set(density.dbscan(POINTS, 0.001, 99).tolist()) == {NOISE}
    assert len(density.hdbscan(POINTS, 2, 99)) == 6


def test_pieces_that_nothing_links_are_clusters_all_the_same() -> None:
    apart = np.repeat(np.eye(3, dtype=np.float32), 40, axis=0)  # of 15 nearest, all lie in the same place

    labels = hdbscan_of(Nearest.of(apart, 5), 10, 5)

    assert sorted(np.unique(labels.reshape(3, 40), axis=1).ravel().tolist()) == [0, 1, 2]
