"""What happens when posts are clustered anew: by another method, with another k, or others of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr

from explorer.app.clusterer import CLUSTERING, KMEANS, Clusterer
from explorer.app.handlers import whole_number
from explorer.app.parts import Update
from explorer.app.scoping import shown_by
from explorer.app.stage import Stage
from explorer.app.view import CLOSED, CLUSTER, OPEN, STOPPED, View
from explorer.clustering import require_n_clusters
from ingest.errors import UserError


class Reclustering:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def cluster(self, by: str, k: float, vectors: str | None, request: gr.Request) -> Iterator[Update]:
        """Cluster all posts."""
        yield from self._stage.change(request, lambda view: clustered(view, by, k, vectors), controls=True)

    def cluster_shown(self, by: str, k: float, vectors: str | None, request: gr.Request) -> Iterator[Update]:
        """Cluster the posts that pass the filters now."""
        screen = self._stage.screen(request)

        def cluster(view: View) -> View:
            narrowed = replace(clustered(view, by, k, vectors), of=shown_by(view))
            require_clusterable(narrowed.clusterer, screen.n_clustered(narrowed.clusterer))
            return narrowed

        yield from self._stage.change(request, cluster, controls=True)

    def choose_k(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Cluster the posts that the chart is of, those shown, with one of its k, which is of KMeans."""
        k = int(event.k)

        def choose(view: View) -> View:
            return replace(clustered(view, KMEANS, k, view.vectors), of=shown_by(view))

        yield from self._stage.change(request, choose, controls=True)

    def open_sweep(self, request: gr.Request) -> Iterator[Update]:
        yield from self._set_sweep(request, OPEN)

    def stop_sweep(self, request: gr.Request) -> Iterator[Update]:
        yield from self._set_sweep(request, STOPPED)

    def close_sweep(self, request: gr.Request) -> Iterator[Update]:
        yield from self._set_sweep(request, CLOSED)

    def _set_sweep(self, request: gr.Request, sweep: str) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, sweep=sweep))


def clustered(view: View, by: str, k: float, vectors: str | None) -> View:
    """Return the view with all posts clustered, and colored by that."""
    return replace(view, color=CLUSTER, by=by, k=whole_number(k), vectors=vectors or CLUSTERING, of="")


def require_clusterable(by: Clusterer, n_posts: int) -> None:
    """Refuse what could not be clustered before the page is to show it."""
    if not n_posts:
        raise UserError("No post passes the filters: take one off.")
    if by.method == KMEANS:
        require_n_clusters(by.k, n_posts)
