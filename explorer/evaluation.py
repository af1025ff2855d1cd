"""Evaluation: how well clusters agree with the newsgroups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.frames import Tabular
from explorer.measures import (
    Codes,
    Counts,
    Labels,
    Measures,
    clusters_of,
    coded,
    count_pairs,
    in_clusters,
    matched,
    measure,
)
from explorer.noise import NOISE, NOISE_NAME
from ingest.errors import UserError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Majority:
    """A newsgroup's majority cluster, as Google's clustering tutorial maps classes to clusters.

    Attributes
    ----------
    cluster : int or None
        The cluster with most of its posts, of equals the first; None where all are noise.
    share : float
        The share of its posts that are there.
    merged_with : tuple of str
        The other newsgroups with the same majority cluster. The tutorial's code fails where there is one.
    partner : int or None
        The cluster that is its own where newsgroups and clusters are matched one to one, so that as many posts as
        possible lie with their newsgroup; None where no cluster with posts of it is left.
    """

    newsgroup: str
    n_posts: int
    cluster: int | None
    share: float
    merged_with: tuple[str, ...]
    partner: int | None


@dataclass(frozen=True, slots=True)
class Evaluation(Tabular):
    """Clusters against newsgroups.

    Attributes
    ----------
    newsgroups : tuple of str
        By name.
    clusters : tuple of int
        By number, those that hold posts; noise, -1, is the last.
    confusion : ndarray of shape (n_newsgroups, n_clusters), int64
        Numbers of posts; the columns follow ``clusters``, and so the last is noise where ``n_noise`` is not 0.
    majorities : tuple of Majority
        One for each of ``newsgroups``.
    n_noise : int
        Posts without a cluster.
    measures : Measures
    assigned : Measures or None
        The measures of the posts in clusters alone, where others are noise.
    """

    newsgroups: tuple[str, ...]
    clusters: tuple[int, ...]
    confusion: Counts
    majorities: tuple[Majority, ...]
    n_noise: int
    measures: Measures
    assigned: Measures | None

    @property
    def n_clusters(self) -> int:
        return len(self.clusters) - (NOISE in self.clusters)

    def to_frame(self, names: Sequence[str] = ()) -> pd.DataFrame:
        """Return ``confusion`` as a table; ``names`` are those of all clusters, by their numbers."""
        import pandas as pd

        columns = [_name_of(cluster, names) for cluster in self.clusters]
        return pd.DataFrame(
            self.confusion,
            index=pd.Index(self.newsgroups, name="newsgroup"),
            columns=pd.Index(columns, name="cluster"),
        )

    def __repr__(self) -> str:
        agreement = f"V-measure {self.measures.v_measure:.3f}, adjusted Rand {self.measures.adjusted_rand:.3f}"
        return f"<{len(self.newsgroups)} newsgroups, {self.n_clusters} clusters: {agreement}>"


def evaluate(labels: Labels, newsgroups: Sequence[str]) -> Evaluation:
    """Compare clusters with newsgroups, or with anything else that names a group for each post.

    Parameters
    ----------
    labels : ndarray of shape (n_posts,), int32
        A cluster for each post; -1 is noise.
    newsgroups : sequence of str, of length n_posts
        With ``supergroups`` of them in their place, the same is said of those.
    """
    if not len(labels):
        raise UserError("There are no posts to evaluate: choose some.")
    names, rows = coded(newsgroups)
    clusters, columns = clusters_of(labels)
    confusion = count_pairs(rows, columns)
    is_noise = labels == NOISE
    n_noise = int(is_noise.sum())
    return Evaluation(
        newsgroups=tuple(names),
        clusters=tuple(clusters.tolist()),
        confusion=confusion,
        majorities=_majorities(names, clusters, confusion),
        n_noise=n_noise,
        measures=measure(rows, labels),
        assigned=measure(rows[~is_noise], labels[~is_noise]) if 0 < n_noise < len(labels) else None,
    )


def _majorities(newsgroups: Sequence[str], clusters: Labels, confusion: Counts) -> tuple[Majority, ...]:
    counts = in_clusters(confusion, clusters)
    shares = counts.max(axis=1) / confusion.sum(axis=1)
    favorites = _named(counts, clusters, np.arange(len(newsgroups)), counts.argmax(axis=1))
    partners = _named(counts, clusters, *matched(counts))
    return tuple(
        Majority(
            newsgroup=newsgroup,
            n_posts=int(confusion[row].sum()),
            cluster=favorites.get(row),
            share=float(shares[row]),
            merged_with=tuple(newsgroups[other] for other in _sharing(row, favorites)),
            partner=partners.get(row),
        )
        for row, newsgroup in enumerate(newsgroups)
    )


def _named(counts: Counts, clusters: Labels, rows: Codes, columns: Codes) -> dict[int, int]:
    """Return the cluster that each row is mapped to, where it has posts there at all."""
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return {row: int(clusters[column]) for row, column in pairs if counts[row, column]}


def _sharing(row: int, favorites: Mapping[int, int]) -> list[int]:
    return [other for other, cluster in favorites.items() if other != row and cluster == favorites.get(row)]


def _name_of(cluster: int, names: Sequence[str]) -> str:
    if cluster == NOISE:
        return NOISE_NAME
    return names[cluster] if names else f"cluster {cluster}"
