"""The layout of the page that explores: a question, its results, the map, and what is read or selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from explorer.app.clusterer_controls import lay_out_clusterer
from explorer.app.components import chips, cluster_table, post_list, reader, selection, suspects, tabs, trust_line
from explorer.app.field_controls import PLACEHOLDER, lay_out_where
from explorer.app.findings import sweep_chart
from explorer.app.fitting import SUBSETS
from explorer.app.layers import COLORINGS
from explorer.app.map_settings import lay_out_settings, settings_button
from explorer.app.page_scripts import TOGGLE_FILTERS
from explorer.app.panes import NOT_CLUSTERED, NOTHING_ASKED
from explorer.app.screen import Screen
from explorer.app.view import DEFAULT_METHOD, MOST_CHARACTERS, NEWSGROUP, READER, SELECTION, SUSPECTS
from explorer.point_map import Description, Message, point_map
from explorer.projection import METHODS
from explorer.question import MODES

Made = dict[str, Any]

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
PANE_TITLES = {READER: "Post", SELECTION: "Selection", SUSPECTS: "Suspects"}
QUESTION_LINES = 6  # the rest is scrolled to
MODE_TITLES = {"meaning": "Meaning", "keywords": "Keywords", "hybrid": "Both"}


def explore_page(screens: Mapping[str, Screen]) -> Made:
    """Lay the page out, and return its components by name."""
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


def describer(screens: Mapping[str, Screen]) -> Callable[[str, list[int]], list[Description]]:
    """Return what tells the map about posts under the pointer."""

    def describe(corpus: str, indices: list[int]) -> list[Description]:
        screen = screens.get(corpus)
        return screen.descriptions(indices) if screen else []

    return describe


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
