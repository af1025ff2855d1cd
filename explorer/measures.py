"""Measures of how well clusters agree with the newsgroups, or with anything else that groups the posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.noise import NOISE

Labels = NDArray[np.int32]
Codes = NDArray[np.intp]
Counts = NDArray[np.int64]

# What people are shown: two names for one figure stand in one line.
TITLES = {
    "mean_share": "Mean share",
    "one_to_one": "One-to-one accuracy",
    "adjusted_rand": "Adjusted Rand index",
    "v_measure": "V-measure (= NMI)",
    "homogeneity": "Homogeneity",
    "completeness": "Completeness",
    "purity": "Purity",
}


@dataclass(frozen=True, slots=True)
class Measures:
    """How well clusters agree with newsgroups; 1 is best.

    One cluster of everything has a ``mean_share`` and ``completeness`` of 1, and clusters of one post each have a
    ``purity`` and ``homogeneity`` of 1; no other is 1 for either. Noise counts as one more cluster, but nothing is
    mapped to it: in ``mean_share`` and ``one_to_one`` it is wrong.

    Attributes
    ----------
    mean_share : float
        Mean over the newsgroups of their share in their majority cluster (Google's clustering tutorial).
    one_to_one : float
        Share of posts in their newsgroup's cluster under the best mapping one to one, found by the Hungarian method
        (Kuhn 1955): the clustering accuracy of Xu, Liu and Gong 2003.
    adjusted_rand : float
        Rand index adjusted for chance (Hubert and Arabie 1985); the only one that can fall below 0.
    nmi : float
        Mutual information over the mean of the two entropies (Manning, Raghavan and Schütze 2008, section 16.3, and
        scikit-learn's default): always the same figure as ``v_measure`` (Becker 2011).
    v_measure : float
        Harmonic mean of ``homogeneity`` and ``completeness`` (Rosenberg and Hirschberg 2007).
    homogeneity : float
        1 - H(newsgroup | cluster) / H(newsgroup): 1 where each cluster holds one newsgroup alone.
    completeness : float
        1 - H(cluster | newsgroup) / H(cluster): 1 where each newsgroup lies in one cluster.
    purity : float
        Share of posts that are of their cluster's majority newsgroup (Manning et al., section 16.3); the more clusters,
        the higher.
    """

    mean_share: float
    one_to_one: float
    adjusted_rand: float
    nmi: float
    v_measure: float
    homogeneity: float
    completeness: float
    purity: float


def measure(groups: Codes, labels: Labels) -> Measures:
    """Measure how well clusters agree with groups, whose codes may leave out some."""
    from sklearn.metrics import adjusted_rand_score, homogeneity_completeness_v_measure

    rows, (clusters, columns) = np.unique(groups, return_inverse=True)[1], clusters_of(labels)
    confusion = count_pairs(rows, columns)
    counts = in_clusters(confusion, clusters)
    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(rows, columns)
    return Measures(
        mean_share=float((counts.max(axis=1) / confusion.sum(axis=1)).mean()),
        one_to_one=float(counts[matched(counts)].sum() / len(rows)),
        adjusted_rand=float(adjusted_rand_score(rows, columns)),
        nmi=float(v_measure),
        v_measure=float(v_measure),
        homogeneity=float(homogeneity),
        completeness=float(completeness),
        purity=float(confusion.max(axis=0).sum() / len(rows)),
    )


def coded(names: Sequence[str]) -> tuple[list[str], Codes]:
    """Return the different names in their order, and each name's index among them."""
    known = sorted(set(names))
    code_of = {name: code for code, name in enumerate(known)}
    return known, np.array([code_of[name] for name in names], np.intp)


def clusters_of(labels: Labels) -> tuple[Labels, Codes]:
    """Return the clusters by number with noise at the end, and each post's index among them."""
    clusters, codes = np.unique(labels, return_inverse=True)
    if clusters[0] != NOISE:
        return clusters, codes
    return np.roll(clusters, -1), (codes - 1) % len(clusters)


def count_pairs(groups: Codes, clusters: Codes) -> Counts:
    """Count the posts of each group in each cluster, in an array of shape (n_groups, n_clusters)."""
    shape = int(groups.max()) + 1, int(clusters.max()) + 1
    return np.bincount(groups * shape[1] + clusters, minlength=shape[0] * shape[1]).reshape(shape)


def in_clusters(confusion: Counts, clusters: Labels) -> Counts:
    """Return the counts without those of noise, which nothing is mapped to."""
    return np.where(clusters == NOISE, 0, confusion)


def matched(counts: Counts) -> tuple[Codes, Codes]:
    """Match rows to columns one to one so that the sum of their counts is largest."""
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(counts, maximize=True)
    return rows, columns
