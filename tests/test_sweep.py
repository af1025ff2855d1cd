"""The sweep over numbers of clusters: worked out by hand where it can be, otherwise against scikit-learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.metrics import silhouette_score

from explorer import Explorer, lloyd
from explorer.clustering import Options, kmeans
from explorer.lloyd import inertia_of
from explorer.space import Space
from explorer.sweep import Judge, SweepRow, default_ks, recommended, silhouette
from ingest.errors import UserError

ROW = SweepRow(
    n_clusters=2, silhouette=0.1, n_posts=9, stability=1.0, n_seeds=5, agreement=None, inertia=1.0
)  # fmt: skip


def around(n_subjects: int, n_posts: int = 60) -> tuple[Space, list[str]]:
    """Return posts that lie about some directions, and of which subject each is."""
    rng = np.random.default_rng(0)
    subjects = np.arange(n_posts) % n_subjects
    vectors = np.eye(n_subjects, 12)[subjects] + rng.normal(scale=0.05, size=(n_posts, 12))
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return Space.of(unit), [f"subject {subject}" for subject in subjects]


def random_clusters() -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(300, 6))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), np.concatenate([[5], np.arange(299) % 5]).astype(np.int32)


def test_rows_come_one_by_one_in_the_order_asked_for(explorer: Explorer, folder: Path) -> None:
    rows = explorer.sweep([3, 2])

    assert next(rows).n_clusters == 3
    assert len(list((folder / "derived").glob("sweep-*.npy"))) == 1
    assert [row.n_clusters for row in rows] == [2]


def test_a_row_says_what_the_clustering_of_the_first_seed_is_like() -> None:
    space, _ = around(4)
    labels = kmeans(space, Options(3), 7)

    row = Judge(space, seeds=[7, 8]).row(3)

    assert row.silhouette == silhouette(space.vectors, labels)
    assert row.inertia == inertia_of(space.vectors, labels)
    assert (row.n_posts, row.n_seeds) == (60, 2)


def test_subjects_that_lie_apart_are_found_by_every_seed() -> None:
    space, subjects = around(4)

    row = Judge(space, newsgroups=subjects).row(4)

    assert (row.stability, row.agreement) == (1, 1)


def test_posts_without_order_are_cut_otherwise_by_every_seed() -> None:
    vectors = np.random.default_rng(0).normal(size=(1_500, 12)).astype(np.float32)

    row = Judge(Space.of(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))).row(9)

    assert row.stability < 0.9


def test_without_newsgroups_there_is_no_agreement() -> None:
    space, _ = around(3)

    assert Judge(space, seeds=[0]).row(3).agreement is None


def test_as_many_clusters_as_there_are_subjects_are_recommended() -> None:
    space, _ = around(5)

    assert recommended([*map(Judge(space).row, range(2, 8))]).n_clusters == 5


def test_the_highest_silhouette_is_recommended() -> None:
    rows = [ROW, replace(ROW, n_clusters=3, silhouette=0.3), replace(ROW, n_clusters=4, silhouette=0.2)]

    assert recommended(rows).n_clusters == 3


def test_what_only_some_seeds_find_is_not_recommended() -> None:
    rows = [ROW, replace(ROW, n_clusters=3, silhouette=0.3, stability=0.94), replace(ROW, n_clusters=4, silhouette=0)]

    assert recommended(rows).n_clusters == 2


def test_of_equally_good_ones_the_fewest_are_recommended() -> None:
    assert recommended([replace(ROW, n_clusters=3), ROW]).n_clusters == 2


def test_where_seeds_agree_on_one_k_alone_the_reason_is_that() -> None:
    rows = [ROW, replace(ROW, n_clusters=3, silhouette=0.3, stability=0.5)]

    assert recommended(rows).reason == "Only on 2 clusters do seeds agree: stability 1.00."


@pytest.mark.parametrize("agreement", [None, 0.25])
def test_a_row_is_read_as_it_was_written(agreement: float | None) -> None:
    row = replace(ROW, agreement=agreement)

    assert SweepRow.read(row.as_array()) == row


def test_the_reason_is_a_sentence_with_the_figures() -> None:
    rows = [ROW, replace(ROW, n_clusters=3, silhouette=0.25, stability=0.96)]

    assert recommended(rows).reason == (
        "3 clusters have the highest silhouette, 0.250, of the 2 numbers of clusters that seeds agree on: "
        "stability 0.96, where the best has 1.00."
    )


def test_nothing_is_recommended_of_nothing() -> None:
    with pytest.raises(UserError, match="too few posts"):
        recommended([])


def test_what_was_judged_before_is_read(explorer: Explorer, folder: Path) -> None:
    first, _ = explorer.sweep()
    kept = {SweepRow.read(np.load(path)).n_clusters: path for path in (folder / "derived").glob("sweep-*.npy")}
    np.save(kept[2], replace(first, silhouette=0.5).as_array())

    assert [row.silhouette == 0.5 for row in explorer.sweep()] == [True, False]
    assert kept.keys() == {2, 3}


def test_clusters_have_as_many_posts_as_there_are_clusters_at_least() -> None:
    assert default_ks(3) == []
    assert default_ks(40) == [2, 3, 4, 5, 6]
    assert default_ks(18_846)[-1] == 100


def test_silhouettes_are_those_of_scikit_learn() -> None:
    vectors, labels = random_clusters()

    assert silhouette(vectors, labels) == pytest.approx(silhouette_score(vectors, labels, metric="cosine"), abs=1e-6)


def test_silhouettes_are_the_same_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, labels = random_clusters()
    at_once = silhouette(vectors, labels)

    monkeypatch.setattr(lloyd, "BLOCK", 6 * 32)

    assert silhouette(vectors, labels) == pytest.approx(at_once, abs=1e-6)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2]])
def test_one_cluster_and_one_for_each_post_have_no_silhouette(labels: list[int]) -> None:
    assert silhouette(np.eye(3, dtype=np.float32), np.array(labels, np.int32)) == 0
