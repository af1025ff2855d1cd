"""What happens when something is asked, clicked or chosen on the page: the visitor's view changes, and is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import gradio as gr

from explorer.app.chips import without, without_any
from explorer.app.exports import export
from explorer.app.field_layers import where_pressed
from explorer.app.layers import title_of
from explorer.app.parts import Update, props
from explorer.app.screen import UNSUSPECTED
from explorer.app.stage import Stage
from explorer.app.view import CLUSTER as BY_CLUSTER
from explorer.app.view import (
    EVERYTHING,
    FIRST,
    LEAST,
    MOST_CHARACTERS,
    MOST_CORNERS,
    N_RESULTS,
    NEWSGROUP,
    PAGES,
    PANES,
    READER,
    SELECTION,
    SUBSET,
    SUSPECT,
    Clusters,
    Region,
    View,
    sayable,
    scoped,
    view_of,
)
from explorer.columns import EQUALS
from explorer.suspects import KINDS
from ingest.errors import UserError


class Handlers:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    # ---- from outside: the address

    def navigate(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Show what the address asks for, when the page is opened and where Back and Forward lead."""
        yield from self._stage.open(request, view_of(str(event.query)), int(event.place))

    def open_corpus(self, corpus: str, request: gr.Request) -> Iterator[Update]:
        """Open another corpus, with nothing left but the question."""
        before = self._stage.view(request)
        view = replace(FIRST, corpus=corpus, question=before.question, mode=before.mode, method=before.method)
        yield from self._stage.open(request, view)

    def choose_page(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        if event.chosen in PAGES:
            # Who comes back to questions that were to be embedded has not asked again.
            yield from self._stage.change(request, lambda view: replace(view, page=event.chosen, n_trials=0))

    # ---- asking

    def ask(self, question: str, mode: str, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: asked(view, question, mode))

    def ask_example(self, question: str, request: gr.Request) -> Iterator[Update]:
        """Put an example question as if it had been typed."""
        yield from self._stage.change(request, lambda view: asked(view, question, view.mode), controls=True)

    def find_more(self, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, n_results=view.n_results + N_RESULTS))

    def like(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: liked(view, str(event.id), is_liked=bool(event.liked)))

    def like_selection(self, request: gr.Request) -> Iterator[Update]:
        """Look for more like what is selected, among all posts."""
        yield from self._stage.change(request, selection_liked, controls=True)

    # ---- narrowing

    def choose_newsgroups(self, newsgroups: list[str], request: gr.Request) -> Iterator[Update]:
        yield from self._narrow(request, newsgroups=tuple(newsgroups))

    def choose_subset(self, subset: str, request: gr.Request) -> Iterator[Update]:
        yield from self._narrow(request, subset=subset)

    def choose_contained(self, contains: str, request: gr.Request) -> Iterator[Update]:
        yield from self._narrow(request, contains=contains.strip())

    def choose_where(self, where: list[str], request: gr.Request) -> Iterator[Update]:
        """Narrow to metadata, refusing what names no field."""
        columns = self._stage.screen(request).explorer.columns

        def narrow(view: View) -> View:
            return scoped(view, where=tuple(EQUALS.join(columns.split(text)) for text in where))

        yield from self._stage.change(request, narrow)

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

        def press(view: View) -> View:
            return self._pressed(request, view, codes) if event.title == title_of(view) else view

        yield from self._stage.change(request, press, controls=True)

    def select_cluster(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Show one cluster of the table alone, or all again."""
        number = int(event.cluster)

        def select(view: View) -> View:
            clusters = Clusters(view.clusterer, (number,))
            chosen = Clusters() if view.scope.clusters == clusters else clusters
            return scoped(replace(view, pane=SELECTION if chosen else view.pane), clusters=chosen)

        yield from self._stage.change(request, select)

    def set_least(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, least=max(sayable(event.least), LEAST)))

    def remove_chip(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(
            request, lambda view: without(view, str(event.name), str(event.value)), controls=True
        )

    def remove_chips(self, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, without_any, controls=True)

    # ---- reading

    def select_point(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        screen = self._stage.screen(request)
        post_id = screen.explorer.post_ids[int(event.index)]
        yield from self._stage.change(request, lambda view: replace(view, post=post_id, pane=READER))

    def select_post(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Open a post from a list."""
        yield from self._stage.change(request, lambda view: replace(view, post=str(event.id), pane=READER))

    def choose_pane(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        if event.chosen in PANES:
            yield from self._stage.change(request, lambda view: replace(view, pane=event.chosen))

    def choose_suspects(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(
            request, lambda view: replace(view, suspects=str(event.kind), n_suspects=N_RESULTS)
        )

    def list_more_suspects(self, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: replace(view, n_suspects=view.n_suspects + N_RESULTS))

    # ---- the map

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

    def leave(self, request: gr.Request) -> None:
        self._stage.forget(request)

    def _narrow(self, request: gr.Request, **narrowed: Any) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: scoped(view, **narrowed))

    def _pressed(self, request: gr.Request, view: View, codes: list[int]) -> View:
        """Narrow a view to the groups pressed in the legend of its coloring."""
        screen = self._stage.screen(request)
        if view.color == NEWSGROUP:
            return scoped(view, newsgroups=tuple(screen.explorer.newsgroups[code] for code in codes))
        if view.color == SUSPECT:
            return scoped(view, suspects=tuple((*KINDS, UNSUSPECTED)[code] for code in codes))
        if view.color == BY_CLUSTER:
            return scoped(view, clusters=Clusters(view.clusterer, tuple(codes)) if codes else Clusters())
        if view.color == SUBSET:
            return scoped(view, subset=screen.subsets[codes[0]] if len(codes) == 1 else "")
        return scoped(view, where=where_pressed(screen, view, codes))


def asked(view: View, question: str, mode: str) -> View:
    """Return the view with a question put; how near the results must be was said of the one before."""
    question = question[:MOST_CHARACTERS].strip()
    least = view.least if question == view.question else LEAST
    return replace(view, question=question, mode=mode, least=least, n_results=N_RESULTS)


def liked(view: View, post_id: str, *, is_liked: bool) -> View:
    """Return the view with more, or less, looked for like a post."""
    like = [each for each in view.like if each != post_id]
    unlike = [each for each in view.unlike if each != post_id]
    (like if is_liked else unlike).append(post_id)
    return replace(view, like=tuple(like), unlike=tuple(unlike), n_results=N_RESULTS)


def selection_liked(view: View) -> View:
    """Return the view with more looked for like what is selected, among all others."""
    if view.scope == EVERYTHING:
        raise UserError(
            "Nothing but the question selects these posts: lasso some, or set a filter, to find more like them."
        )
    return replace(view, like_scope=view.scope, scope=EVERYTHING, least=LEAST, n_results=N_RESULTS)


def whole_number(k: float) -> int:
    if k != int(k):
        raise UserError(f"k must be a whole number, not {k:g}.")
    return int(k)
