"""The controls as a view has them, where it comes from elsewhere: an address, a link, a saved map."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.clusterer_controls import clusterer_updates
from explorer.app.comparison_panels import facing_settings
from explorer.app.field_controls import coloring_choices, placeholder_of, where_update
from explorer.app.parts import Parts, Update
from explorer.app.screen import Screen
from explorer.app.view import PLANNED, View


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
