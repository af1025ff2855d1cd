"""The stage: changes what a visitor has on the page, and shows again what depends on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce

import gradio as gr

from explorer.app.control_panels import controls_update
from explorer.app.corpora import Corpora, rights_of
from explorer.app.fitting import fitted
from explorer.app.outbox import Outbox, merged
from explorer.app.panels import Panel, cleared_update, panels_for, refused_update
from explorer.app.parts import Parts, Update, props
from explorer.app.screen import Screen
from explorer.app.view import DATA, FIRST, View, changed
from explorer.app.visitors import Visitors
from ingest.errors import UserError

NAMING = {"like", "unlike", "like_scope", "scope", "of", "post"}  # what the corpus may not have
OTHER_CORPUS = "The corpus that this address asks for is not in this store: this is another."
CHANGED = "What is stored has changed: whatever you do next shows it as it is now."
RENEWED = "The posts of this corpus have changed: this is what they are now."
LEFT_OUT = "Some of what this address asks for is not in the corpus, and is left out."


class Stage:
    """What handlers work on: the corpora's screens, the page's parts, and what each visitor has on the page."""

    def __init__(self, screens: Mapping[str, Screen], parts: Parts) -> None:
        self.screens = screens
        self.parts = parts
        self._visitors = Visitors()
        self._outboxes: dict[str, Outbox] = {}
        self._shown: dict[str, Screen] = {}  # what each visitor's page was drawn from

    def view(self, request: gr.Request) -> View:
        """Return what the visitor has on the page, which must have been opened."""
        view = self._visitors.view(str(request.session_hash))
        if view is None:
            raise UserError("This page is not known any more: load it again.")
        return view

    def screen(self, request: gr.Request) -> Screen:
        """Return what the visitor's page was drawn from, whatever was ingested since."""
        screen = self._shown.get(str(request.session_hash)) or self.screens.get(self.view(request).corpus)
        if screen is None:
            raise UserError(self._nothing_yet)
        return screen

    @property
    def _nothing_yet(self) -> str:
        return rights_of(self.screens).nothing_yet

    def is_known(self, request: gr.Request) -> bool:
        """Tell whether the visitor has opened the page and not left it yet."""
        return self._visitors.view(str(request.session_hash)) is not None

    def notice_changes(self) -> None:
        """Bring in what was ingested or deleted since; a page is drawn anew when its visitor next does something."""
        if isinstance(self.screens, Corpora):
            self.screens.notice()

    def told_of_changes(self, request: gr.Request) -> str:
        """Return what to tell a visitor whose page was drawn from what is replaced by now."""
        view = self._visitors.view(str(request.session_hash))
        return CHANGED if view and self._is_outdated(str(request.session_hash), view) else ""

    def renew(self, request: gr.Request) -> Iterator[Update]:
        """Draw the visitor's page anew where its posts have changed."""
        view = self._visitors.view(str(request.session_hash))
        if view and self._is_outdated(str(request.session_hash), view):
            yield from self.open(request, view)

    def forget(self, request: gr.Request) -> None:
        """Forget a visitor who has left."""
        visitor = str(request.session_hash)
        self._visitors.forget(visitor)
        self._outboxes.pop(visitor, None)
        self._shown.pop(visitor, None)

    def open(self, request: gr.Request, wanted: View, place: int | None = None) -> Iterator[Update]:
        """Show a view that comes from elsewhere, as far as its corpus has what it names.

        Of several that are opened at once, that with the last ``place`` is shown.
        """
        self.notice_changes()
        visitor = str(request.session_hash)
        screen = self.screens.get(wanted.corpus) or next(iter(self.screens.values()), None)
        if screen is None:
            yield from self._open_empty(visitor)
            return
        view = fitted(wanted, screen)
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
            if views[1] and self._is_outdated(visitor, views[1]):
                yield from self.open(request, views[1])
                yield {self.parts.notice: props(text=RENEWED if visitor in self._shown else self._nothing_yet)}
                return
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
        if self._visitors.view(visitor) is None:
            return Outbox()  # of one who has left, nothing is kept
        return self._outboxes.setdefault(visitor, Outbox())

    def _show_change(self, visitor: str, views: tuple[View | None, View | None], *, controls: bool) -> Iterator[Update]:
        """Show again what depends on what has changed: of no view before, everything."""
        before, view = views
        if view is None:
            return
        outbox, drawn, screen = self._outbox(visitor), self._shown.get(visitor), self.screens.get(view.corpus)
        if screen is None:
            told = "" if view.page == DATA else self._nothing_yet
            yield outbox.complete({self.parts.pages: props(chosen=view.page), self.parts.notice: props(text=told)})
            return
        self._shown[visitor] = screen
        differing = changed(before if drawn is screen else None, view)
        panels = panels_for(differing)
        turn = self._visitors.take_turn(visitor, [panel.name for panel in panels])
        if drawn not in (None, screen):
            yield outbox.complete(cleared_update(self.parts))
        set_controls = controls_update(self.parts, screen, view, differing if controls else set())
        corpora = self._corpora_update(view) if controls and "corpus" in differing else {}
        yield outbox.complete({self.parts.notice: props(text=""), **set_controls, **corpora})
        yield from map(outbox.complete, filter(None, self._gathered(panels, visitor, turn)))

    def _open_empty(self, visitor: str) -> Iterator[Update]:
        """Show where an empty store is filled."""
        self._shown.pop(visitor, None)
        self._visitors.change(visitor, lambda _: replace(FIRST, page=DATA))
        empty = {self.parts.pages: props(chosen=DATA), self.parts.notice: props(text="")}
        yield self._outbox(visitor).complete({**cleared_update(self.parts), **empty})

    def _is_outdated(self, visitor: str, view: View) -> bool:
        """Tell whether a visitor's page was drawn from what is replaced by now, or from an empty store."""
        drawn = self._shown.get(visitor)
        return bool(self.screens) if drawn is None else self.screens.get(drawn.key) is not drawn

    def _corpora_update(self, view: View) -> Update:
        titles = [(screen.title, key) for key, screen in self.screens.items()]
        return {self.parts.controls.corpus: gr.update(choices=titles, value=view.corpus, interactive=len(titles) > 1)}

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
        screen = self._shown.get(visitor)
        if view is None or screen is None or not is_last(panel.name):
            return
        try:
            for update in panel.show(self.parts, screen, view):
                yield update
                if not is_last(panel.name):
                    return
        except UserError as error:
            yield {self.parts.notice: props(text=str(error)), **refused_update(self.parts, panel)}


def together(updates: Sequence[tuple[str, Update]], is_last: Callable[[str], bool]) -> Update:
    """Return the updates of those panels that nothing newer was asked for meanwhile, in one."""
    return reduce(merged, (update for panel, update in updates if is_last(panel)), {})
