"""What of the page that compares depends on a view, and how it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from explorer.app.clusterer_controls import most_of
from explorer.app.comparison_pane import comparison_of, named, task_types_of
from explorer.app.parts import Controls, Parts, Update, props
from explorer.app.query_pane import ask_queries, queries_of
from explorer.app.screen import Screen
from explorer.app.view import COMPARE, View


def facing_settings(controls: Controls, screen: Screen, view: View) -> list[tuple[str, Any, Any]]:
    """Return what the controls of the two clusterings say of a view, each with the field that it depends on."""
    one, other = screen.beside.pair(view.facing, view.k)
    models = [(known.beside.title, key) for key, known in screen.beside.screens.items()]
    most = most_of(screen.beside.screens[other.key])
    return [
        ("k", controls.compared_k, gr.update(maximum=most_of(screen), value=view.k)),
        ("facing", controls.compared_method, one.method),
        ("facing", controls.other_model, gr.update(choices=models, value=other.key, interactive=len(models) > 1)),
        ("facing", controls.other_method, other.method),
        ("facing", controls.other_k, gr.update(maximum=most, value=other.k)),
        ("k", controls.other_k, gr.update(maximum=most, value=other.k)),
    ]


def show_comparison(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show two clusterings side by side, where one looks at that."""
    if view.page != COMPARE:
        return
    pair = screen.beside.pair(view.facing, view.k)
    if not screen.beside.is_compared(*pair):
        names = " and into ".join(named(screen, side) for side in pair)
        yield {parts.comparison: props(comparison=None, none=f"Clustering {screen.n_posts:,} posts into {names} …")}
    yield {parts.comparison: props(comparison=comparison_of(screen, view))}


def show_task_types(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show the stored task types side by side."""
    if view.page != COMPARE:
        return
    if not screen.beside.has_task_types(view.k):
        waiting = f"Clustering {screen.n_posts:,} posts once for each task type …"
        yield {parts.task_types: props(table=None, none=waiting)}
    yield {parts.task_types: props(table=task_types_of(screen, view))}


def show_queries(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show what asking questions in two ways would take, or ask them where the visitor wants that."""
    if view.page != COMPARE:
        return
    for shown in ask_queries(screen) if view.n_trials > 0 and not screen.beside.is_asked else [queries_of(screen)]:
        yield {parts.queries: props(**shown)} if shown else {}
