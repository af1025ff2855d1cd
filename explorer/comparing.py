"""Comparing: two clusterings of the same posts, or the figures of several, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.clustering import Clustering
from explorer.evaluation import Evaluation, evaluate
from explorer.frames import Rows, Tabular
from explorer.measures import Labels, clusters_of, count_pairs
from ingest.errors import UserError

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class Overlap(Tabular):
    """Two clusterings of the same posts, neither of which is taken for the truth.

    Attributes
    ----------
    of_one, of_other : tuple of int
        The clusters of each by number, those that hold posts; noise, -1, is the last.
    counts : ndarray of shape (n_clusters_of_one, n_clusters_of_other), int64
        How many posts are in both.
    adjusted_rand : float
        Rand index adjusted for chance (Hubert and Arabie 1985): 1 where they agree, about 0 by chance.
    nmi : float
        Mutual information over the mean of the two entropies, from 0 to 1.
    """

    of_one: tuple[int, ...]
    of_other: tuple[int, ...]
    counts: NDArray[np.int64]
    adjusted_rand: float
    nmi: float

    def to_frame(self) -> DataFrame:
        """Return ``counts`` as a table: the clusters of one down, those of the other across."""
        from pandas import DataFrame, Index

        return DataFrame(self.counts, Index(self.of_one, name="one"), Index(self.of_other, name="other"))


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of two evaluations."""

    measure: str
    one: float
    other: float

    @property
    def change(self) -> float:
        """What the other has more than the one."""
        return self.other - self.one


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures of one clustering among others, made with another task type, model, method or k.

    ``precision`` is that at 10 of the vectors that were clustered, None where it was not measured.
    """

    name: str
    n_clusters: int
    v_measure: float
    adjusted_rand: float
    mean_share: float
    precision: float | None = None


@dataclass(frozen=True, slots=True)
class SideBySide(Tabular):
    """Two clusterings of one corpus, of the posts that both have, and how well each agrees with the newsgroups.

    Attributes
    ----------
    n_posts : int
        How many both have.
    n_left_out : tuple of int
        How many the one has alone, and how many the other.
    overlap : Overlap
    one, other : Evaluation
    """

    n_posts: int
    n_left_out: tuple[int, int]
    overlap: Overlap
    one: Evaluation
    other: Evaluation

    @property
    def differences(self) -> list[Difference]:
        return differences(self.one, self.other)

    def to_frame(self) -> DataFrame:
        """Return each measure of both; how they overlap, ``overlap`` has as a table of its own."""
        return Rows(self.differences).to_frame().assign(change=[each.change for each in self.differences])


def side_by_side(one: Clustering, other: Clustering, newsgroups: Sequence[str]) -> SideBySide:
    """Set two clusterings side by side, made with different models perhaps; newsgroups are those of the one's posts."""
    row_of = {post_id: row for row, post_id in enumerate(other.post_ids)}
    rows = [(row, row_of[post_id]) for row, post_id in enumerate(one.post_ids) if post_id in row_of]
    if not rows:
        raise UserError("The two clusterings have no post in common: choose two of the same posts.")
    of_one, of_other = np.array(rows).T
    shared = [newsgroups[row] for row in of_one]
    ours, theirs = one.labels[of_one], other.labels[of_other]
    return SideBySide(
        n_posts=len(rows),
        n_left_out=(len(one.post_ids) - len(rows), len(other.post_ids) - len(rows)),
        overlap=compare(ours, theirs),
        one=evaluate(ours, shared),
        other=evaluate(theirs, shared),
    )


def compare(one: Labels, other: Labels) -> Overlap:
    """Compare two clusterings of the same posts; labels are of shape (n_posts,), and -1 is noise."""
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    if not len(one) == len(other) > 0:
        raise UserError(
            f"Two clusterings of the same posts can be compared, not of {len(one):,} and {len(other):,} posts: "
            "cluster the same posts twice."
        )
    of_one, rows = clusters_of(one)
    of_other, columns = clusters_of(other)
    return Overlap(
        of_one=tuple(of_one.tolist()),
        of_other=tuple(of_other.tolist()),
        counts=count_pairs(rows, columns),
        adjusted_rand=float(adjusted_rand_score(rows, columns)),
        nmi=float(normalized_mutual_info_score(rows, columns)),
    )


def differences(one: Evaluation, other: Evaluation) -> list[Difference]:
    """Set two evaluations side by side, measure by measure."""
    others = asdict(other.measures)
    return [Difference(measure, value, others[measure]) for measure, value in asdict(one.measures).items()]


def compared(name: str, evaluation: Evaluation, precision: float | None = None) -> Comparison:
    """Return what a comparison shows of an evaluation."""
    measures, n_clusters = evaluation.measures, evaluation.n_clusters
    return Comparison(name, n_clusters, measures.v_measure, measures.adjusted_rand, measures.mean_share, precision)
