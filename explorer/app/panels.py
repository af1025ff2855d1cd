"""Panels: what of the page depends on which of a view's fields, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from explorer.app import layers, panes
from explorer.app.classification_panels import show_classification, show_training
from explorer.app.clusterer_controls import clusterer_updates
from explorer.app.comparison_panels import facing_settings, show_comparison, show_queries, show_task_types
from explorer.app.evaluation_pane import evaluation_of
from explorer.app.field_controls import about_of, coloring_choices, placeholder_of, where_update
from explorer.app.map_panels import (
    show_placed,
    show_placement,
    show_projection,
    show_regions,
    show_saved,
    show_settings,
    show_trust,
)
from explorer.app.parts import Parts, Update, props
from explorer.app.point_map import Message, Pin, Region, map_update
from explorer.app.screen import Screen
from explorer.app.sweep_pane import show_sweep, show_swept
from explorer.app.view import (
    CLUSTER,
    EVALUATE,
    NAMES,
    PLACEMENT,
    PLANNED,
    SCOPES,
    SELECTION,
    SIMILARITY,
    SUSPECTS,
    View,
    query_of,
)

SEARCHING = "Searching …"
ANALYZING = "Working out what sets these posts apart …"

SOUGHT = ("question", "like", "unlike", "like_scope")
NARROWED = ("scope", "least")
TRAINED = ("classifier", "training_seed", "n_trainings")
CLUSTERED = ("k", "by", "vectors", "of")
FOUND = (*SOUGHT, *NARROWED, "mode", "n_results")


@dataclass(frozen=True, slots=True)
class Panel:
    """One answer of the page; of two answers for the same panel, that to the newer question counts.

    Those that may take time are sent one by one, the others together.
    """

    name: str
    depends_on: frozenset[str]
    show: Callable[[Parts, Screen, View], Iterator[Update]]
    takes_time: bool = False


def panels_for(changed: set[str]) -> list[Panel]:
    """Return the panels that depend on any of a view's changed fields, the quick ones first."""
    return [panel for panel in PANELS if panel.depends_on & changed]


def controls_update(parts: Parts, screen: Screen, view: View, fields: set[str]) -> Update:
    """Set the controls of these fields as the view has them; in the others something may be typed already."""
    controls, scope = parts.controls, view.scope
    updates: list[tuple[str, Any, Any]] = [
        ("corpus", controls.corpus, view.corpus),
        ("question", controls.question, view.question),
        ("corpus", controls.question, gr.update(value=view.question, placeholder=placeholder_of(screen))),
        ("mode", controls.mode, view.mode),
        ("scope", controls.newsgroups, gr.update(choices=screen.explorer.newsgroups, value=list(scope.newsgroups))),
        ("scope", controls.subset, scope.subset),
        ("scope", controls.contains, scope.contains),
        ("scope", controls.where, where_update(screen, scope.where)),
        ("method", controls.method, view.method),
        *((name, getattr(controls, name), getattr(view, name)) for name in PLANNED if name != "method"),
        ("color", controls.color, gr.update(choices=coloring_choices(screen), value=view.color)),
        *clusterer_updates(controls, screen, view),
        *facing_settings(controls, screen, view),
        ("against", controls.against, gr.update(value=view.against, interactive=screen.explorer.has_supergroups)),
        ("classifier", controls.classifier, view.classifier),
        ("training_seed", controls.training_seed, view.training_seed),
    ]
    return {control: update for field, control, update in updates if {field, "corpus"} & fields}


def refused_update(parts: Parts, panel: Panel) -> Update:
    """Take away what a panel that cannot be shown was waited for with, or had shown before."""
    if panel.show is show_results:
        return {parts.results: props(rows=[], n_found=0, none=panes.NOTHING_FOUND)}
    if panel.show is show_sweep:
        return {parts.sweep_chart: props(sweep=None)}
    if panel.takes_time:
        return {
            parts.map: map_update(Message("")),
            parts.clusters: props(none=panes.NOT_CLUSTERED),
            parts.evaluation: props(none=""),
            parts.comparison: props(none=""),
            parts.task_types: props(none=""),
        }
    return {}


def show_address(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.address: props(query=query_of(view))}


def show_chips(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.chips: props(**panes.chips_shown(screen, view))}


def show_points(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Draw the projection if it is there already; if not, PCA stands there meanwhile."""
    drawn = screen.drawn(view)
    if drawn != view.plan:
        yield {parts.map: map_update(layers.message_of(screen, view), Pin(), Region()), parts.trust: props(text="")}
    points = layers.points_of(screen, drawn)
    yield {parts.map: map_update(points, layers.message_of(screen, view)), parts.trust: props(text="")}


def show_coloring(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    if view.color == CLUSTER and not screen.is_described(view.clusterer):
        waiting = _clustering(screen, view)
        yield {parts.map: map_update(Message(waiting)), parts.clusters: props(rows=[], none=waiting)}
    if view.color == PLACEMENT and not screen.is_misplacement_known(view):
        yield {parts.map: map_update(Message("Looking for posts that are badly placed …"))}
    yield {parts.map: map_update(layers.coloring_of(screen, view), layers.message_of(screen, view))}


def show_nearness(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Color by how near each post is to what is sought now."""
    if view.color == SIMILARITY:
        yield {parts.map: map_update(layers.coloring_of(screen, view))}


def show_message(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(layers.message_of(screen, view))}


def show_shown(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(*layers.shown_of(screen, view))}


def show_searching(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Say where results will be that they are looked for: a model may have to be loaded first, or asked."""
    if view.asks:
        yield {parts.results: props(none=SEARCHING)}


def show_results(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    fits_examples = screen.explorer.foreign is None and not view.asks
    yield {parts.results: props(**panes.results_of(screen, view)), parts.examples: gr.update(visible=fits_examples)}


def show_chosen(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.results: props(chosen=view.post)}


def show_marks(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(*layers.marks_of(screen, view))}


def show_near(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(layers.near_of(screen, view))}


def show_post(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.reader: props(post=panes.post_of(screen, view))}


def show_clusters(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.clusters: props(**panes.clusters_of(screen, view))}


def show_tab(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.tabs: props(chosen=view.pane)}


def show_selection(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    if view.pane != SELECTION:
        return
    if not screen.explorer.is_analyzed:
        yield {parts.selection: props(explanation=None, none=ANALYZING)}
    yield {parts.selection: props(**panes.selection_of(screen, view))}


def show_suspects(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    if view.pane == SUSPECTS:
        yield {parts.suspects: props(**panes.suspects_of(screen, view))}


def show_page(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.pages: props(chosen=view.page)}


def show_evaluation(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show how well the clusters agree with the newsgroups, where one looks at that."""
    if view.page != EVALUATE:
        return
    if not screen.is_described(view.clusterer):
        yield {parts.evaluation: props(evaluation=None, none=_clustering(screen, view))}
    yield {parts.evaluation: props(evaluation=evaluation_of(screen, view))}


def _clustering(screen: Screen, view: View) -> str:
    return f"Clustering {screen.n_clustered(view.clusterer):,} posts …"


def show_names(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(layers.names_of(screen, view.plan))}


def _panel(show: Callable[[Parts, Screen, View], Iterator[Update]], *fields: str, takes_time: bool = False) -> Panel:
    return Panel(show.__name__.removeprefix("show_"), frozenset(("corpus", *fields)), show, takes_time)


def show_about(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Say what a collection is that this project did not make."""
    yield {parts.about: props(text=about_of(screen))}


# What is computed longest comes last.
PANELS = (
    _panel(show_page, "page"),
    _panel(show_about),
    _panel(show_tab, "pane"),
    _panel(show_searching, *FOUND, takes_time=True),
    _panel(show_evaluation, "page", *CLUSTERED, "against", takes_time=True),
    _panel(show_classification, "page", *TRAINED, takes_time=True),
    _panel(show_comparison, "page", "k", "facing", takes_time=True),
    _panel(show_task_types, "page", "k", takes_time=True),
    _panel(show_queries, "page", "n_trials", takes_time=True),
    _panel(show_settings, "method"),
    _panel(show_points, *PLANNED, takes_time=True),
    _panel(show_coloring, "color", *CLUSTERED, "scope", takes_time=True),
    _panel(show_regions, *SCOPES, takes_time=True),
    _panel(show_chosen, "post"),
    _panel(show_post, "post", "color", *CLUSTERED, *FOUND),
    _panel(show_results, *FOUND),
    _panel(show_marks, "post", *FOUND),
    _panel(show_nearness, "color", *SOUGHT),
    _panel(show_message, "color", *SOUGHT),
    _panel(show_shown, *SOUGHT, *NARROWED),
    _panel(show_chips, *SOUGHT, *NARROWED),
    _panel(show_near, "least", *SOUGHT),
    _panel(show_address, *NAMES, *SCOPES),
    _panel(show_clusters, "color", *CLUSTERED, "scope"),
    _panel(show_selection, "pane", *SOUGHT, *NARROWED, takes_time=True),
    _panel(show_suspects, "pane", "suspects", "n_suspects", *SOUGHT, *NARROWED, takes_time=True),
    _panel(show_placement, *PLANNED, takes_time=True),
    _panel(show_projection, *PLANNED, takes_time=True),
    _panel(show_placed, *PLANNED, takes_time=True),
    _panel(show_names, *PLANNED, takes_time=True),
    _panel(show_trust, *PLANNED, takes_time=True),
    _panel(show_saved, *PLANNED),
    _panel(show_training, "page", *TRAINED, takes_time=True),
    _panel(show_swept, "color", *CLUSTERED),
    _panel(show_sweep, "sweep", "vectors", takes_time=True),
)


def cleared_update(parts: Parts) -> Update:
    """Show nothing of the corpus before, while another is opened."""
    return {
        parts.map: map_update(*layers.NOTHING, Message("Opening the map …")),
        parts.results: props(rows=[], n_found=0),
        parts.reader: props(post=None),
        parts.selection: props(explanation=None),
        parts.suspects: props(kinds=[], rows=[], n_found=0),
        parts.clusters: props(rows=[]),
        parts.sweep_chart: props(sweep=None),
        parts.saved: props(rows=[]),
        parts.evaluation: props(evaluation=None),
        parts.training: props(training=None),
        parts.report: props(report=None),
        parts.comparison: props(comparison=None),
        parts.task_types: props(table=None),
        parts.queries: props(found=None, offer=None),
    }
