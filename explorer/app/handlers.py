"""What happens when something is asked, clicked or chosen on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any

import gradio as gr

from explorer.app.parts import CLUSTER, CLUSTERING, MOST_CLUSTERS, NEWSGROUP, Parts
from explorer.app.point_map import Coloring, Message, map_update
from explorer.app.screen import Screen
from explorer.app.turns import Turns
from ingest.errors import UserError

FIRST_METHOD = "pca"  # stands there while a slower projection is computed

# What answers compete for: of two for the same, that to the newer question counts.
MAP, COLORS, FOUND, READ = "map", "colors", "found", "read"

Update = dict[Any, Any]
Handler = Callable[..., Iterator[Update]]


def _answering(*kinds: str) -> Callable[[Handler], Handler]:
    """Stop a handler whose question is no longer the last, and show what a user can mend as a notice.

    Whatever else stands on the page stays. The handler's ``request`` says whose question it is.
    """

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        def answer(self: Handlers, *arguments: Any) -> Iterator[Update]:
            (request,) = (argument for argument in arguments if isinstance(argument, gr.Request))
            is_last = self.turns.take(str(request.session_hash), kinds)
            for update in self.with_notice(handler(self, *arguments), kinds):
                if not is_last():
                    return
                yield update

        return answer

    return decorate


class Handlers:
    """Handlers yield updates of some of the page's parts; the first of their inputs is the chosen corpus."""

    def __init__(self, screens: Mapping[str, Screen], parts: Parts) -> None:
        self.screens = screens
        self.parts = parts
        self.turns = Turns()

    def with_notice(self, updates: Iterator[Update], kinds: tuple[str, ...]) -> Iterator[Update]:
        """Pass updates on; an error becomes a notice, and ends what the page says is going on."""
        try:
            yield {self.parts.notice: gr.update(text="")}
            yield from updates
        except UserError as error:
            yield {
                self.parts.notice: gr.update(text=str(error)),
                **({self.parts.map: map_update(Message(""))} if MAP in kinds else {}),
                **({self.parts.cluster: CLUSTER} if COLORS in kinds else {}),
            }

    @_answering(MAP, COLORS)
    def open_page(self, corpus: str, method: str, n_clusters: float, request: gr.Request) -> Iterator[Update]:
        yield from self._open(self.screens[corpus], method, n_clusters)

    @_answering(MAP, COLORS, FOUND, READ)
    def open_corpus(self, corpus: str, method: str, n_clusters: float, request: gr.Request) -> Iterator[Update]:
        """Open another corpus, with nothing left of what was found in the one before."""
        yield {
            self.parts.results: gr.update(rows=[]),
            self.parts.reader: gr.update(post=None),
            self.parts.clusters: gr.update(rows=[]),
            self.parts.cluster: CLUSTER,
            self.parts.color: NEWSGROUP,
            self.parts.map: gr.update(points=None, coloring=None, marks=None, message="Opening the map …"),
            self.parts.hits: (),
        }
        yield from self._open(self.screens[corpus], method, n_clusters)

    @_answering(MAP)
    def project(self, corpus: str, method: str, request: gr.Request) -> Iterator[Update]:
        yield from self._show(self.screens[corpus], method)

    @_answering(FOUND)
    def search(self, corpus: str, text: str, request: gr.Request) -> Iterator[Update]:
        yield from self._search(corpus, text)

    @_answering(FOUND)
    def ask_example(self, corpus: str, text: str, request: gr.Request) -> Iterator[Update]:
        """Put an example question as if it had been typed."""
        yield {self.parts.question: text}
        yield from self._search(corpus, text)

    @_answering(READ)
    def read(self, corpus: str, hits: list[int], event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        post, marks = self.screens[corpus].read(event.id)
        yield {
            self.parts.reader: gr.update(post=post),
            self.parts.results: gr.update(chosen=post["id"]),
            self.parts.map: map_update(replace(marks, hits=hits)),
        }

    @_answering(COLORS)
    def recolor(self, corpus: str, color: str, n_clusters: float, request: gr.Request) -> Iterator[Update]:
        screen = self.screens[corpus]
        if color == NEWSGROUP:
            yield {self.parts.map: map_update(screen.by_newsgroup), self.parts.cluster: CLUSTER}
        else:
            yield from self._cluster(screen, n_clusters)

    @_answering(COLORS)
    def cluster(self, corpus: str, n_clusters: float, request: gr.Request) -> Iterator[Update]:
        yield from self._cluster(self.screens[corpus], n_clusters)

    def leave(self, request: gr.Request) -> None:
        self.turns.forget(str(request.session_hash))

    def _open(self, screen: Screen, method: str, n_clusters: float) -> Iterator[Update]:
        most = min(MOST_CLUSTERS, screen.n_posts)
        yield {self.parts.n_clusters: gr.update(maximum=most, value=min(n_clusters, most))}
        yield from self._show(screen, method, screen.by_newsgroup)

    def _search(self, corpus: str, text: str) -> Iterator[Update]:
        rows, marks = self.screens[corpus].search(text)
        yield {
            self.parts.results: gr.update(rows=rows, chosen=None),
            self.parts.map: map_update(marks),
            self.parts.hits: marks.hits,
        }

    def _cluster(self, screen: Screen, n_clusters: float) -> Iterator[Update]:
        yield {self.parts.color: "cluster", self.parts.cluster: CLUSTERING}
        rows, coloring = screen.cluster(n_clusters)
        yield {
            self.parts.clusters: gr.update(rows=rows),
            self.parts.map: map_update(coloring),
            self.parts.cluster: CLUSTER,
        }

    def _show(self, screen: Screen, method: str, *coloring: Coloring) -> Iterator[Update]:
        """Draw a projection; while one is computed that takes long, PCA stands there."""
        if screen.is_ready(method):
            yield {self.parts.map: map_update(screen.points(method), *coloring, Message(""))}
            return
        waiting = Message(screen.waiting_for(method))
        yield {self.parts.map: map_update(waiting)}
        yield {self.parts.map: map_update(screen.points(FIRST_METHOD), *coloring, waiting)}
        yield {self.parts.map: map_update(screen.points(method), Message(""))}
