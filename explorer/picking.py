"""Picking: the rows of the posts that are meant, by their ids and by filters, or by their cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.clustering import Clustering
from explorer.filters import NO_FILTERS, Filters
from ingest.errors import UserError

if TYPE_CHECKING:
    from explorer.explorer import Explorer

Picked = NDArray[np.intp]


def picked(explorer: Explorer, post_ids: Sequence[str] = (), filters: Filters = NO_FILTERS) -> Picked:
    """Return the rows, in ``Explorer.posts``, of those of the named posts that pass the filters, or of all that do.

    Raises
    ------
    UserError
        Where a post is named that is not there.
    """
    for post_id in post_ids:
        explorer.post(post_id)
    among = frozenset(post_ids) if post_ids else None
    return np.flatnonzero(explorer.matching(replace(filters, among=among)))


def picked_cluster(explorer: Explorer, clustering: Clustering, cluster: int) -> Picked:
    """Return the rows, in ``Explorer.posts``, of the posts of a cluster by its number; noise is -1."""
    members = {
        post_id for post_id, label in zip(clustering.post_ids, clustering.labels, strict=True) if label == cluster
    }
    if not members:
        last = clustering.n_clusters - 1
        there = "all posts are noise" if last < 0 else f"they are numbered from 0 to {last}"
        raise UserError(f"There is no cluster {cluster}: {there}.")
    return np.array([row for row, post_id in enumerate(explorer.post_ids) if post_id in members], np.intp)
