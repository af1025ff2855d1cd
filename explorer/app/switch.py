"""The switch between corpora at the top: an open page learns of those that come and go, and is told of changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from explorer.app.corpora import notice_others
from explorer.app.parts import Update, props
from explorer.app.stage import Stage
from ingest.errors import UserError

SECONDS_BETWEEN_LOOKS = 5.0

Choices = list[tuple[str, str]]  # titles and keys


@dataclass(frozen=True, slots=True)
class Sight:
    """What a page last saw: the corpora to choose from, and what it was told of changes to what it shows."""

    choices: Choices = field(default_factory=list)
    told: str = ""


def follow_corpora(stage: Stage) -> None:
    """Lay out what looks now and then whether what is stored has changed, within a ``gr.Blocks``."""
    parts, seen = stage.parts, gr.State(Sight())

    def look(before: Sight, request: gr.Request) -> Update:
        update, now = look_again(stage, before, request)
        return {**update, seen: now}

    gr.Timer(SECONDS_BETWEEN_LOOKS).tick(
        look, seen, [parts.controls.corpus, parts.notice, seen], show_progress="hidden", api_visibility="private"
    )


def look_again(stage: Stage, before: Sight, request: gr.Request) -> tuple[Update, Sight]:
    """Return what is new to a page since it last looked, and what it has seen now."""
    notice_others(stage.screens)
    now, update = Sight(choices_for(stage, request), stage.told_of_changes(request)), {}
    if now.choices != before.choices:
        update[stage.parts.controls.corpus] = _switch(now.choices)
    if now.told not in ("", before.told):
        update |= stage.told(request, {stage.parts.notice: props(text=now.told)})
    return update, now


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
