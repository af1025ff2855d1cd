"""The page: a question, its results, the map, and what is read or selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from explorer.app.components import address, chips, cluster_table, notice, post_list, reader, selection, suspects, tabs
from explorer.app.fitting import SUBSETS
from explorer.app.handlers import Handlers
from explorer.app.layers import COLORINGS
from explorer.app.outbox import Page
from explorer.app.page_scripts import FETCH_FILE, START, TOGGLE_FILTERS, TOGGLE_THEME
from explorer.app.panes import NOT_CLUSTERED, NOTHING_ASKED
from explorer.app.parts import Buttons, Controls, Parts
from explorer.app.point_map import Description, Message, point_map
from explorer.app.screen import MOST_CLUSTERS, Screen
from explorer.app.stage import Stage
from explorer.app.view import DEFAULT_K, DEFAULT_METHOD, MOST_CHARACTERS, NEWSGROUP, READER, SELECTION, SUSPECTS
from explorer.projection import METHODS
from explorer.search import MODES
from ingest.errors import NothingStoredError, UserError

EXAMPLES = (
    "bacteria that no medicine kills any more",
    "how much does a dealer make on a car?",
    "an asteroid with a moon of its own",
)
NAME = "<h1>semantic-explorer</h1>"
PLACEHOLDER = "Ask anything: a word, a sentence, a whole paragraph"
PANE_TITLES = {READER: "Post", SELECTION: "Selection", SUSPECTS: "Suspects"}
QUESTION_LINES = 6  # the rest is scrolled to
MODE_TITLES = {"meaning": "Meaning", "keywords": "Keywords", "hybrid": "Both"}

EMPTY_STORE = """
Fill the store, then start the app again:

```sh
python -m ingest                   # 20 Newsgroups, or the bundled sample where that is out of reach
python -m explorer
```

Or both at once: `make explore`. Without an API key everything is embedded on this machine.
"""

# Where answers go to from the start; the page is opened when all of them are there.
NEEDED = (
    "#chips ul",
    "#notice p",
    "#results ol",
    "#map canvas",
    "#tabs [role=tab]",
    "#reader article",
    "#selection section",
    "#suspects ol",
    "#clusters .clusters",
)
KEPT_SECONDS = 3_600  # an exported file


def build_page(screens: Mapping[str, Screen]) -> gr.Blocks:
    """Lay out the page and connect its parts; the first screen is shown first."""
    page = Page(
        title="semantic-explorer", analytics_enabled=False, fill_width=True, delete_cache=(KEPT_SECONDS, KEPT_SECONDS)
    )
    with page:
        parts, buttons = _lay_out(screens)
        _connect(page, parts, buttons, Handlers(Stage(screens, parts)))
    return page


def build_empty_page(error: UserError) -> gr.Blocks:
    """Lay out the page of a store with nothing to explore, or that cannot be read."""
    page = gr.Blocks(title="semantic-explorer", analytics_enabled=False)
    with page:
        gr.HTML(NAME, elem_id="name")
        notice(str(error), elem_id="notice")
        if isinstance(error, NothingStoredError):
            gr.Markdown(EMPTY_STORE, elem_id="empty")
    return page


def _lay_out(screens: Mapping[str, Screen]) -> tuple[Parts, Buttons]:
    corpus = _top(screens)
    question, mode, ask = _asking()
    warning = notice(elem_id="notice")
    n_posts = next(iter(screens.values())).explorer.manifest.n_posts
    with gr.Row(elem_id="narrowed"):
        toggle = gr.Button("Filters", size="sm", elem_id="filters-toggle", min_width=80)
        filter_chips = chips(n_posts, n_posts, elem_id="chips")
        with gr.Row(elem_id="examples") as examples_row:
            examples = [gr.Button(text, size="sm", elem_classes="example") for text in EXAMPLES]
    toggle.click(None, js=TOGGLE_FILTERS, api_visibility="private")
    newsgroups, subset, contains = _filters()
    method, color, k, cluster = _controls()
    with gr.Row(elem_id="work"):
        with gr.Column(scale=3, min_width=260):
            results = post_list(none=NOTHING_ASKED, elem_id="results")
        with gr.Column(scale=6, min_width=320, elem_id="middle"):
            the_map = point_map(Message("Opening the map …"), describe=describer(screens), elem_id="map")
        with gr.Column(scale=4, min_width=280, elem_id="side"):
            side_tabs = tabs(PANE_TITLES, chosen=READER, elem_id="tabs")
            the_reader = reader(elem_id=READER)
            explanation = selection(elem_id=SELECTION)
            suspected = suspects(elem_id=SUSPECTS)
    table = cluster_table(none=NOT_CLUSTERED, elem_id="clusters")
    controls = Controls(corpus, question, mode, newsgroups, subset, contains, method, color, k)
    parts = Parts(
        controls=controls,
        examples=examples_row,
        chips=filter_chips,
        results=results,
        map=the_map,
        tabs=side_tabs,
        reader=the_reader,
        selection=explanation,
        suspects=suspected,
        clusters=table,
        notice=warning,
        address=address(needs=NEEDED, elem_id="address"),
        download=gr.DownloadButton("Download", visible="hidden", elem_id="download"),
    )
    return parts, Buttons(ask, cluster, examples)


def describer(screens: Mapping[str, Screen]) -> Callable[[str, list[int]], list[Description]]:
    """Return what tells the map about posts under the pointer."""

    def describe(corpus: str, indices: list[int]) -> list[Description]:
        screen = screens.get(corpus)
        return screen.descriptions(indices) if screen else []

    return describe


def _top(screens: Mapping[str, Screen]) -> gr.Dropdown:
    titles = [(screen.title, key) for key, screen in screens.items()]
    with gr.Row(elem_id="top"):
        gr.HTML(NAME, elem_id="name")
        corpus = gr.Dropdown(titles, label="Corpus", container=False, interactive=len(titles) > 1, elem_id="corpus")
        theme = gr.Button("Light / dark", size="sm", elem_id="theme")
    theme.click(None, js=TOGGLE_THEME, api_visibility="private")
    return corpus


def _asking() -> tuple[gr.Textbox, gr.Radio, gr.Button]:
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
    return question, mode, ask


def _filters() -> tuple[gr.Dropdown, gr.Radio, gr.Textbox]:
    subsets = [("All", ""), *((subset.capitalize(), subset) for subset in SUBSETS)]
    with gr.Row(elem_id="filters"):
        newsgroups = gr.Dropdown([], value=[], multiselect=True, label="Newsgroups", elem_id="newsgroups", scale=4)
        contains = gr.Textbox(
            label="Contains", placeholder="these words", max_length=MOST_CHARACTERS, elem_id="contains", scale=2
        )
        subset = gr.Radio(subsets, value="", label="Subset", elem_id="subset", scale=2)
    return newsgroups, subset, contains


def _controls() -> tuple[gr.Radio, gr.Dropdown, gr.Slider, gr.Button]:
    methods = [(method.title, name) for name, method in METHODS.items()]
    colorings = [(title.capitalize(), name) for name, title in COLORINGS.items()]
    with gr.Row(elem_id="controls"):
        method = gr.Radio(methods, value=DEFAULT_METHOD, label="Projection", elem_id="method", min_width=230)
        color = gr.Dropdown(colorings, value=NEWSGROUP, label="Color by", elem_id="color", min_width=160)
        k = gr.Slider(1, MOST_CLUSTERS, DEFAULT_K, step=1, label="Clusters (k)", elem_id="k", min_width=220)
        cluster = gr.Button("Cluster", elem_id="cluster", min_width=110)
    return method, color, k, cluster


def _connect(page: gr.Blocks, parts: Parts, buttons: Buttons, handlers: Handlers) -> None:
    # Every question is taken, and the stage drops the answers that come too late.
    quiet: dict[str, Any] = {
        "outputs": parts.all,
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "multiple",
    }
    searching: dict[str, Any] = {**quiet, "show_progress": "minimal", "show_progress_on": parts.results}
    page.load(None, js=START, api_visibility="private")
    page.unload(handlers.leave)
    _connect_questions(parts, buttons, handlers, searching)
    _connect_filters(parts, handlers, quiet)
    _connect_reading(parts, handlers, quiet)
    _connect_map(parts, buttons, handlers, quiet)
    parts.controls.corpus.input(handlers.open_corpus, parts.controls.corpus, **quiet)
    parts.address.input(handlers.navigate, None, **quiet)


def _connect_questions(parts: Parts, buttons: Buttons, handlers: Handlers, searching: dict[str, Any]) -> None:
    controls = parts.controls
    asking = [buttons.ask.click, controls.question.submit, controls.mode.input]
    gr.on(asking, handlers.ask, [controls.question, controls.mode], **searching)
    for example in buttons.examples:
        example.click(handlers.ask_example, example, **searching)
    parts.results.expand(handlers.find_more, None, **searching)
    for chooser in (parts.results, parts.reader):
        chooser.like(handlers.like, None, **searching)
    parts.selection.submit(handlers.like_selection, None, **searching)


def _connect_filters(parts: Parts, handlers: Handlers, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    controls.newsgroups.input(handlers.choose_newsgroups, controls.newsgroups, **quiet)
    controls.subset.input(handlers.choose_subset, controls.subset, **quiet)
    gr.on([controls.contains.submit, controls.contains.blur], handlers.choose_contained, controls.contains, **quiet)
    parts.chips.delete(handlers.remove_chip, None, **quiet)
    parts.chips.clear(handlers.remove_chips, None, **quiet)
    parts.clusters.select(handlers.select_cluster, None, **quiet)
    parts.selection.clear(handlers.remove_chips, None, **quiet)


def _connect_reading(parts: Parts, handlers: Handlers, quiet: dict[str, Any]) -> None:
    parts.map.select(handlers.select_point, None, **quiet)
    for chooser in (parts.results, parts.reader, parts.selection, parts.suspects):
        chooser.select(handlers.select_post, None, **quiet)
    parts.tabs.input(handlers.choose_pane, None, **quiet)
    parts.suspects.input(handlers.choose_suspects, None, **quiet)
    parts.suspects.expand(handlers.list_more_suspects, None, **quiet)


def _connect_map(parts: Parts, buttons: Buttons, handlers: Handlers, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    controls.method.input(handlers.project, controls.method, **quiet)
    controls.color.input(handlers.recolor, controls.color, **quiet)
    buttons.cluster.click(handlers.cluster, controls.k, **quiet)
    parts.map.apply(handlers.select_region, None, **quiet)
    parts.map.clear(handlers.clear_map, None, **quiet)
    parts.map.input(handlers.press_legend, None, **quiet)
    parts.map.release(handlers.set_least, None, **quiet)
    exporting = parts.selection.download(handlers.download, None, **quiet)
    exporting.then(None, parts.download, js=FETCH_FILE, api_visibility="private")
