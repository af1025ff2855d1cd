"""Panels: what of the page depends on which of a view's fields, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from explorer.app import layers, panes
from explorer.app.addresses import NAMES, SCOPES, query_of
from explorer.app.classification_panels import show_classification, show_training
from explorer.app.comparison_panels import show_comparison, show_queries, show_task_types
from explorer.app.field_controls import about_of
from explorer.app.list_panels import (
    show_chips,
    show_chosen,
    show_clusters,
    show_evaluation,
    show_post,
    show_results,
    show_searching,
    show_selection,
    show_suspects,
)
from explorer.app.map_panels import (
    show_coloring,
    show_marks,
    show_message,
    show_names,
    show_near,
    show_nearness,
    show_placed,
    show_placement,
    show_points,
    show_projection,
    show_regions,
    show_saved,
    show_settings,
    show_shown,
    show_trust,
)
from explorer.app.parts import Parts, Update, props
from explorer.app.screen import Screen
from explorer.app.sweep_pane import show_sweep, show_swept
from explorer.app.view import PLANNED, View
from explorer.point_map import Message, map_update

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


def refused_update(parts: Parts, panel: Panel) -> Update:
    """Take away what a panel that cannot be shown was waited for with, or had shown before."""
    taken_away = REFUSED.get(panel.name)
    return taken_away(parts) if taken_away else {}


def show_address(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.address: props(query=query_of(view))}


def show_tab(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.tabs: props(chosen=view.pane)}


def show_page(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.pages: props(chosen=view.page)}


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
    _panel(show_swept, "color", *CLUSTERED, "scope"),
    _panel(show_sweep, "sweep", "vectors", *NARROWED, takes_time=True),
)


REFUSED: dict[str, Callable[[Parts], Update]] = {
    "results": lambda parts: {parts.results: props(rows=[], n_found=0, none=panes.NOTHING_FOUND)},
    "coloring": lambda parts: {parts.map: map_update(Message("")), parts.clusters: props(none=panes.NOT_CLUSTERED)},
    "points": lambda parts: {parts.map: map_update(Message(""))},
    "regions": lambda parts: {parts.map: map_update(Message(""))},
    "projection": lambda parts: {parts.map: map_update(Message(""))},
    "selection": lambda parts: {parts.selection: props(explanation=None, none="", n_posts=0)},
    "suspects": lambda parts: {parts.suspects: props(kinds=[], rows=[], n_found=0, none="")},
    "evaluation": lambda parts: {parts.evaluation: props(none="")},
    "comparison": lambda parts: {parts.comparison: props(none="")},
    "task_types": lambda parts: {parts.task_types: props(none="")},
    "sweep": lambda parts: {parts.sweep_chart: props(sweep=None)},
}


def cleared_update(parts: Parts) -> Update:
    """Show nothing of the corpus before, while another is opened."""
    return {
        parts.map: map_update(*layers.NOTHING, Message("Opening the map …")),
        parts.results: props(rows=[], n_found=0),
        parts.reader: props(post=None),
        parts.selection: props(explanation=None, n_posts=0),
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
