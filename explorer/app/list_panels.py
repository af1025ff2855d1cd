"""Panels of lists: results, the post that is read, what is selected, suspects, and clusters with their figures."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from explorer.app import panes
from explorer.app.evaluation_pane import evaluation_of
from explorer.app.parts import Parts, Update, props
from explorer.app.screen import Screen
from explorer.app.selection_pane import selection_of
from explorer.app.suspects_pane import suspects_of
from explorer.app.view import EVALUATE, SELECTION, SUSPECTS, View

SEARCHING = "Searching …"
LOOKING = "Looking for suspects …"
ANALYZING = "Working out what sets these posts apart …"


def show_chips(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.chips: props(**panes.chips_shown(screen, view))}


def show_searching(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Say where results will be that they are looked for: a model may have to be loaded first, or asked."""
    if view.asks:
        yield {parts.results: props(none=SEARCHING)}


def show_results(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    fits_examples = screen.explorer.foreign is None and not view.asks
    yield {parts.results: props(**panes.results_of(screen, view)), parts.examples: gr.update(visible=fits_examples)}


def show_chosen(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.results: props(chosen=view.post)}


def show_post(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.reader: props(post=panes.post_of(screen, view))}


def show_clusters(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.clusters: props(**panes.clusters_of(screen, view))}


def show_selection(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    if view.pane != SELECTION:
        return
    if not screen.explorer.is_analyzed:
        yield {parts.selection: props(explanation=None, none=ANALYZING, n_posts=0)}
    yield {parts.selection: props(**selection_of(screen, view))}


def show_suspects(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    if view.pane == SUSPECTS:
        yield {parts.suspects: props(none=LOOKING)}
        yield {parts.suspects: props(**suspects_of(screen, view))}


def show_evaluation(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show how well the clusters agree with the newsgroups, where one looks at that."""
    if view.page != EVALUATE:
        return
    if not screen.is_described(view.clusterer):
        yield {parts.evaluation: props(evaluation=None, none=panes.clustering_notice(screen, view))}
    yield {parts.evaluation: props(evaluation=evaluation_of(screen, view))}
