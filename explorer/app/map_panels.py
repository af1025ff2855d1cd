"""Panels of the map: its layers, the projection while it is computed, how far it can be trusted, kept maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from explorer.app import layers
from explorer.app.panes import clustering_notice
from explorer.app.parts import Parts, Update, props
from explorer.app.screen import Screen
from explorer.app.view import CLUSTER, PLACEMENT, SIMILARITY, View
from explorer.maps import SavedProjection
from explorer.point_map import Message, Pin, Region, map_update
from explorer.projection import METHODS


def show_settings(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show only what can be set of the chosen projection."""
    controls, takes = parts.controls, METHODS[view.method].takes
    of_parameters = {name: getattr(controls, name) for name in ("n_neighbors", "min_dist", "perplexity")}
    yield {
        **{control: gr.update(visible=name in takes) for name, control in of_parameters.items()},
        **{control: gr.update(visible=bool(takes)) for control in (controls.seed, parts.draw)},
    }


def show_regions(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Wait for the maps that posts are selected on, and tell how far they are."""
    for plan in screen.awaited(view):
        for _ in screen.projecting.follow(plan):
            yield {parts.map: map_update(layers.waiting_of(screen, plan))}
        yield {parts.map: map_update(layers.message_of(screen, view))}


def show_projection(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Draw the projection that is computed meanwhile, and tell how far it is."""
    if not screen.explorer.has_projection(view.plan):
        for _ in screen.projecting.follow(view.plan):
            yield {parts.map: map_update(layers.message_of(screen, view))}
    # It may have come while something else was shown, since another visitor waited for it.
    if screen.projecting.was_begun(view.plan):
        points = layers.points_of(screen, view.plan)
        yield {parts.map: map_update(points, layers.message_of(screen, view))}


def show_placement(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Color the map that is drawn now by how it places its own posts."""
    if view.color == PLACEMENT:
        yield {parts.map: map_update(layers.coloring_of(screen, view))}


def show_placed(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show what depends on where the posts are, as it was asked for last, however long that took to compute."""
    yield {parts.map: map_update(*layers.marks_of(screen, view), *layers.shown_of(screen, view))}
    yield from show_placement(parts, screen, view)


def show_trust(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    trust = screen.explorer.trust(screen.explorer.project(view.plan))
    yield {parts.trust: props(text=trust.sentence(METHODS[view.method].title))}


def show_saved(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    rows = [_saved_row(saved) for saved in screen.explorer.projections()]
    yield {parts.saved: props(rows=rows, chosen=str(view.plan))}


def _saved_row(saved: SavedProjection) -> dict[str, Any]:
    plan = saved.plan
    settings = {**plan.taken, "seed": plan.seed} if plan.seed else plan.taken
    return {
        "plan": str(plan),
        "title": METHODS[plan.method].title,
        "settings": ", ".join(f"{name} {value:g}" for name, value in settings.items()),
        "trust": f"trust {saved.trust.trustworthiness:.2f}" if saved.trust else "",
    }


def show_points(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Draw the projection if it is there already; if not, PCA stands there meanwhile."""
    drawn = screen.drawn(view)
    if drawn != view.plan:
        yield {parts.map: map_update(layers.message_of(screen, view), Pin(), Region()), parts.trust: props(text="")}
    points = layers.points_of(screen, drawn)
    yield {parts.map: map_update(points, layers.message_of(screen, view)), parts.trust: props(text="")}


def show_coloring(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    if view.color == CLUSTER and not screen.is_described(view.clusterer):
        waiting = clustering_notice(screen, view)
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


def show_marks(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(*layers.marks_of(screen, view))}


def show_near(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(layers.near_of(screen, view))}


def show_names(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    yield {parts.map: map_update(layers.names_of(screen, view.plan))}
