"""Principal components: as scikit-learn's exact ones are, and fewer where there is less."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.decomposition import PCA

from explorer.components import N_COMPONENTS, principal_components


@pytest.mark.parametrize(("n_posts", "dimensions", "n_components"), [(100, 80, 64), (10, 80, 10), (100, 7, 7)])
def test_there_are_as_many_as_posts_and_dimensions_allow(n_posts: int, dimensions: int, n_components: int) -> None:
    vectors = np.random.default_rng(0).normal(size=(n_posts, dimensions)).astype(np.float32)

    components = principal_components(vectors)

    assert (components.shape, components.dtype) == ((n_posts, n_components), np.float32)


def test_they_hold_the_variance_that_exact_ones_hold() -> None:
    scales = np.linspace(1, 0.01, 300)
    vectors = (np.random.default_rng(0).normal(size=(2_000, 300)) * scales).astype(np.float32)

    held = principal_components(vectors).var(axis=0).sum()

    exact = PCA(N_COMPONENTS, svd_solver="full").fit_transform(vectors).var(axis=0).sum()
    assert held == pytest.approx(exact, rel=2e-2)


def test_what_was_there_before_gives_the_same_again() -> None:
    vectors = np.random.default_rng(0).normal(size=(600, 100)).astype(np.float32)

    assert np.array_equal(principal_components(vectors), principal_components(vectors))
