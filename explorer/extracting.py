"""Extracting: the posts of a corpus with what is known of each, as one table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.clustering import Clustering
from explorer.exporting import posts_table
from explorer.field_names import named
from explorer.filters import NO_FILTERS, Filters
from explorer.noise import NOISE
from explorer.projection import Projection
from explorer.question import Question

if TYPE_CHECKING:
    from pandas import DataFrame

    from explorer.explorer import Explorer


@dataclass(frozen=True, slots=True)
class Extract:
    """Which posts a table has, and what it says of them: their place, their cluster, how near they are to a question.

    A post that a clustering is not of is in no cluster: -1. Of a collection that this project did not make, each
    metadata field is a column too, such as ``field:topic``.
    """

    projection: Projection | None = None
    clustering: Clustering | None = None
    question: str | Question = ""
    filters: Filters = NO_FILTERS

    def table(self, explorer: Explorer) -> DataFrame:
        """Return the table of an explorer's posts, in their order."""
        rows = np.flatnonzero(explorer.matching(self.filters))
        return posts_table(explorer.posts, rows, **dict(self._columns(explorer)))

    def _columns(self, explorer: Explorer) -> Iterator[tuple[str, NDArray[Any]]]:
        if self.projection:
            yield from zip("xy", self.projection.coordinates.T, strict=True)
        if self.clustering:
            labels = labels_by_post(self.clustering, explorer.post_ids)
            names = {summary.cluster: summary.name for summary in explorer.describe(self.clustering)}
            yield "cluster", labels
            yield "cluster_name", np.array([names.get(label, "") for label in labels.tolist()], object)
        if self.question:
            yield "similarity", explorer.similarities(self.question)
        yield from metadata_columns(explorer)


ALL_POSTS = Extract()


def metadata_columns(explorer: Explorer) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield the metadata of each post field by field, where this project did not make the collection."""
    if explorer.is_foreign:
        columns = explorer.columns
        yield from ((named(field.name), columns.written(field)) for field in columns.fields)


def labels_by_post(clustering: Clustering, post_ids: list[str]) -> NDArray[np.int32]:
    """Return the cluster of each post, of shape (n_posts,), -1 for those that the clustering is not of."""
    label_of = dict(zip(clustering.post_ids, clustering.labels.tolist(), strict=True))
    return np.array([label_of.get(post_id, NOISE) for post_id in post_ids], np.int32)
