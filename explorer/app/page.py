"""The page: a question, its results, the map, a reader, and the clusters below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from explorer.app.components import cluster_table, notice, post_list, reader
from explorer.app.handlers import Handlers
from explorer.app.parts import COLORINGS, MOST_CLUSTERS, NEWSGROUP, Buttons, Parts
from explorer.app.point_map import Message, point_map
from explorer.app.screen import Screen
from explorer.projection import METHODS
from ingest.errors import NothingStoredError, UserError

EXAMPLES = (
    "bacteria that no medicine kills any more",
    "how much does a dealer make on a car?",
    "an asteroid with a moon of its own",
)
NAME = "<h1>semantic-explorer</h1>"
PLACEHOLDER = "Ask anything: a word, a sentence, a whole paragraph"
DEFAULT_METHOD = "umap"
DEFAULT_K = 20

EMPTY_STORE = """
Fill the store, then start the app again:

```sh
python -m ingest                   # 20 Newsgroups, or the bundled sample where that is out of reach
python -m explorer
```

Or both at once: `make explore`. Without an API key everything is embedded on this machine.
"""

# These run in the browser. Gradio keeps its theme as a class of the body; the choice outlives the page.
TOGGLE_THEME = "() => { localStorage.theme = document.body.classList.toggle('dark') ? 'dark' : 'light'; }"
RECALL_THEME = """() => {
  if (localStorage.theme) document.body.classList.toggle("dark", localStorage.theme === "dark");
}"""


def build_page(screens: Mapping[str, Screen]) -> gr.Blocks:
    """Lay out the page and connect its parts; the first screen is shown first."""
    page = gr.Blocks(title="semantic-explorer", analytics_enabled=False, fill_width=True)
    with page:
        corpus = _top(list(screens))
        question, buttons = _asking()
        warning = notice(elem_id="notice")
        method, color, n_clusters, cluster = _controls()
        results, the_map, the_reader = _panes()
        table = cluster_table(elem_id="clusters")
        hits = gr.State(())
        parts = Parts(
            corpus, question, results, the_map, the_reader, method, color, n_clusters, cluster, table, warning, hits
        )
        _connect(page, parts, buttons, Handlers(screens, parts))
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


def _top(titles: list[str]) -> gr.Dropdown:
    with gr.Row(elem_id="top"):
        gr.HTML(NAME, elem_id="name")
        corpus = gr.Dropdown(titles, label="Corpus", container=False, interactive=len(titles) > 1, elem_id="corpus")
        theme = gr.Button("Light / dark", size="sm", elem_id="theme")
    theme.click(None, js=TOGGLE_THEME)
    return corpus


def _asking() -> tuple[gr.Textbox, Buttons]:
    with gr.Row(elem_id="ask"):
        question = gr.Textbox(placeholder=PLACEHOLDER, label="Question", container=False, elem_id="question", scale=8)
        ask = gr.Button("Search", variant="primary", elem_id="search", scale=1, min_width=110)
    with gr.Row(elem_id="examples"):
        examples = [gr.Button(text, size="sm", elem_classes="example") for text in EXAMPLES]
    return question, Buttons(ask, examples)


def _controls() -> tuple[gr.Radio, gr.Radio, gr.Slider, gr.Button]:
    titles = [(method.title, name) for name, method in METHODS.items()]
    with gr.Row(elem_id="controls"):
        method = gr.Radio(titles, value=DEFAULT_METHOD, label="Projection", elem_id="method", min_width=230)
        color = gr.Radio(COLORINGS, value=NEWSGROUP, label="Color by", elem_id="color", min_width=220)
        n_clusters = gr.Slider(1, MOST_CLUSTERS, DEFAULT_K, step=1, label="Clusters (k)", elem_id="k", scale=2)
        cluster = gr.Button("Cluster", elem_id="cluster", min_width=110)
    return method, color, n_clusters, cluster


def _panes() -> tuple[gr.HTML, gr.HTML, gr.HTML]:
    with gr.Row(elem_id="work"):
        with gr.Column(scale=3, min_width=260):
            results = post_list(none="Results appear here, nearest in meaning first.", elem_id="results")
        with gr.Column(scale=6, min_width=320, elem_id="middle"):
            the_map = point_map(Message("Opening the map …"), elem_id="map")
        with gr.Column(scale=4, min_width=280):
            the_reader = reader(elem_id="reader")
    return results, the_map, the_reader


def _connect(page: gr.Blocks, parts: Parts, buttons: Buttons, handlers: Handlers) -> None:
    # Every question is taken, and the handlers drop the answers that come too late.
    quiet: dict[str, Any] = {
        "outputs": parts.all,
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "multiple",
    }
    searching: dict[str, Any] = {**quiet, "show_progress": "minimal", "show_progress_on": parts.results}
    view = [parts.corpus, parts.method, parts.n_clusters]
    page.load(None, js=RECALL_THEME, api_visibility="private")
    page.load(handlers.open_page, view, **quiet)
    page.unload(handlers.leave)
    parts.corpus.input(handlers.open_corpus, view, **quiet)
    gr.on([buttons.ask.click, parts.question.submit], handlers.search, [parts.corpus, parts.question], **searching)
    for example in buttons.examples:
        example.click(handlers.ask_example, [parts.corpus, example], **searching)
    for chooser in (parts.results, parts.map, parts.reader):
        chooser.select(handlers.read, [parts.corpus, parts.hits], **quiet)
    parts.method.input(handlers.project, [parts.corpus, parts.method], **quiet)
    parts.color.input(handlers.recolor, [parts.corpus, parts.color, parts.n_clusters], **quiet)
    parts.cluster.click(handlers.cluster, [parts.corpus, parts.n_clusters], **quiet)
