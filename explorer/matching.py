"""Matching: clusters renumbered after those of another clustering, so that numbers and colors stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int32]


def matched(labels: Labels, reference: Labels) -> Labels:
    """Give each cluster the number of the reference's cluster with which it shares posts.

    The pairs are those that share most posts in all (Kuhn 1955). Numbers are 0 to k - 1; clusters without a
    partner get what numbers are left, the largest first; noise, -1, stays.

    Parameters
    ----------
    labels, reference : ndarray of shape (n_posts,), int32
    """
    from scipy.optimize import linear_sum_assignment

    clustered = labels >= 0
    found, members = np.unique(labels[clustered], return_inverse=True)
    shared = _overlap(members, reference[clustered], len(found))
    clusters, partners = linear_sum_assignment(shared, maximize=True)
    is_real = shared[clusters, partners] > 0
    numbers = np.full(len(found), -1, np.int32)
    numbers[clusters[is_real]] = partners[is_real]
    sizes = np.bincount(members, minlength=len(found))
    alone = np.flatnonzero(numbers < 0)
    numbers[alone[np.argsort(-sizes[alone], kind="stable")]] = np.setdiff1d(np.arange(len(found)), numbers)
    renumbered = np.full(len(labels), -1, np.int32)
    renumbered[clustered] = numbers[members]
    return renumbered


def _overlap(members: NDArray[np.intp], reference: Labels, n_clusters: int) -> NDArray[np.int64]:
    """Count the posts that each cluster shares with each of the reference's first ``n_clusters``."""
    counts = np.zeros((n_clusters, n_clusters), np.int64)
    has_partner = (reference >= 0) & (reference < n_clusters)
    np.add.at(counts, (members[has_partner], reference[has_partner]), 1)
    return counts
