"""The switch between corpora at the top: an open page learns of those that come and go, and shows what it showed."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.stage import Stage
from ingest.errors import UserError

SECONDS_BETWEEN_LOOKS = 5.0

Choices = list[tuple[str, str]]  # titles and keys


def follow_corpora(stage: Stage) -> None:
    """Lay out what looks now and then whether there are other corpora to choose from, within a ``gr.Blocks``."""
    listed: gr.State = gr.State([])

    def look(before: Choices, request: gr.Request) -> tuple[Any, Any]:
        now = choices_for(stage, request)
        return (gr.skip(), gr.skip()) if now == before else (_switch(now), now)

    gr.Timer(SECONDS_BETWEEN_LOOKS).tick(
        look, listed, [stage.parts.controls.corpus, listed], show_progress="hidden", api_visibility="private"
    )


def choices_for(stage: Stage, request: gr.Request) -> Choices:
    """Return the corpora to choose from, and what a visitor looks at even where that is deleted by now."""
    choices = [(screen.title, key) for key, screen in stage.screens.items()]
    try:
        shown = stage.screen(request)
    except UserError:  # nothing is shown yet
        return choices
    is_there = shown.key in [key for _, key in choices]
    return choices if is_there else [*choices, (f"{shown.title} (deleted)", shown.key)]


def _switch(choices: Choices) -> Any:
    return gr.update(choices=choices, interactive=len(choices) > 1)
