"""What happens on the map: points, regions and groups are chosen, and another map or coloring is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import gradio as gr

from explorer.app.addresses import SCOPES
from explorer.app.exports import export
from explorer.app.field_layers import where_pressed
from explorer.app.layers import title_of
from explorer.app.parts import Update, props
from explorer.app.scope import MOST_CORNERS, Clusters, Region, sayable
from explorer.app.scoping import UNSUSPECTED
from explorer.app.screen import STAND_IN, Screen
from explorer.app.stage import Stage
from explorer.app.view import CLUSTER as BY_CLUSTER
from explorer.app.view import LEAST, NEWSGROUP, PLANNED, READER, SELECTION, SUBSET, SUSPECT, View, scoped
from explorer.plan import MOST_SEED, Plan
from explorer.point_map import Message, map_update
from explorer.projection import METHODS
from explorer.suspects import KINDS
from ingest.errors import UserError


class MapHandlers:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def select_region(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        corners = tuple((sayable(x), sayable(y)) for x, y in event.polygon[:MOST_CORNERS])
        screen = self._stage.screen(request)

        def select(view: View) -> View:
            return scoped(replace(view, pane=SELECTION), region=Region(screen.drawn(view), corners))

        yield from self._stage.change(request, select)

    def clear_map(self, request: gr.Request) -> Iterator[Update]:
        """Take off the region that is selected; where there is none, the post."""
        yield from self._stage.change(
            request, lambda view: scoped(view, region=Region()) if view.scope.region else replace(view, post="")
        )

    def press_legend(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Narrow to the groups pressed, unless another coloring was asked for before that one's legend was there."""
        codes = [int(code) for code in event.codes]
        screen = self._stage.screen(request)

        def press(view: View) -> View:
            return pressed(screen, view, codes) if event.title == title_of(view) else view

        yield from self._stage.change(request, press, controls=True)

    def set_least(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, least=max(sayable(event.least), LEAST)))

    def select_point(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        screen = self._stage.screen(request)
        post_id = screen.explorer.post_ids[int(event.index)]
        yield from self._stage.change(request, lambda view: replace(view, post=post_id, pane=READER))

    # ---- how it is drawn

    def project(self, method: str, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, method=method))

    def recolor(self, color: str, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, color=color))

    def download(self, event: gr.EventData, request: gr.Request) -> Update:
        """Make a file of what is shown, for the browser to fetch."""
        parts = self._stage.parts
        try:
            path = export(self._stage.screen(request), self._stage.view(request), str(event.format))
        except UserError as error:
            return {parts.download: None, parts.notice: props(text=str(error))}
        return {parts.download: str(path), parts.notice: props(text="")}

    def draw(self, values: Mapping[Any, float | None], request: gr.Request) -> Iterator[Update]:
        """Draw the map anew with what its settings are now."""
        controls = vars(self._stage.parts.controls)
        settings = {name: values[controls[name]] for name in PLANNED if controls[name] in values}
        yield from self._stage.change(request, lambda view: with_settings(view, settings))

    def open_saved(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Draw a map that was computed before."""
        plan = Plan.read(str(event.plan))
        if plan and plan.method in METHODS:
            said = {"seed": plan.seed, **asdict(plan.parameters)}
            yield from self._stage.change(
                request, lambda view: replace(view, method=plan.method, **said), controls=True
            )

    def cancel(self, request: gr.Request) -> Iterator[Update]:
        """Leave the map that stands in for the one that is computed, which ends unless others wait for it.

        What is selected on a map that is not there yet is selected no longer.
        """
        screen, view = self._stage.screen(request), self._stage.view(request)
        plan, awaited = view.plan, screen.awaited(view)
        for each in {plan, *awaited}:
            screen.projecting.cancel(each)
        if awaited:
            yield from self._stage.change(request, lambda view: without_regions(view, awaited), controls=True)
        if screen.explorer.has_projection(plan):
            yield {self._stage.parts.draw: gr.update()}  # of no update at all, Gradio would empty the page
            return
        yield from self._stage.change(request, lambda view: replace(view, method=STAND_IN.method), controls=True)
        told = f"{METHODS[plan.method].title} is canceled: this is {METHODS[STAND_IN.method].title}."
        yield self._stage.told(request, {self._stage.parts.map: map_update(Message(told))})


def without_regions(view: View, plans: Collection[Plan]) -> View:
    """Return the view with nothing selected on some maps."""
    scopes = {name: getattr(view, name) for name in SCOPES}
    kept = {name: replace(scope, region=Region()) for name, scope in scopes.items() if scope.region.plan in plans}
    return replace(view, **kept)


def with_settings(view: View, settings: Mapping[str, float | None]) -> View:
    """Return the view with a map of these settings, which must be in their ranges."""
    if None in settings.values():
        raise UserError(f"A setting of the map is empty: give each a number, and the seed one from 0 to {MOST_SEED}.")
    plan = Plan.of({"method": view.method, **settings})
    return replace(view, seed=plan.seed, **asdict(plan.parameters))


def pressed(screen: Screen, view: View, codes: list[int]) -> View:
    """Narrow a view to the groups pressed in the legend of its coloring."""
    if view.color == NEWSGROUP:
        return scoped(view, newsgroups=tuple(screen.explorer.newsgroups[code] for code in codes))
    if view.color == SUSPECT:
        return scoped(view, suspects=tuple((*KINDS, UNSUSPECTED)[code] for code in codes))
    if view.color == BY_CLUSTER:
        return scoped(view, clusters=Clusters(view.clusterer, tuple(codes)) if codes else Clusters())
    if view.color == SUBSET:
        named = [subset for code, subset in enumerate(screen.subsets) if code in codes]
        return scoped(view, subset=named[0] if len(codes) == len(named) == 1 else "")
    return scoped(view, where=where_pressed(screen, view, codes))
