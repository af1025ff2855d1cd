"""Titles of clusters on the page: whether they are offered, and what happens when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from explorer.app.parts import Update, props
from explorer.app.stage import Stage
from explorer.app.title_offer import WRITING
from ingest.errors import UserError


class Titles:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def write(self, request: gr.Request) -> Iterator[Update]:
        """Let titles be written for the clusters that are shown, and show them wherever clusters are named."""
        parts, by = self._stage.parts, self._stage.view(request).clusterer
        yield self._stage.told(request, {parts.clusters: props(offer="", told=WRITING), parts.notice: props(text="")})
        try:
            note = self._stage.screen(request).write_titles(by)
        except UserError as error:
            note = str(error)
        yield from self._stage.show_again(request, {"k", "least"})
        yield self._stage.told(request, {parts.notice: props(text=note)})
