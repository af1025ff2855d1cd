"""The layout: what stands where on the page, before anything is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

import gradio as gr

from explorer.app.classify_layout import classify_page
from explorer.app.clusterer_controls import k_slider, lay_out_clusterer
from explorer.app.compare_layout import compare_page
from explorer.app.components import (
    about_line,
    address,
    chips,
    cluster_table,
    evaluation,
    notice,
    post_list,
    reader,
    selection,
    suspects,
    sweep_chart,
    tabs,
    trust_line,
)
from explorer.app.data_layout import data_page
from explorer.app.field_controls import PLACEHOLDER, lay_out_where
from explorer.app.fitting import SUBSETS
from explorer.app.layers import COLORINGS
from explorer.app.map_settings import lay_out_settings, settings_button
from explorer.app.page_scripts import TOGGLE_FILTERS, TOGGLE_THEME
from explorer.app.panes import NOT_CLUSTERED, NOTHING_ASKED
from explorer.app.parts import Buttons, Controls, Parts
from explorer.app.point_map import Description, Message, point_map
from explorer.app.rights import EVERY_RIGHT, Rights
from explorer.app.screen import Screen
from explorer.app.view import (
    AGAINST,
    CLASSIFY,
    COMPARE,
    DATA,
    DEFAULT_METHOD,
    EVALUATE,
    EXPLORE,
    MOST_CHARACTERS,
    NEWSGROUP,
    NEWSGROUPS,
    READER,
    SELECTION,
    SUSPECTS,
)
from explorer.projection import METHODS
from explorer.search import MODES

EXAMPLES = (
    "bacteria that no medicine kills any more",
    "how much does a dealer make on a car?",
    "an asteroid with a moon of its own",
)
TRUST_MEANING = (
    "A map of two dimensions cannot keep everything. Of the posts that are truly nearest to a post, the first figure "
    "says how many are nearest on the map too. Trustworthiness says how far what looks near is truly near: 1 is "
    "perfect, a random map has 0.5. Color by Placement to see which posts are placed badly."
)
NAME = "<h1>semantic-explorer</h1>"
PAGE_TITLES = {EXPLORE: "Explore", EVALUATE: "Evaluate", COMPARE: "Compare", CLASSIFY: "Classify", DATA: "Data"}
PANE_TITLES = {READER: "Post", SELECTION: "Selection", SUSPECTS: "Suspects"}
QUESTION_LINES = 6  # the rest is scrolled to
MODE_TITLES = {"meaning": "Meaning", "keywords": "Keywords", "hybrid": "Both"}

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
    made["pages"] = tabs(PAGE_TITLES, chosen=EXPLORE, elem_id="pages")
    made["notice"] = notice(elem_id="notice")
    made["about"] = about_line(elem_id="about")
    with gr.Column(elem_id=EXPLORE):
        made |= _explore_page(screens)
    with gr.Column(elem_id=EVALUATE):
        made |= _evaluate_page()
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


def _explore_page(screens: Mapping[str, Screen]) -> Made:
    made = {**_asking(), **_narrowing(screens), **_filters(), **_controls(), **lay_out_settings()}
    with gr.Row(elem_id="work"):
        with gr.Column(scale=3, min_width=260):
            made["results"] = post_list(none=NOTHING_ASKED, elem_id="results")
        with gr.Column(scale=6, min_width=320, elem_id="middle"):
            made["map"] = point_map(Message("Opening the map …"), describe=describer(screens), elem_id="map")
            made["trust"] = trust_line(meaning=TRUST_MEANING, elem_id="trust")
        with gr.Column(scale=4, min_width=280, elem_id="side"):
            made["tabs"] = tabs(PANE_TITLES, chosen=READER, elem_id="tabs")
            made["reader"] = reader(elem_id=READER)
            made["selection"] = selection(elem_id=SELECTION)
            made["suspects"] = suspects(elem_id=SUSPECTS)
    made["clusters"] = cluster_table(none=NOT_CLUSTERED, elem_id="clusters")
    return made


def _evaluate_page() -> Made:
    with gr.Row(elem_id="evaluating"):
        k = k_slider("Number of clusters", elem_id="evaluated-k")
        against = gr.Radio(
            [(title.capitalize(), title) for title in AGAINST], value=NEWSGROUPS, label="Against", elem_id="against"
        )
        evaluate = gr.Button("Evaluate", elem_id="evaluate-clusters", min_width=110)
    return {
        "evaluated_k": k,
        "against": against,
        "evaluate": evaluate,
        "evaluation": evaluation(elem_id="evaluation"),
    }


def describer(screens: Mapping[str, Screen]) -> Callable[[str, list[int]], list[Description]]:
    """Return what tells the map about posts under the pointer."""

    def describe(corpus: str, indices: list[int]) -> list[Description]:
        screen = screens.get(corpus)
        return screen.descriptions(indices) if screen else []

    return describe


def _top(screens: Mapping[str, Screen]) -> Made:
    titles = [(screen.title, key) for key, screen in screens.items()]
    with gr.Row(elem_id="top"):
        gr.HTML(NAME, elem_id="name")
        corpus = gr.Dropdown(titles, label="Corpus", container=False, interactive=len(titles) > 1, elem_id="corpus")
        theme = gr.Button("Light / dark", size="sm", elem_id="theme")
    theme.click(None, js=TOGGLE_THEME, api_visibility="private")
    return {"corpus": corpus}


def _asking() -> Made:
    modes = [(MODE_TITLES[mode], mode) for mode in MODES]
    with gr.Row(elem_id="ask"):
        question = gr.Textbox(
            placeholder=PLACEHOLDER,
            label="Question",
            container=False,
            max_lines=QUESTION_LINES,
            max_length=MOST_CHARACTERS,
            elem_id="question",
            scale=8,
        )
        mode = gr.Radio(modes, value=MODES[0], label="Search by", show_label=False, container=False, elem_id="mode")
        ask = gr.Button("Search", variant="primary", elem_id="search", scale=1, min_width=110)
    return {"question": question, "mode": mode, "ask": ask}


def _narrowing(screens: Mapping[str, Screen]) -> Made:
    n_posts = max((screen.explorer.manifest.n_posts for screen in screens.values()), default=0)
    with gr.Row(elem_id="narrowed"):
        toggle = gr.Button("Filters", size="sm", elem_id="filters-toggle", min_width=80)
        filter_chips = chips(n_posts, n_posts, elem_id="chips")
        with gr.Row(elem_id="examples") as examples:
            suggestions = [gr.Button(text, size="sm", elem_classes="example") for text in EXAMPLES]
    toggle.click(None, js=TOGGLE_FILTERS, api_visibility="private")
    return {"chips": filter_chips, "examples": examples, "suggestions": suggestions}


def _filters() -> Made:
    subsets = [("All", ""), *((subset.capitalize(), subset) for subset in SUBSETS)]
    with gr.Row(elem_id="filters"):
        newsgroups = gr.Dropdown([], value=[], multiselect=True, label="Newsgroups", elem_id="newsgroups", scale=4)
        contains = gr.Textbox(
            label="Contains", placeholder="these words", max_length=MOST_CHARACTERS, elem_id="contains", scale=2
        )
        subset = gr.Radio(subsets, value="", label="Subset", elem_id="subset", scale=2)
        where = lay_out_where()
    return {"newsgroups": newsgroups, "subset": subset, "contains": contains, "where": where}


def _controls() -> Made:
    methods = [(method.title, name) for name, method in METHODS.items()]
    colorings = [(title.capitalize(), name) for name, title in COLORINGS.items()]
    with gr.Row(elem_id="controls"):
        method = gr.Radio(methods, value=DEFAULT_METHOD, label="Projection", elem_id="method", min_width=230)
        settings_button()
        color = gr.Dropdown(colorings, value=NEWSGROUP, label="Color by", elem_id="color", min_width=160)
        clusterer = lay_out_clusterer()
    return {"method": method, "color": color, **clusterer, "sweep_chart": sweep_chart(elem_id="sweep")}
