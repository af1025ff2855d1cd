"""The page's own components: each a template, a style and a script; texts reach the page as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import gradio as gr

FOLDER = Path(__file__).parent

# Gradio fills a template's placeholders and then evaluates the result as JavaScript, so that `${...}` in
# a post would run. The templates have no placeholders: scripts put texts in with `textContent`.
POST_LIST = """
<p class="count" role="status"></p>
<div class="pane">
  <ol class="posts" aria-label="Results"></ol>
  <button type="button" class="button expand" hidden>Show more</button>
  <p class="none"></p>
</div>
"""
READER = """
<div class="toolbar" role="group" aria-label="Post" hidden>
  <button type="button" class="button previous" title="Previous (key k)" aria-keyshortcuts="k">Previous</button>
  <button type="button" class="button next" title="Next (key j)" aria-keyshortcuts="j">Next</button>
  <button type="button" class="button icon like" aria-label="More like this" title="More like this">+</button>
  <button type="button" class="button icon unlike" aria-label="Less like this" title="Less like this">&minus;</button>
  <button type="button" class="button copy">Copy id</button>
</div>
<article class="reader" aria-label="Post" tabindex="0"></article>
<p class="told" role="status"></p>
"""
SELECTION = """
<section class="selection" aria-label="Selection" tabindex="0"></section>
"""
SUSPECTS = """
<div class="kinds" role="group" aria-label="Kinds of suspects"></div>
<p class="explanation" role="status"></p>
<div class="pane">
  <ol class="posts" aria-label="Suspects"></ol>
  <button type="button" class="button expand" hidden>Show more</button>
  <p class="none"></p>
</div>
"""
CHIPS = """
<p class="count" role="status"></p>
<ul class="chips" aria-label="Filters"></ul>
<button type="button" class="button clear" hidden>Clear all</button>
"""
CLUSTER_TABLE = """
<div class="offering">
  <p class="saying" role="status"></p>
  <button type="button" class="button offer" hidden></button>
</div>
<div class="clusters"></div>
"""
EVALUATION = '<div class="evaluation"></div>'
TRAINING = """
<p class="lesson"></p>
<div class="going">
  <p class="status" role="status"></p>
  <button type="button" class="button cancel" hidden>Cancel</button>
</div>
<div class="shown"></div>
<p class="none" role="alert"></p>
"""
CLASSIFICATION = '<div class="classification"></div>'
GUESSES = """
<div class="guessed" role="status"></div>
<p class="none"></p>
"""
COMPARISON = '<div class="comparison"></div>'
TASK_TYPES = '<div class="task-types"></div>'
HOLDINGS = '<div class="holdings"></div>'
WORK_DONE = '<div class="work-done"></div>'
QUERIES = '<div class="queries"></div>'
SWEEP_CHART = """
<section class="sweep" aria-label="Which k?" hidden>
  <header>
    <h2>Which k?</h2>
    <p class="progress" role="status"></p>
    <button type="button" class="button stop">Cancel</button>
    <button type="button" class="button retry">Go on</button>
    <button type="button" class="button icon close" aria-label="Close “Which k?”" title="Close">&times;</button>
  </header>
  <div class="charts"></div>
  <p class="reason"></p>
  <details><summary>All figures</summary><div class="figures"></div></details>
</section>
"""
TABS = '<div class="tabs" role="tablist" aria-label="What is shown"></div>'
TRUST_LINE = """
<p class="trust" role="status" hidden>
  <span class="said"></span>
  <button type="button" class="why" aria-label="What these figures mean">?</button>
  <span class="meaning" role="tooltip" hidden></span>
</p>
"""
SAVED_MAPS = '<section class="saved"><h3>Saved maps</h3><ul class="maps" aria-label="Saved maps"></ul></section>'
NOTICE = '<p class="notice" role="alert"></p>'
ABOUT = '<p class="notice" role="note"></p>'
NOTHING = "<span hidden></span>"

POSTS = ("marking", "posts")  # the shared files of those that show posts

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Sequence[Row]


def post_list(
    rows: Rows = (), *, n_found: int = 0, chosen: str | None = None, none: str = "", **options: Any
) -> gr.HTML:
    """Lay out ranked posts, the first of ``n_found``; ``none`` is said where there are none.

    Triggers ``select`` with an ``id``, ``like`` with an ``id`` and whether it is ``liked``, and
    ``expand`` when more posts are asked for.
    """
    props = {"rows": list(rows), "n_found": n_found, "chosen": chosen, "none": none}
    return _component(POST_LIST, (*POSTS, "growing_list", "post_list"), {**props, **options})


def reader(post: Row | None = None, **options: Any) -> gr.HTML:
    """Lay out one post with its neighbors.

    Triggers ``select`` with the ``id`` of a neighbor, or of the previous or next post, and ``like``
    with the ``id`` and whether it is ``liked``.
    """
    return _component(READER, (*POSTS, "post_text", "reader"), {"post": post, **options})


def selection(explanation: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out what is selected on the map; ``none`` says how to select.

    Triggers ``select`` with an ``id``, ``submit`` to find more like these, ``download`` with a
    ``format`` (csv, jsonl, parquet, html, png or svg), and ``clear``.
    """
    return _component(SELECTION, (*POSTS, "selection"), {"explanation": explanation, "none": none, **options})


def suspects(
    kinds: Rows = (), *, chosen: str | None = None, rows: Rows = (), n_found: int = 0, **options: Any
) -> gr.HTML:
    """Lay out kinds of suspects and the posts of the chosen kind, each with its reason.

    Triggers ``input`` with a ``kind``, ``select`` with an ``id``, and ``expand``.
    """
    props = {"kinds": list(kinds), "chosen": chosen, "rows": list(rows), "n_found": n_found}
    return _component(SUSPECTS, (*POSTS, "growing_list", "suspects"), {**props, **options})


def chips(n_shown: int = 0, n_posts: int = 0, chips: Rows = (), **options: Any) -> gr.HTML:
    """Lay out how many posts pass, and a chip for each thing that narrows them.

    Triggers ``delete`` with a chip's ``name`` and ``value``, and ``clear``.
    """
    return _component(CHIPS, ("chips",), {"n_shown": n_shown, "n_posts": n_posts, "chips": list(chips), **options})


def cluster_table(
    rows: Rows = (),
    *,
    n_unclustered: int = 0,
    chosen: Sequence[int] = (),
    none: str = "",
    offer: str = "",
    **options: Any,
) -> gr.HTML:
    """Lay out the clusters, or say ``none``; ``offer`` is a button's text, and ``told`` stands beside it.

    ``n_unclustered`` posts are in none of them. A click on a row triggers ``select`` with its ``cluster``, one on its
    typical post ``input`` with that ``id``, and one on the offer ``submit``.
    """
    shown = {"rows": list(rows), "n_unclustered": n_unclustered, "chosen": list(chosen)}
    props = {**shown, "none": none, "offer": offer, "told": ""}
    return _component(CLUSTER_TABLE, ("cluster_table",), {**props, **options})


def evaluation(found: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out how well clusters agree with newsgroups, or say ``none``.

    Triggers ``select`` with the ``newsgroup`` and the ``cluster`` of a cell of the confusion matrix.
    """
    return _component(EVALUATION, ("matrix", "evaluation"), {"evaluation": found, "none": none, **options})


def training(training: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out how a classifier learns and how accurate it is, or say ``none``; triggers ``stop``."""
    return _component(TRAINING, ("curves", "accuracies", "training"), {"training": training, "none": none, **options})


def classification(report: Row | None = None, **options: Any) -> gr.HTML:
    """Lay out how well each newsgroup is recognized.

    Triggers ``apply`` with the ``actual`` and the ``predicted`` newsgroup of a cell of the confusion matrix, and
    ``select`` with the ``id`` of a post.
    """
    return _component(CLASSIFICATION, ("matrix", "scores", "classification"), {"report": report, **options})


def guesses(answer: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out the newsgroups that a text is probably of, or say ``none``."""
    return _component(GUESSES, ("guesses",), {"answer": answer, "none": none, **options})


def comparison(found: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out how two clusterings agree with each other and with the newsgroups, or say ``none``.

    Triggers ``select`` with the ``cluster`` of the one and of the ``other`` of a cell of the matrix.
    """
    names = ("sections", "figure_table", "matrix", "comparison")
    return _component(COMPARISON, names, {"comparison": found, "none": none, **options})


def task_types(table: Row | None = None, *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out the figures of the stored task types side by side, or say ``none``."""
    return _component(TASK_TYPES, ("sections", "figure_table", "task_types"), {"table": table, "none": none, **options})


def queries(**options: Any) -> gr.HTML:
    """Lay out what questions embedded in two ways have ``found``, an ``offer`` to ask them, or its ``progress``.

    Triggers ``submit`` where they are to be asked, and ``clear`` where that is enough.
    """
    shown = {"found": None, "offer": None, "progress": None, "problem": ""}
    return _component(QUERIES, ("sections", "figure_table", "queries"), {**shown, **options})


def holdings(**options: Any) -> gr.HTML:
    """Lay out what the store holds, its ``rows`` and ``totals``, and what can be done with it and its own ``corpora``.

    Triggers ``submit`` with a ``kind`` of job and the ``corpus`` that it is for; what deletes is confirmed before.
    Where ``read_only`` says why, nothing can be done.
    """
    shown = {"rows": [], "corpora": [], "totals": "", "waiting": "", "read_only": ""}
    return _component(HOLDINGS, ("sections", "listing", "holdings"), {**shown, **options})


def work_done(**options: Any) -> gr.HTML:
    """Lay out the work that goes on, by its ``title`` and ``stages``, or the ``outcome`` of the last.

    Triggers ``submit`` where what was estimated is to be ingested, and ``stop`` to cancel what goes on.
    """
    shown = {"title": "", "stages": [], "can_cancel": False, "outcome": None}
    return _component(WORK_DONE, ("sections", "listing", "work_done"), {**shown, **options})


def sweep_chart(sweep: Row | None = None, *, stopped: Row | None = None, chosen: int = 0, **options: Any) -> gr.HTML:
    """Lay out what numbers of clusters are like; nothing is shown without a ``sweep``, or where a later turn closed it.

    Triggers ``select`` with a ``k``, ``stop`` to cancel what is computed, ``retry`` to go on with it, and ``clear``.
    """
    props = {"sweep": sweep, "stopped": stopped, "chosen": chosen}
    return _component(SWEEP_CHART, ("sweep_figures", "sweep_chart"), {**props, **options})


def tabs(titles: Mapping[str, str], *, chosen: str, **options: Any) -> gr.HTML:
    """Lay out tabs for elements of the page, by their ids, of which only the chosen one is shown.

    Triggers ``input`` with the id that is ``chosen``. Gradio's own tabs tell of a choice that Python made as if
    it had been a visitor's, and lay out what is behind a tab when that is first opened.
    """
    return _component(TABS, ("tabs",), {"titles": list(titles.items()), "chosen": chosen, **options})


def notice(text: str = "", **options: Any) -> gr.HTML:
    """Lay out a line that says what went wrong and what to do; empty shows nothing."""
    return _component(NOTICE, ("notice",), {"text": text, **options})


def about_line(text: str = "", **options: Any) -> gr.HTML:
    """Lay out a line on what one looks at; empty shows nothing."""
    return _component(ABOUT, ("notice", "about"), {"text": text, **options})


def trust_line(text: str = "", *, meaning: str, **options: Any) -> gr.HTML:
    """Lay out a line on how far the map can be trusted, with what it means for whoever asks."""
    return _component(TRUST_LINE, ("trust_line",), {"text": text, "meaning": meaning, **options})


def saved_maps(rows: Rows = (), *, chosen: str = "", **options: Any) -> gr.HTML:
    """Lay out the maps that there are; a click triggers ``select`` with the ``plan`` of one."""
    return _component(SAVED_MAPS, ("saved_maps",), {"rows": list(rows), "chosen": chosen, **options})


def address(query: str | None = None, *, needs: Sequence[str] = (), **options: Any) -> gr.HTML:
    """Keep the query of the page's address, and trigger ``input`` wherever the browser goes.

    The event has the ``query`` and its ``place`` among all, as events that are triggered at once may overtake.
    It goes to the query that the page is opened with as soon as there is an element for each of the selectors
    ``needs``; later Back and Forward lead somewhere. The first query given replaces the address, each later one
    is a new entry of the browser's history. None is no query yet, and leaves the address as it is.
    """
    return _component(NOTHING, ("address",), {"query": query, "needs": list(needs), "visible": "hidden", **options})


def _component(template: str, names: Sequence[str], options: dict[str, Any]) -> gr.HTML:
    return gr.HTML(
        html_template=template,
        css_template=_joined("css", names),
        js_on_load=_joined("js", names),
        apply_default_css=False,
        **options,
    )


def _joined(suffix: str, names: Sequence[str]) -> str:
    """Join the shared files and those of the names; not every script has a style."""
    paths = [FOLDER / f"{name}.{suffix}" for name in ("dom", *names)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
