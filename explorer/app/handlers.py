"""What happens when something is asked, clicked or chosen on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

import gradio as gr

from explorer.app.parts import MOST_CLUSTERS, Parts
from explorer.app.point_map import Coloring, Marks, Message, map_update
from explorer.app.screen import Screen
from ingest.errors import UserError

FIRST_METHOD = "pca"  # stands there while a slower projection is computed

Update = dict[Any, Any]
Handler = Callable[..., Iterator[Update]]


def _explaining(handler: Handler) -> Handler:
    """Show what a user can mend as a notice; whatever else stands on the page stays."""

    @wraps(handler)
    def explained(self: Handlers, *arguments: Any) -> Iterator[Update]:
        try:
            yield {self.parts.notice: gr.update(text="")}
            yield from handler(self, *arguments)
        except UserError as error:
            yield {self.parts.notice: gr.update(text=str(error)), self.parts.map: map_update(Message(""))}

    return explained


class Handlers:
    """Handlers yield updates of some of the page's parts; the first of their inputs is the chosen corpus."""

    def __init__(self, screens: Mapping[str, Screen], parts: Parts) -> None:
        self.screens = screens
        self.parts = parts

    @_explaining
    def open_page(self, corpus: str, method: str, color: str, n_clusters: int) -> Iterator[Update]:
        screen = self.screens[corpus]
        yield {self.parts.n_clusters: gr.update(maximum=min(MOST_CLUSTERS, screen.n_posts))}
        yield from self._show(screen, method, screen.coloring(color, n_clusters))

    @_explaining
    def open_corpus(self, corpus: str, method: str, color: str, n_clusters: int) -> Iterator[Update]:
        """Open another corpus, with nothing left of what was found in the one before."""
        yield {
            self.parts.results: gr.update(rows=[]),
            self.parts.reader: gr.update(post=None),
            self.parts.clusters: gr.update(rows=[]),
            self.parts.map: map_update(Marks()),
            self.parts.hits: (),
        }
        yield from self.open_page(corpus, method, color, n_clusters)

    @_explaining
    def project(self, corpus: str, method: str) -> Iterator[Update]:
        yield from self._show(self.screens[corpus], method)

    @_explaining
    def search(self, corpus: str, text: str) -> Iterator[Update]:
        rows, marks = self.screens[corpus].search(text)
        yield {
            self.parts.results: gr.update(rows=rows, chosen=None),
            self.parts.map: map_update(marks),
            self.parts.hits: marks.hits,
        }

    def ask_example(self, corpus: str, text: str) -> Iterator[Update]:
        """Put an example question as if it had been typed."""
        yield {self.parts.question: text}
        yield from self.search(corpus, text)

    @_explaining
    def read(self, corpus: str, hits: list[int], event: gr.EventData) -> Iterator[Update]:
        post, marks = self.screens[corpus].read(event.id)
        yield {
            self.parts.reader: gr.update(post=post),
            self.parts.results: gr.update(chosen=post["id"]),
            self.parts.map: map_update(replace(marks, hits=hits)),
        }

    @_explaining
    def recolor(self, corpus: str, color: str, n_clusters: int) -> Iterator[Update]:
        screen = self.screens[corpus]
        if color == "cluster":
            yield from self._cluster(screen, n_clusters)
        else:
            yield {self.parts.map: map_update(screen.coloring(color, n_clusters))}

    @_explaining
    def cluster(self, corpus: str, n_clusters: int) -> Iterator[Update]:
        yield {self.parts.color: "cluster"}
        yield from self._cluster(self.screens[corpus], n_clusters)

    def _cluster(self, screen: Screen, n_clusters: int) -> Iterator[Update]:
        yield {self.parts.map: map_update(Message(f"Clustering {screen.n_posts:,} posts into {n_clusters} …"))}
        rows = screen.clusters(n_clusters)
        yield {
            self.parts.clusters: gr.update(rows=rows),
            self.parts.map: map_update(screen.coloring("cluster", n_clusters), Message("")),
        }

    def _show(self, screen: Screen, method: str, *coloring: Coloring) -> Iterator[Update]:
        """Draw a projection; while one is computed that takes long, PCA stands there."""
        if not screen.is_ready(method):
            waiting = Message(screen.waiting_for(method))
            yield {self.parts.map: map_update(waiting)}
            yield {self.parts.map: map_update(screen.points(FIRST_METHOD), *coloring, waiting)}
        yield {self.parts.map: map_update(screen.points(method), *coloring, Message(""))}
