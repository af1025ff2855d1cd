"""Numbering: which number each cluster has, so that numbers and colors stay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from explorer.noise import NOISE

Labels = NDArray[np.int32]


def largest_first(labels: Labels) -> Labels:
    """Number clusters by falling size; of equals, the one that appears first comes first. Noise stays."""
    clustered = labels != NOISE
    found, first_row, members, sizes = np.unique(
        labels[clustered], return_index=True, return_inverse=True, return_counts=True
    )
    numbers = np.empty(len(found), np.int32)
    numbers[np.lexsort((first_row, -sizes))] = np.arange(len(found), dtype=np.int32)
    return _renumbered(clustered, numbers[members])


def numbered_like(labels: Labels, reference: Labels) -> Labels:
    """Give each cluster the number of the reference's cluster with which it shares posts.

    The pairs are those that share most posts in all (Kuhn 1955). Numbers are 0 to k - 1; clusters without a
    partner get what numbers are left, the largest first. Noise stays.

    Parameters
    ----------
    labels, reference : ndarray of shape (n_posts,), int32
    """
    from scipy.optimize import linear_sum_assignment

    clustered = labels != NOISE
    found, members = np.unique(labels[clustered], return_inverse=True)
    shared = _overlap(members, reference[clustered], len(found))
    clusters, partners = linear_sum_assignment(shared, maximize=True)
    is_real = shared[clusters, partners] > 0
    numbers = np.full(len(found), -1, np.int32)
    numbers[clusters[is_real]] = partners[is_real]
    sizes = np.bincount(members, minlength=len(found))
    return _renumbered(clustered, _completed(numbers, sizes)[members])


def numbered_as(labels: Labels, reference: Labels) -> Labels:
    """Give each cluster that is one of the reference's, as each has more than half of the other, that one's number.

    The others keep theirs where it is free, or get what numbers are left, the largest first. Noise stays.

    Parameters
    ----------
    labels : ndarray of shape (n_posts,), int32
        From 0 on, without gaps.
    reference : ndarray of shape (n_posts,), int32
    """
    clustered = labels != NOISE
    sizes = np.bincount(labels[clustered])
    shared = _overlap(labels[clustered], reference[clustered], len(sizes))
    of_reference = np.bincount(reference[reference != NOISE], minlength=len(sizes))[: shared.shape[1]]
    same, partners = np.nonzero((2 * shared > sizes[:, np.newaxis]) & (2 * shared > of_reference))
    numbers = np.full(len(sizes), -1, np.int32)
    numbers[same] = partners
    stay = np.flatnonzero((numbers < 0) & ~np.isin(np.arange(len(sizes)), partners))
    numbers[stay] = stay
    return _renumbered(clustered, _completed(numbers, sizes)[labels[clustered]])


def _completed(numbers: Labels, sizes: NDArray[np.intp]) -> Labels:
    """Return the numbers, where those that clusters have none of yet get what is left, the largest first."""
    completed, alone = numbers.copy(), np.flatnonzero(numbers < 0)
    completed[alone[np.argsort(-sizes[alone], kind="stable")]] = np.setdiff1d(np.arange(len(numbers)), numbers)
    return completed


def _overlap(members: NDArray[np.integer], reference: Labels, n_clusters: int) -> NDArray[np.intp]:
    """Count the posts that each cluster shares with each of the reference's, of which ``n_clusters`` at most count."""
    n_partners = min(n_clusters, int(reference.max(initial=NOISE)) + 1)
    has_partner = (reference != NOISE) & (reference < n_partners)
    pairs = members[has_partner] * n_partners + reference[has_partner]
    return np.bincount(pairs, minlength=n_clusters * n_partners).reshape(n_clusters, n_partners)


def _renumbered(clustered: NDArray[np.bool_], numbers: Labels) -> Labels:
    """Return the numbers of the posts that are in clusters, and noise for the others."""
    labels = np.full(len(clustered), NOISE, np.int32)
    labels[clustered] = numbers
    return labels
