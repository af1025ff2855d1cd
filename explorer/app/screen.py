"""What the page shows of one corpus: the explorer's answers in the shapes that its components take."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from explorer.app.point_map import Coloring, Marks, Points
from explorer.explorer import Explorer
from explorer.palette import colors_for
from explorer.projection import METHODS
from ingest.cleaning import strip_headers, strip_quotes
from ingest.errors import UserError
from ingest.posts import Post
from ingest.store import Neighbor

N_RESULTS = 20
N_NEIGHBORS = 8
SNIPPET_CHARACTERS = 180

Row = dict[str, Any]


class Screen:
    """One corpus as the page sees it; knows no Gradio and keeps nothing of any visitor."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer

    @property
    def title(self) -> str:
        manifest = self._explorer.manifest
        corpus = manifest.corpus if self._explorer.is_complete else f"{manifest.corpus} (unfinished)"
        return f"{corpus} · {manifest.n_posts:,} posts · {manifest.model}, {manifest.dimensions} dimensions"

    @property
    def n_posts(self) -> int:
        return len(self._explorer.posts)

    def is_ready(self, method: str) -> bool:
        return self._explorer.has_projection(method)

    def waiting_for(self, method: str) -> str:
        return f"Computing {METHODS[method].title} of {self.n_posts:,} posts …"

    def points(self, method: str) -> Points:
        projection = self._explorer.project(method)
        posts = self._explorer.posts
        details = [f"{post.newsgroup} · {snippet_of(post)}" for post in posts]
        return Points(projection.post_ids, projection.coordinates, [post.subject for post in posts], details)

    def search(self, text: str) -> tuple[list[Row], Marks]:
        """Return the results as rows, and as marks on the map."""
        found = self._explorer.search(text, N_RESULTS)
        return [self._row(neighbor) for neighbor in found], Marks(hits=self._indices(found))

    def read(self, post_id: str) -> tuple[Row, Marks]:
        """Return a post with its neighbors, and as marks on the map."""
        post = self._explorer.post(post_id)
        neighbors = self._explorer.similar(post_id, N_NEIGHBORS)
        row = {
            **self._face(post),
            "subset": post.subset,
            "truncated": post.truncated,
            "text": post.text.strip(),
            "neighbors": [self._row(neighbor) for neighbor in neighbors],
        }
        return row, Marks(selected=self._index.get(post_id), neighbors=self._indices(neighbors))

    def cluster(self, n_clusters: float) -> tuple[list[Row], Coloring]:
        """Return a row for each cluster, and the map's coloring."""
        clustering = self._explorer.cluster(whole_number(n_clusters))
        summaries = self._explorer.describe(clustering)
        names = [summary.name for summary in summaries]
        rows = [
            {
                "cluster": summary.cluster,
                "color": color,
                "size": summary.size,
                "newsgroup": summary.majority_newsgroup,
                "share": summary.majority_share,
                "terms": list(summary.terms),
            }
            for summary, color in zip(summaries, colors_for(names), strict=True)
        ]
        return rows, Coloring("Cluster", clustering.labels, names, colors_for(names))

    @cached_property
    def by_newsgroup(self) -> Coloring:
        names = self._explorer.newsgroups
        code = {name: index for index, name in enumerate(names)}
        codes = np.array([code[post.newsgroup] for post in self._explorer.posts], np.int32)
        return Coloring("Newsgroup", codes, names, colors_for(names))

    def _row(self, neighbor: Neighbor) -> Row:
        return {
            **self._face(neighbor.post),
            "similarity": neighbor.similarity,
            "snippet": snippet_of(neighbor.post),
        }

    def _face(self, post: Post) -> Row:
        color = self._color[post.newsgroup]
        return {"id": post.id, "newsgroup": post.newsgroup, "color": color, "subject": post.subject}

    def _indices(self, neighbors: list[Neighbor]) -> list[int]:
        return [self._index[neighbor.post.id] for neighbor in neighbors if neighbor.post.id in self._index]

    @cached_property
    def _index(self) -> dict[str, int]:
        return {post_id: index for index, post_id in enumerate(self._explorer.post_ids)}

    @cached_property
    def _color(self) -> dict[str, str]:
        names = self._explorer.newsgroups
        return dict(zip(names, colors_for(names), strict=True))


def whole_number(k: float) -> int:
    if k != int(k):
        raise UserError(f"k must be a whole number, not {k:g}.")
    return int(k)


def snippet_of(post: Post) -> str:
    """Return the beginning of what the post itself says, on one line."""
    own_words = " ".join(strip_quotes(strip_headers(post.text)).split())
    return own_words[:SNIPPET_CHARACTERS] + ("…" if len(own_words) > SNIPPET_CHARACTERS else "")
