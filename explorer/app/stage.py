"""The stage: changes what a visitor has on the page, and shows again what depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce

import gradio as gr

from explorer.app.fitting import fitted
from explorer.app.outbox import Outbox, merged
from explorer.app.panels import Panel, cleared_update, controls_update, panels_for, refused_update
from explorer.app.parts import Parts, Update, props
from explorer.app.screen import Screen
from explorer.app.view import View, changed
from explorer.app.visitors import Visitors
from ingest.errors import UserError

NAMING = {"like", "unlike", "like_scope", "scope", "of", "post"}  # what the corpus may not have
OTHER_CORPUS = "The corpus that this address asks for is not in this store: this is another."
LEFT_OUT = "Some of what this address asks for is not in the corpus, and is left out."


class Stage:
    """What handlers work on: the corpora's screens, the page's parts, and what each visitor has on the page."""

    def __init__(self, screens: Mapping[str, Screen], parts: Parts) -> None:
        self.screens = screens
        self.parts = parts
        self._visitors = Visitors()
        self._outboxes: dict[str, Outbox] = {}

    def view(self, request: gr.Request) -> View:
        """Return what the visitor has on the page, which must have been opened."""
        view = self._visitors.view(str(request.session_hash))
        if view is None:
            raise UserError("This page is not known any more: load it again.")
        return view

    def screen(self, request: gr.Request) -> Screen:
        return self.screens[self.view(request).corpus]

    def forget(self, request: gr.Request) -> None:
        """Forget a visitor who has left."""
        visitor = str(request.session_hash)
        self._visitors.forget(visitor)
        self._outboxes.pop(visitor, None)

    def open(self, request: gr.Request, wanted: View, place: int | None = None) -> Iterator[Update]:
        """Show a view that comes from elsewhere, as far as its corpus has what it names.

        Of several that are opened at once, that with the last ``place`` is shown.
        """
        screen = self.screens.get(wanted.corpus) or next(iter(self.screens.values()))
        view = fitted(wanted, screen)
        visitor = str(request.session_hash)
        yield from self._show_change(visitor, self._visitors.change(visitor, lambda _: view, place), controls=True)
        if wanted.corpus not in ("", view.corpus):
            yield {self.parts.notice: props(text=OTHER_CORPUS)}
        elif changed(wanted, view) & NAMING:
            yield {self.parts.notice: props(text=LEFT_OUT)}

    def change(
        self, request: gr.Request, change: Callable[[View], View], *, controls: bool = False
    ) -> Iterator[Update]:
        """Change the visitor's view; before the page is opened, whatever it says of itself changes nothing."""
        visitor = str(request.session_hash)
        try:
            views = self._visitors.change(visitor, lambda view: view and change(view))
            yield from self._show_change(visitor, views, controls=controls)
        except UserError as error:
            yield {self.parts.notice: props(text=str(error))}

    def told(self, request: gr.Request, update: Update) -> Update:
        """Return an update that is no answer to a change of the view, complete for the visitor."""
        return self._outbox(str(request.session_hash)).complete(update)

    def show_again(self, request: gr.Request, fields: set[str]) -> Iterator[Update]:
        """Show again what depends on some of the view's fields, since what they stand for has changed."""
        visitor = str(request.session_hash)
        panels = panels_for(fields)
        turn = self._visitors.take_turn(visitor, [panel.name for panel in panels])
        yield from map(self._outbox(visitor).complete, filter(None, self._gathered(panels, visitor, turn)))

    def _outbox(self, visitor: str) -> Outbox:
        return self._outboxes.setdefault(visitor, Outbox())

    def _show_change(self, visitor: str, views: tuple[View | None, View | None], *, controls: bool) -> Iterator[Update]:
        """Show again what depends on what has changed: of no view before, everything."""
        before, view = views
        if view is None:
            return
        outbox = self._outbox(visitor)
        panels = panels_for(changed(before, view))
        turn = self._visitors.take_turn(visitor, [panel.name for panel in panels])
        if before and before.corpus != view.corpus:
            yield outbox.complete(cleared_update(self.parts))
        fields = changed(before, view) if controls else set()
        set_controls = controls_update(self.parts, self.screens[view.corpus], view, fields)
        yield outbox.complete({self.parts.notice: props(text=""), **set_controls})
        yield from map(outbox.complete, filter(None, self._gathered(panels, visitor, turn)))

    def _gathered(self, panels: Sequence[Panel], visitor: str, is_last: Callable[[str], bool]) -> Iterator[Update]:
        """Show the panels, the quick ones together, each unless a newer question has overtaken it."""
        waiting: list[tuple[str, Update]] = []
        for panel in panels:
            if panel.takes_time and waiting:
                yield together(waiting, is_last)
                waiting = []
            for update in self._show(panel, visitor, is_last):
                waiting.append((panel.name, update))
                if panel.takes_time:
                    yield together(waiting, is_last)
                    waiting = []
        yield together(waiting, is_last)

    def _show(self, panel: Panel, visitor: str, is_last: Callable[[str], bool]) -> Iterator[Update]:
        """Show a panel of the newest view unless a newer question overtakes it; what a user can mend is a notice."""
        view = self._visitors.view(visitor)
        if view is None or not is_last(panel.name):
            return
        try:
            for update in panel.show(self.parts, self.screens[view.corpus], view):
                yield update
                if not is_last(panel.name):
                    return
        except UserError as error:
            yield {self.parts.notice: props(text=str(error)), **refused_update(self.parts, panel)}


def together(updates: Sequence[tuple[str, Update]], is_last: Callable[[str], bool]) -> Update:
    """Return the updates of those panels that nothing newer was asked for meanwhile, in one."""
    return reduce(merged, (update for panel, update in updates if is_last(panel)), {})
