"""Clusterings of a stored corpus: whether vectors are smoothed first, and that the two outcomes are kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.metrics.cluster import contingency_matrix

from explorer import Explorer
from explorer.clustering import Options
from explorer.filters import Filters
from ingest.errors import UserError


@pytest.fixture
def sample(sample_store: Path, tmp_path: Path) -> Iterator[Explorer]:
    """An explorer of the bundled sample, embedded offline."""
    with Explorer.open(Path(copytree(sample_store, tmp_path / "store"))) as explorer:
        yield explorer


def v_measure(explorer: Explorer, *, smooth: bool | None) -> float:
    clustering = explorer.cluster(Options(len(explorer.newsgroups), smooth=smooth))
    return explorer.evaluate(clustering).measures.v_measure


def test_the_offline_models_vectors_are_smoothed_unless_told_otherwise(sample: Explorer) -> None:
    assert [sample.cluster(Options(4, smooth=smooth)).is_smoothed for smooth in (None, True, False)] == [
        True,
        True,
        False,
    ]


def test_vectors_of_other_models_are_clustered_as_they_are_unless_told_otherwise(explorer: Explorer) -> None:
    assert [explorer.cluster(Options(3, smooth=smooth)).is_smoothed for smooth in (None, True, False)] == [
        False,
        True,
        False,
    ]


def test_smoothed_clusters_agree_better_with_the_newsgroups(sample: Explorer) -> None:
    assert v_measure(sample, smooth=True) > v_measure(sample, smooth=False)


def test_a_clustering_is_kept_apart_from_the_smoothed_one(sample: Explorer) -> None:
    first = [sample.cluster(Options(17, smooth=smooth)).labels for smooth in (True, False)]
    again = [sample.cluster(Options(17, smooth=smooth)).labels for smooth in (True, False)]

    np.testing.assert_array_equal(again, first)
    assert (first[0] != first[1]).any()


def test_some_posts_are_smoothed_among_themselves(sample: Explorer) -> None:
    some = Filters(newsgroups=tuple(sample.newsgroups[:8]))

    clustering = sample.cluster(8, filters=some)

    assert clustering.is_smoothed
    assert clustering.post_ids == [post.id for post in sample.posts if post.newsgroup in some.newsgroups]


@pytest.mark.parametrize("method", ["hdbscan", "dbscan"])
def test_other_options_of_a_method_by_density_leave_clusters_their_numbers(sample: Explorer, method: str) -> None:
    usual, other = (sample.cluster(options, method=method).labels for options in (None, Options(min_samples=6)))

    clustered = (usual >= 0) & (other >= 0)
    assert np.sum((usual == other)[clustered]) == most_shared(usual[clustered], other[clustered])


def most_shared(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """Return how many posts would have one number in both, were clusters numbered as well as can be."""
    shared = contingency_matrix(one, other)
    return int(shared[linear_sum_assignment(shared, maximize=True)].sum())


@pytest.mark.parametrize("method", ["kmeans", "dbscan"])
def test_clusters_of_some_posts_have_the_numbers_that_they_have_among_all(sample: Explorer, method: str) -> None:
    of_all = dict(zip(sample.post_ids, sample.cluster(12, method=method).labels, strict=True))

    of_most = sample.cluster(12, method=method, filters=Filters(newsgroups=tuple(sample.newsgroups[:16])))

    numbers = [(of_all[post_id], number) for post_id, number in zip(of_most.post_ids, of_most.labels, strict=True)]
    assert np.mean([one == other for one, other in numbers if min(one, other) >= 0]) > 0.6


def test_as_many_clusters_are_made_of_few_posts_as_there_are_posts(explorer: Explorer) -> None:
    some = Filters(newsgroups=("sci.space", "sci.crypt"))

    np.testing.assert_array_equal(explorer.cluster().labels, explorer.cluster(9).labels)
    np.testing.assert_array_equal(explorer.cluster(filters=some).labels, explorer.cluster(6, filters=some).labels)
    assert [each.n_clusters for each in explorer.compare_task_types()] == [
        each.n_clusters for each in explorer.compare_task_types(9)
    ]


def test_of_many_posts_twenty_clusters_are_made(sample: Explorer) -> None:
    assert sample.cluster().n_clusters == 20


def test_more_clusters_than_posts_are_refused_where_they_are_asked_for(explorer: Explorer) -> None:
    with pytest.raises(UserError, match=r"^k must be from 1 to 9, the number of posts, not 20"):
        explorer.cluster(20)
