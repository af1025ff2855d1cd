"""What happens on the page that compares: another pair of clusterings, questions asked, or an overlap explored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from explorer.app.handlers import whole_number
from explorer.app.parts import Update
from explorer.app.scope import Scope
from explorer.app.sides import Facing, Group, Side
from explorer.app.stage import Stage
from explorer.app.view import EXPLORE, SELECTION, View


class Comparing:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def compare(self, chosen: dict[Any, Any], request: gr.Request) -> Iterator[Update]:
        """Set side by side what the controls of the two clusterings say."""
        controls = self._stage.parts.controls

        def face(view: View) -> View:
            n_others = whole_number(chosen[controls.other_k])
            other = Side(chosen[controls.other_model], chosen[controls.other_method], n_others)
            facing = Facing(chosen[controls.compared_method], other)
            return replace(view, k=whole_number(chosen[controls.compared_k]), facing=facing)

        yield from self._stage.change(request, face, controls=True)

    def ask_queries(self, request: gr.Request) -> Iterator[Update]:
        """Embed the questions; what is stored already costs nothing."""
        yield from self._stage.change(request, lambda view: replace(view, n_trials=view.n_trials + 1))

    def cancel_queries(self, request: gr.Request) -> Iterator[Update]:
        """Embed no more of them; those that are embedded stay."""
        yield from self._stage.change(request, lambda view: replace(view, n_trials=0))

    def select_overlap(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Explore the posts that are in a cluster of the one side and in one of the other."""
        screen, numbers = self._stage.screen(request), (int(event.cluster), int(event.other))

        def select(view: View) -> View:
            pair = screen.beside.pair(view.facing, view.k)
            groups = tuple(str(Group(number, each)) for number, each in zip(numbers, pair, strict=True))
            return replace(view, page=EXPLORE, pane=SELECTION, scope=Scope(groups=groups))

        yield from self._stage.change(request, select, controls=True)
