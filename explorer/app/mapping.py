"""What happens when another map is asked for: by its settings, from those that are kept, or not after all."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

import gradio as gr

from explorer.app.parts import Update
from explorer.app.point_map import Message, map_update
from explorer.app.screen import STAND_IN
from explorer.app.stage import Stage
from explorer.app.view import PLANNED, SCOPES, Region, View
from explorer.plan import MOST_SEED, Plan
from explorer.projection import METHODS
from ingest.errors import UserError


class MapHandlers:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

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
