"""The outbox: updates on their way to a page, each complete enough that the loss of the one before does not matter.

Gradio's page keeps the props of an HTML component as one value. Of two updates that reach it within one frame it
forgets the first, with all the props that the second does not name.
"""

from __future__ import annotations

import time
from copy import copy
from inspect import signature
from typing import Any

import gradio as gr
from gradio.blocks import Block
from gradio.utils import delete_none

from explorer.app.guard import require_none_elsewhere
from explorer.app.parts import Update
from ingest.errors import UserError

KEPT_SECONDS = 2.0  # far longer than a page takes to draw
KIND = "__type__"
KNOWN = frozenset(signature(gr.HTML.__init__).parameters)  # what an update of these names is no prop


class Page(gr.Blocks):
    """A page that is sent whole values in place of what would delete something from the values before.

    Gradio sends each answer of a handler as edits of the one before, and its page makes them in that very one, even
    while it waits to be shown: what is deleted meanwhile is never shown.
    """

    async def preprocess_data(self, block_fn: Any, inputs: list[Any], *more: Any, **named: Any) -> list[Any]:
        """Take no file that is elsewhere: Gradio would fetch it for whoever asks."""
        require_none_elsewhere(inputs)
        return list(await super().preprocess_data(block_fn, inputs, *more, **named))

    async def call_function(self, *more: Any, **named: Any) -> Any:
        """Tell the visitor what can be mended, which is nothing for the log."""
        try:
            return await super().call_function(*more, **named)
        except UserError as error:
            raise gr.Error(str(error), print_exception=False) from None

    async def postprocess_data(self, block_fn: Any, predictions: Any, state: Any) -> list[Any]:
        """Make ready what an answer names of the page, and say of the rest that it stays.

        Gradio would make every part anew for each answer, named or not, only to read from it what it was given:
        three quarters of the work of a search.
        """
        if not (isinstance(predictions, dict) and predictions and all(isinstance(part, Block) for part in predictions)):
            return list(await super().postprocess_data(block_fn, predictions, state))
        ready = {part: _props_alone(value) for part, value in predictions.items() if _has_props_alone(part, value)}
        others = {part: value for part, value in predictions.items() if part not in ready}
        if others:
            brief = copy(block_fn)
            brief.outputs = [part for part in block_fn.outputs if part in others]
            ready.update(zip(brief.outputs, await super().postprocess_data(brief, others, state), strict=True))
        return [ready.get(part, gr.skip()) for part in block_fn.outputs]

    def handle_streaming_diffs(self, *answer: Any, **run: Any) -> list[Any]:
        is_first = self._values_of(run) is None
        edits = super().handle_streaming_diffs(*answer, **run)
        values = self._values_of(run)
        if is_first or values is None:
            return edits
        return [
            [["replace", [], value]] if any(action == "delete" for action, *_ in each) else each
            for each, value in zip(edits, values, strict=True)
        ]

    def _values_of(self, run: dict[str, Any]) -> list[Any] | None:
        """Return what the answers of a run that goes on have come to."""
        return self.pending_diff_streams.get(run["session_hash"], {}).get(run["run"])


class Outbox:
    """What was sent to one page of late."""

    def __init__(self) -> None:
        self._sent: dict[gr.HTML, dict[str, tuple[float, Any]]] = {}

    def complete(self, update: Update) -> Update:
        """Add to the props of each component those that it was sent a moment ago."""
        now = time.monotonic()
        return {
            component: self._with_recent(component, value, now) if _is_of_props(component, value) else value
            for component, value in update.items()
        }

    def _with_recent(self, component: gr.HTML, props: dict[str, Any], now: float) -> dict[str, Any]:
        sent = self._sent.get(component, {})
        recent = {name: (at, value) for name, (at, value) in sent.items() if now - at < KEPT_SECONDS}
        new = {name: (now, value) for name, value in props.items() if name != KIND}
        self._sent[component] = {**recent, **new}
        return {KIND: props[KIND], **{name: value for name, (_, value) in self._sent[component].items()}}


def merged(one: Update, other: Update) -> Update:
    """Return both updates in one; where they say different things of a component's prop, the other counts."""
    both = {**one, **other}
    for component in one.keys() & other.keys():
        if _is_of_props(component, one[component]):
            both[component] = {**one[component], **other[component]}
    return both


def _has_props_alone(component: Any, value: Any) -> bool:
    return _is_of_props(component, value) and not value.keys() & KNOWN


def _props_alone(value: dict[str, Any]) -> dict[str, Any]:
    """Return the update of an HTML component's props as Gradio sends it."""
    return {"props": delete_none(dict(value), skip_value=True), KIND: value[KIND]}


def _is_of_props(component: Any, value: Any) -> bool:
    return isinstance(component, gr.HTML) and isinstance(value, dict) and KIND in value
