"""The layout: what stands where on the page, before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

import gradio as gr

from explorer.app.classify_layout import classify_page
from explorer.app.compare_layout import compare_page
from explorer.app.components import (
    about_line,
    address,
    notice,
    tabs,
)
from explorer.app.data_layout import data_page
from explorer.app.evaluate_layout import evaluate_page
from explorer.app.explore_layout import explore_page
from explorer.app.page_scripts import TOGGLE_THEME
from explorer.app.parts import Buttons, Controls, Parts
from explorer.app.rights import EVERY_RIGHT, Rights
from explorer.app.screen import Screen
from explorer.app.view import (
    CLASSIFY,
    COMPARE,
    DATA,
    EVALUATE,
    EXPLORE,
)

NAME = "<h1>semantic-explorer</h1>"
PAGE_TITLES = {EXPLORE: "Explore", EVALUATE: "Evaluate", COMPARE: "Compare", CLASSIFY: "Classify", DATA: "Data"}

# Where answers go to from the start; the page is opened when all of them are there.
NEEDED = (
    "#pages [role=tab]",
    "#chips ul",
    "#notice p",
    "#about p",
    "#results ol",
    "#map canvas",
    "#trust .trust",
    "#saved .saved",
    "#tabs [role=tab]",
    "#reader article",
    "#selection section",
    "#suspects ol",
    "#clusters .clusters",
    "#sweep section",
    "#evaluation .evaluation",
    "#training .shown",
    "#guesses .guessed",
    "#report .classification",
    "#comparison .comparison",
    "#task-types .task-types",
    "#queries .queries",
    "#holdings .holdings",
    "#work-done .work-done",
)

Made = dict[str, Any]  # components by the names that Parts, Controls and Buttons have for them
T = TypeVar("T")


def lay_out(screens: Mapping[str, Screen], rights: Rights = EVERY_RIGHT) -> tuple[Parts, Buttons]:
    """Lay out what every page has, and the pages."""
    made = _top(screens)
    made["notice"] = notice(elem_id="notice")
    made["about"] = about_line(elem_id="about")
    with gr.Column(elem_id=EXPLORE):
        made |= explore_page(screens)
    with gr.Column(elem_id=EVALUATE):
        made |= evaluate_page()
    with gr.Column(elem_id=CLASSIFY):
        made |= classify_page()
    with gr.Column(elem_id=COMPARE):
        made |= compare_page()
    with gr.Column(elem_id=DATA):
        made |= data_page(rights)
    made["address"] = address(needs=NEEDED, elem_id="address")
    made["download"] = gr.DownloadButton("Download", visible="hidden", elem_id="download")
    made["controls"] = _gathered(Controls, made)
    return _gathered(Parts, made), _gathered(Buttons, made)


def _gathered(kind: type[T], made: Made) -> T:
    return kind(**{each.name: made[each.name] for each in fields(kind)})  # type: ignore[arg-type]


def _top(screens: Mapping[str, Screen]) -> Made:
    titles = [(screen.title, key) for key, screen in screens.items()]
    with gr.Row(elem_id="top"):
        gr.HTML(NAME, elem_id="name")
        pages = tabs(PAGE_TITLES, chosen=EXPLORE, elem_id="pages")
        corpus = gr.Dropdown(titles, label="Corpus", container=False, interactive=len(titles) > 1, elem_id="corpus")
        theme = gr.Button("Light / dark", size="sm", elem_id="theme")
    theme.click(None, js=TOGGLE_THEME, api_visibility="private")
    return {"pages": pages, "corpus": corpus}
