"""Updates on their way to a page: each names what its component was sent a moment ago."""

from __future__ import annotations

from typing import Any

import gradio as gr
import pytest

from explorer.app.outbox import KEPT_SECONDS, KIND, Outbox, Page, merged
from explorer.app.parts import props
from tests.awaiting import awaited
from tests.sending import Clock

A_MOMENT = KEPT_SECONDS * 0.9


def said(update: dict[str, Any]) -> dict[str, Any]:
    """Return the props of an update."""
    return {name: value for name, value in update.items() if name != KIND}


def test_the_first_update_goes_as_it_is() -> None:
    results = gr.HTML()
    assert Outbox().complete({results: props(rows=[])}) == {results: props(rows=[])}


def test_an_update_names_what_was_sent_a_moment_ago(clock: Clock) -> None:
    outbox, results = Outbox(), gr.HTML()
    outbox.complete({results: props(rows=["a"], n_found=1)})
    clock.naps.append(A_MOMENT)
    assert outbox.complete({results: props(chosen="a")}) == {results: props(rows=["a"], n_found=1, chosen="a")}


def test_what_was_sent_longer_ago_is_on_the_page_and_not_sent_again(clock: Clock) -> None:
    outbox, results = Outbox(), gr.HTML()
    outbox.complete({results: props(rows=["a"])})
    clock.naps.append(KEPT_SECONDS)
    assert outbox.complete({results: props(chosen="a")}) == {results: props(chosen="a")}


def test_what_is_sent_again_only_beside_something_else_gets_no_older(clock: Clock) -> None:
    outbox, results = Outbox(), gr.HTML()
    outbox.complete({results: props(rows=["a"])})
    clock.naps.append(A_MOMENT)
    outbox.complete({results: props(chosen="a")})
    clock.naps.append(A_MOMENT)
    assert said(outbox.complete({results: props(n_found=1)})[results]) == {"chosen": "a", "n_found": 1}


def test_what_is_said_now_counts_more_than_what_was_said_before() -> None:
    outbox, results = Outbox(), gr.HTML()
    outbox.complete({results: props(rows=["a"])})
    assert said(outbox.complete({results: props(rows=[])})[results]) == {"rows": []}


def test_what_was_taken_off_stays_off() -> None:
    outbox, reader = Outbox(), gr.HTML()
    outbox.complete({reader: props(post=None)})
    assert said(outbox.complete({reader: props(words=["a"])})[reader]) == {"post": False, "words": ["a"]}


def test_each_component_is_told_its_own_and_only_when_it_is_told_anything() -> None:
    outbox, results, reader = Outbox(), gr.HTML(), gr.HTML()
    outbox.complete({results: props(rows=["a"]), reader: props(post="a")})
    assert outbox.complete({results: props(chosen="a")}) == {results: props(rows=["a"], chosen="a")}


def test_another_page_is_told_nothing_of_it() -> None:
    results = gr.HTML()
    Outbox().complete({results: props(rows=["a"])})
    assert Outbox().complete({results: props(chosen="a")}) == {results: props(chosen="a")}


def test_components_that_gradio_updates_prop_by_prop_are_left_alone() -> None:
    outbox, question, row, page = Outbox(), gr.Textbox(), gr.Row(), gr.HTML()
    outbox.complete({question: gr.update(value="orbit"), row: gr.update(visible=False), page: "markup"})
    update = {question: gr.update(interactive=True), row: gr.update(scale=1), page: "other markup"}
    assert outbox.complete(update) == update


def test_an_update_is_completed_in_a_copy() -> None:
    outbox, results = Outbox(), gr.HTML()
    first, second = {results: props(rows=["a"])}, {results: props(chosen="a")}
    for update in (first, second):
        outbox.complete(update)
    assert (first, second) == ({results: props(rows=["a"])}, {results: props(chosen="a")})


def test_merging_keeps_what_either_says_of_a_component() -> None:
    results, reader = gr.HTML(), gr.HTML()
    one, other = {results: props(rows=["a"])}, {results: props(chosen="a"), reader: props(post="a")}
    assert merged(one, other) == {results: props(rows=["a"], chosen="a"), reader: props(post="a")}


def test_of_two_things_said_of_a_prop_the_later_counts() -> None:
    results = gr.HTML()
    assert merged({results: props(rows=["a"])}, {results: props(rows=[])}) == {results: props(rows=[])}


def test_merging_nothing_changes_nothing() -> None:
    update = {gr.HTML(): props(rows=["a"])}
    assert merged({}, update) == merged(update, {}) == update


def test_of_two_values_of_another_component_the_later_counts() -> None:
    question = gr.Textbox()
    assert merged({question: "orbit"}, {question: "puck"}) == {question: "puck"}


@pytest.mark.parametrize(
    "update",
    [
        {"results": props(rows=[{"id": "a", "similarity": None}], chosen=None)},
        {"results": props(rows=[], value="<p>"), "k": 3},
        {"k": gr.update(maximum=5, value=4), "question": "orbit"},
        {"results": gr.update(visible=False), "reader": props(post={})},
        {"results": props()},
    ],
)
def test_the_page_is_sent_what_gradio_would_send_of_what_is_named_and_nothing_else(update: dict[str, Any]) -> None:
    def sent(make_page: type[gr.Blocks]) -> dict[str, Any]:
        with make_page() as page:
            parts = {"results": gr.HTML(), "reader": gr.HTML(), "k": gr.Slider(1, 9), "question": gr.Textbox()}
            page.load(lambda: None, None, list(parts.values()))
        answer = {parts[name]: dict(value) if isinstance(value, dict) else value for name, value in update.items()}
        return dict(zip(parts, awaited(page.postprocess_data(page.fns[0], answer, None)), strict=True))

    ours, gradios = sent(Page), sent(gr.Blocks)

    assert {name: ours[name] for name in update} == {name: gradios[name] for name in update}
    assert all(ours[name] == gr.skip() for name in ours.keys() - update.keys())
