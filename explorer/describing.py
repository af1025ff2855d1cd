"""Describing: clusterings of a snapshot in words."""

from __future__ import annotations

from explorer.analysis import Analysis
from explorer.clustering import Clustering
from explorer.frames import Rows
from explorer.kept_titles import KeptTitles
from explorer.labeling import ClusterSummary, summarize
from explorer.snapshot import Snapshot
from explorer.titling import Titled, Titling
from ingest.posts import Post


class Describer:
    """Says of each cluster what it holds."""

    def __init__(self, snapshot: Snapshot, analysis: Analysis, titles: KeptTitles) -> None:
        self._snapshot = snapshot
        self._analysis = analysis
        self._titles = titles

    def describe(self, clustering: Clustering) -> Rows[ClusterSummary]:
        return Rows(self._titling.with_kept(self._summaries(clustering)), ClusterSummary)

    def title(self, clustering: Clustering, model: str) -> Titled:
        """Describe with titles, of which a model writes those that are missing."""
        return self._titling.write(self._summaries(clustering), model)

    def _summaries(self, clustering: Clustering) -> list[ClusterSummary]:
        rows = self._snapshot.rows.rows_of(clustering.post_ids)
        posts = [self._snapshot.rows.posts[row] for row in rows]
        return summarize(clustering.labels, posts, self._snapshot.vectors_at(rows), self._analysis.terms.of(rows))

    @property
    def _titling(self) -> Titling:
        return Titling(self._titles, self._post)

    def _post(self, post_id: str) -> Post:
        rows = self._snapshot.rows
        return rows.posts[rows.row_of[post_id]]
