"""What happens on the page that evaluates clusters: they are compared with something else, or a cell is explored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr

from explorer.agreement import SUPERGROUPS
from explorer.app.clusterer import KMEANS
from explorer.app.handlers import whole_number
from explorer.app.parts import Update
from explorer.app.scope import Clusters
from explorer.app.stage import Stage
from explorer.app.view import CLUSTER, EXPLORE, SELECTION, View, scoped


class Evaluating:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def evaluate(self, k: float, request: gr.Request) -> Iterator[Update]:
        """Compare as many clusters of KMeans, whose number alone can be chosen."""
        yield from self._stage.change(request, lambda view: replace(view, k=whole_number(k), by=KMEANS), controls=True)

    def choose_against(self, against: str, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, against=against))

    def select_cell(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Explore the posts of a cell of the confusion matrix."""
        screen, cluster, name = self._stage.screen(request), int(event.cluster), str(event.newsgroup)

        def select(view: View) -> View:
            members = screen.members_of(name) if view.against == SUPERGROUPS else (name,)
            shown = replace(view, page=EXPLORE, pane=SELECTION, color=CLUSTER)
            return scoped(shown, newsgroups=members, clusters=Clusters(view.clusterer, (cluster,)))

        yield from self._stage.change(request, select, controls=True)
