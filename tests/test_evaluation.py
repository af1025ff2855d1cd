"""Evaluation, on examples that can be worked out by hand, and against scikit-learn's own measures."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.metrics.cluster import contingency_matrix

from explorer.evaluation import Evaluation, Majority, evaluate
from explorer.measures import Labels
from ingest.errors import UserError

# Three newsgroups of four posts in three clusters:
#        cluster   0  1  2
#        cars      3  1  0
#        bikes     4  0  0
#        space     0  2  2
NEWSGROUPS = ["cars"] * 4 + ["bikes"] * 4 + ["space"] * 4
LABELS = np.array([0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 2, 2], np.int32)
# The same, but that a density method leaves out one car and all bikes.
NOISY = np.array([0, 0, -1, 1, -1, -1, -1, -1, 1, 1, 2, 2], np.int32)


@pytest.fixture
def found() -> Evaluation:
    return evaluate(LABELS, NEWSGROUPS)


@pytest.fixture
def noisy() -> Evaluation:
    return evaluate(NOISY, NEWSGROUPS)


def majority_of(evaluation: Evaluation, newsgroup: str) -> Majority:
    return next(majority for majority in evaluation.majorities if majority.newsgroup == newsgroup)


def test_confusion_counts_the_posts_of_each_newsgroup_in_each_cluster(found: Evaluation) -> None:
    assert found.newsgroups == ("bikes", "cars", "space")
    assert found.clusters == (0, 1, 2)
    assert found.confusion.tolist() == [[4, 0, 0], [3, 1, 0], [0, 2, 2]]
    assert found.confusion.dtype == np.int64


def test_a_newsgroup_is_mapped_to_the_cluster_that_has_most_of_it(found: Evaluation) -> None:
    assert [(majority.cluster, majority.share, majority.n_posts) for majority in found.majorities] == [
        (0, 1.0, 4),
        (0, 0.75, 4),
        (1, 0.5, 4),  # of two equals the first
    ]


def test_newsgroups_with_the_same_majority_cluster_are_merged(found: Evaluation) -> None:
    assert majority_of(found, "cars").merged_with == ("bikes",)
    assert majority_of(found, "bikes").merged_with == ("cars",)
    assert majority_of(found, "space").merged_with == ()


def test_the_mean_share_counts_each_newsgroup_once() -> None:
    # All of the one large newsgroup together, half of the small one.
    found = evaluate(np.array([0] * 8 + [0, 1], np.int32), ["large"] * 8 + ["small"] * 2)

    assert found.measures.mean_share == 0.75


def test_one_to_one_gives_each_newsgroup_a_cluster_of_its_own(found: Evaluation) -> None:
    # Bikes take cluster 0, which is theirs most; cars are left with 1 and space with 2: 4 + 1 + 2 of 12.
    assert [majority.partner for majority in found.majorities] == [0, 1, 2]
    assert found.measures.one_to_one == pytest.approx(7 / 12)


def test_a_newsgroup_has_no_partner_where_there_are_too_few_clusters() -> None:
    found = evaluate(np.array([0, 0, 0, 0], np.int32), ["a", "a", "a", "b"])

    assert [majority.partner for majority in found.majorities] == [0, None]
    assert found.measures.one_to_one == 0.75


def test_purity_is_the_share_of_posts_that_are_of_their_clusters_majority(found: Evaluation) -> None:
    assert found.measures.purity == pytest.approx((4 + 2 + 2) / 12)


def test_measures_are_one_where_clusters_are_the_newsgroups_whatever_their_numbers() -> None:
    measures = evaluate(np.array([4, 4, 4, 1, 1, 1], np.int32), ["a", "a", "a", "b", "b", "b"]).measures

    assert [getattr(measures, name) for name in measures.__slots__] == [1.0] * 8


def test_one_cluster_of_everything_is_complete_and_tells_nothing() -> None:
    measures = evaluate(np.zeros(6, np.int32), ["a", "a", "a", "b", "b", "b"]).measures

    assert (measures.completeness, measures.mean_share) == (1.0, 1.0)
    assert (measures.homogeneity, measures.v_measure, measures.nmi, measures.adjusted_rand) == (0.0, 0.0, 0.0, 0.0)


def test_clusters_of_one_post_each_are_pure_and_tell_no_newsgroup_from_another() -> None:
    measures = evaluate(np.arange(4, dtype=np.int32), ["a", "a", "b", "b"]).measures

    assert (measures.purity, measures.homogeneity) == (1.0, pytest.approx(1.0))
    assert (measures.mean_share, measures.one_to_one, measures.adjusted_rand) == (0.5, 0.5, 0.0)
    assert measures.completeness == pytest.approx(0.5)  # 1 of 2 bits


def test_homogeneity_is_what_the_clusters_tell_of_the_newsgroups() -> None:
    # One of two equal newsgroups is cut in two: the clusters tell all of 1 bit, and hold half a bit more.
    measures = evaluate(np.array([0, 0, 1, 2], np.int32), ["a", "a", "b", "b"]).measures

    assert measures.homogeneity == pytest.approx(1.0)
    assert measures.completeness == pytest.approx(1 / 1.5)
    assert measures.v_measure == pytest.approx(2 / 2.5)


def test_adjusted_rand_counts_pairs(found: Evaluation) -> None:
    # Of 66 pairs 18 share a newsgroup, 21 + 3 + 1 a cluster, and 3 + 6 + 1 + 1 both.
    expected = 18 * 25 / 66

    assert found.measures.adjusted_rand == pytest.approx((11 - expected) / ((18 + 25) / 2 - expected))


@pytest.mark.parametrize("n_clusters", [1, 2, 7, 30])
def test_measures_are_those_of_scikit_learn(n_clusters: int) -> None:
    draw = np.random.default_rng(n_clusters)
    newsgroups = draw.choice(["a", "b", "c", "d", "e"], 400, p=[0.4, 0.3, 0.15, 0.1, 0.05]).tolist()
    labels = np.where(
        draw.random(400) < 0.7, [ord(name) % n_clusters for name in newsgroups], draw.integers(n_clusters, size=400)
    )

    found = evaluate(labels.astype(np.int32), newsgroups)

    measures = found.measures
    assert np.array_equal(found.confusion, contingency_matrix(newsgroups, labels))
    assert measures.adjusted_rand == pytest.approx(metrics.adjusted_rand_score(newsgroups, labels))
    assert measures.nmi == pytest.approx(metrics.normalized_mutual_info_score(newsgroups, labels))
    assert measures.homogeneity == pytest.approx(metrics.homogeneity_score(newsgroups, labels))
    assert measures.completeness == pytest.approx(metrics.completeness_score(newsgroups, labels))
    assert measures.v_measure == pytest.approx(metrics.v_measure_score(newsgroups, labels))
    assert measures.v_measure == pytest.approx(measures.nmi)
    assert measures.mean_share == pytest.approx(_recall_of_majorities(found, newsgroups, labels))
    assert measures.one_to_one == pytest.approx(_accuracy_of_partners(found, newsgroups, labels))
    assert measures.purity == pytest.approx(_accuracy_of_clusters(newsgroups, labels))


def _recall_of_majorities(found: Evaluation, newsgroups: list[str], labels: Labels) -> float:
    """Each newsgroup's recall where what lies in its majority cluster is taken for it."""
    return float(
        np.mean(
            [
                metrics.recall_score(np.array(newsgroups) == majority.newsgroup, labels == majority.cluster)
                for majority in found.majorities
            ]
        )
    )


def _accuracy_of_partners(found: Evaluation, newsgroups: list[str], labels: Labels) -> float:
    owner = {majority.partner: majority.newsgroup for majority in found.majorities if majority.partner is not None}
    return float(metrics.accuracy_score(newsgroups, [owner.get(label, "nobody") for label in labels.tolist()]))


def _accuracy_of_clusters(newsgroups: list[str], labels: Labels) -> float:
    """The accuracy of taking every post for what most in its cluster are."""
    names, codes = np.unique(newsgroups, return_inverse=True)
    most = {label: names[np.bincount(codes[labels == label]).argmax()] for label in set(labels.tolist())}
    return float(metrics.accuracy_score(newsgroups, [most[label] for label in labels.tolist()]))


def test_noise_is_the_last_column_and_is_counted(noisy: Evaluation) -> None:
    assert noisy.clusters == (0, 1, 2, -1)
    assert noisy.confusion.tolist() == [[0, 0, 0, 4], [2, 1, 0, 1], [0, 2, 2, 0]]
    assert noisy.n_noise == 5
    assert noisy.n_clusters == 3


def test_nothing_is_mapped_to_noise(noisy: Evaluation) -> None:
    assert majority_of(noisy, "bikes") == Majority("bikes", 4, None, 0.0, (), None)
    assert noisy.measures.mean_share == pytest.approx((0 + 0.5 + 0.5) / 3)
    assert noisy.measures.one_to_one == pytest.approx((0 + 2 + 2) / 12)


def test_two_newsgroups_of_noise_are_not_merged() -> None:
    found = evaluate(np.array([-1, -1, 0], np.int32), ["a", "b", "c"])

    assert [majority.merged_with for majority in found.majorities] == [(), (), ()]


def test_the_assigned_posts_are_measured_alone_too(noisy: Evaluation) -> None:
    is_assigned = NOISY >= 0
    alone = evaluate(NOISY[is_assigned], np.array(NEWSGROUPS)[is_assigned].tolist())

    assert noisy.assigned == alone.measures
    assert alone.measures.mean_share == pytest.approx((2 / 3 + 2 / 4) / 2)


def test_without_noise_the_measures_are_those_of_the_assigned(found: Evaluation) -> None:
    assert found.n_noise == 0
    assert found.assigned is None


def test_nothing_but_noise_is_worth_nothing() -> None:
    found = evaluate(np.full(3, -1, np.int32), ["a", "b", "b"])

    assert (found.clusters, found.n_clusters, found.assigned) == ((-1,), 0, None)
    assert (found.measures.mean_share, found.measures.one_to_one, found.measures.v_measure) == (0.0, 0.0, 0.0)


def test_clusters_without_posts_are_left_out() -> None:
    assert evaluate(np.array([5, 2], np.int32), ["a", "b"]).clusters == (2, 5)


def test_the_table_has_names(found: Evaluation, noisy: Evaluation) -> None:
    frame = noisy.to_frame(["engines", "orbits", "moons"])

    assert frame.loc["space", "orbits"] == 2
    assert list(frame.columns) == ["engines", "orbits", "moons", "noise"]
    assert (frame.index.name, frame.columns.name) == ("newsgroup", "cluster")
    assert list(found.to_frame().columns) == ["cluster 0", "cluster 1", "cluster 2"]


def test_nothing_can_be_said_of_no_posts() -> None:
    with pytest.raises(UserError, match="no posts to evaluate"):
        evaluate(np.empty(0, np.int32), [])
