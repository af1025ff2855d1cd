"""The page's own components: each a template, a style and a script of its name; texts reach the page as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import gradio as gr

FOLDER = Path(__file__).parent


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
    return component((*POSTS, "growing_list", "post_list"), {**props, **options})


def reader(post: Row | None = None, **options: Any) -> gr.HTML:
    """Lay out one post with its neighbors.

    Triggers ``select`` with the ``id`` of a neighbor, or of the previous or next post, and ``like``
    with the ``id`` and whether it is ``liked``.
    """
    return component((*POSTS, "headings", "post_text", "reader"), {"post": post, **options})


def selection(explanation: Row | None = None, *, none: str = "", n_posts: int = 0, **options: Any) -> gr.HTML:
    """Lay out what is selected on the map; where nothing is, ``none`` says how to, and all posts can be exported.

    Triggers ``select`` with an ``id``, ``submit`` to find more like these, ``download`` with a
    ``format`` (csv, jsonl, parquet, html, png or svg), and ``clear``.
    """
    props = {"explanation": explanation, "none": none, "n_posts": n_posts}
    return component((*POSTS, "headings", "selection"), {**props, **options})


def suspects(
    kinds: Rows = (), *, chosen: str | None = None, rows: Rows = (), n_found: int = 0, **options: Any
) -> gr.HTML:
    """Lay out kinds of suspects and the posts of the chosen kind, each with its reason; the prop ``none`` says what is
    waited for.

    Triggers ``input`` with a ``kind``, ``select`` with an ``id``, and ``expand``.
    """
    props = {"kinds": list(kinds), "chosen": chosen, "rows": list(rows), "n_found": n_found, "none": ""}
    return component((*POSTS, "growing_list", "suspects"), {**props, **options})


def chips(n_shown: int = 0, n_posts: int = 0, chips: Rows = (), **options: Any) -> gr.HTML:
    """Lay out how many posts pass, and a chip for each thing that narrows them.

    Triggers ``delete`` with a chip's ``name`` and ``value``, and ``clear``.
    """
    return component(("chips",), {"n_shown": n_shown, "n_posts": n_posts, "chips": list(chips), **options})


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

    ``n_unclustered`` posts are in none of them: the prop ``rest`` says what they are. A click on a row triggers
    ``select`` with its ``cluster``, one on its typical post ``input`` with that ``id``, one on the offer ``submit``.
    """
    shown = {"rows": list(rows), "n_unclustered": n_unclustered, "chosen": list(chosen)}
    props = {**shown, "rest": "", "none": none, "offer": offer, "told": ""}
    return component(("cluster_table",), {**props, **options})


def holdings(**options: Any) -> gr.HTML:
    """Lay out what the store holds, its ``rows`` and ``totals``, and what can be done with it and its own ``corpora``.

    Triggers ``submit`` with a ``kind`` of job and the ``corpus`` that it is for; what deletes is confirmed before.
    Where ``read_only`` says why, nothing can be done.
    """
    shown = {"rows": [], "corpora": [], "totals": "", "waiting": "", "read_only": ""}
    return component(("sections", "listing", "holdings"), {**shown, **options})


def work_done(**options: Any) -> gr.HTML:
    """Lay out the work that goes on, by its ``title`` and ``stages``, or the ``outcome`` of the last.

    Triggers ``submit`` where what was estimated is to be ingested, and ``stop`` to cancel what goes on.
    """
    shown = {"title": "", "stages": [], "can_cancel": False, "outcome": None}
    return component(("sections", "listing", "progress", "work_done"), {**shown, **options})


def tabs(titles: Mapping[str, str], *, chosen: str, **options: Any) -> gr.HTML:
    """Lay out tabs for elements of the page, by their ids, of which only the chosen one is shown.

    Triggers ``input`` with the id that is ``chosen``. Gradio's own tabs tell of a choice that Python made as if
    it had been a visitor's, and lay out what is behind a tab when that is first opened.
    """
    return component(("tabs",), {"titles": list(titles.items()), "chosen": chosen, **options})


def notice(text: str = "", **options: Any) -> gr.HTML:
    """Lay out a line that says what went wrong and what to do; empty shows nothing."""
    return component(("notice",), {"text": text, **options})


def about_line(text: str = "", **options: Any) -> gr.HTML:
    """Lay out a line on what one looks at; empty shows nothing."""
    return component(("notice", "about"), {"text": text, **options})


def trust_line(text: str = "", *, meaning: str, **options: Any) -> gr.HTML:
    """Lay out a line on how far the map can be trusted, with what it means for whoever asks."""
    return component(("trust_line",), {"text": text, "meaning": meaning, **options})


def saved_maps(rows: Rows = (), *, chosen: str = "", **options: Any) -> gr.HTML:
    """Lay out the maps that there are; a click triggers ``select`` with the ``plan`` of one."""
    return component(("saved_maps",), {"rows": list(rows), "chosen": chosen, **options})


def address(query: str | None = None, *, needs: Sequence[str] = (), **options: Any) -> gr.HTML:
    """Keep the query of the page's address, and trigger ``input`` wherever the browser goes.

    The event has the ``query`` and its ``place`` among all, as events that are triggered at once may overtake.
    It goes to the query that the page is opened with as soon as there is an element for each of the selectors
    ``needs``; later Back and Forward lead somewhere. The first query given replaces the address, each later one
    is a new entry of the browser's history. None is no query yet, and leaves the address as it is.
    """
    return component(("address",), {"query": query, "needs": list(needs), "visible": "hidden", **options})


def component(names: Sequence[str], options: dict[str, Any]) -> gr.HTML:
    """Make a component of the files of its name, which is the last, with the styles and scripts that it shares.

    Gradio fills a template's placeholders and then evaluates the result as JavaScript, so that `${...}` in a post
    would run. The templates have no placeholders: scripts put texts in with `textContent`.
    """
    return gr.HTML(
        html_template=(FOLDER / f"{names[-1]}.html").read_text(encoding="utf-8"),
        css_template=_joined("css", names),
        js_on_load=_joined("js", names),
        apply_default_css=False,
        **options,
    )


def _joined(suffix: str, names: Sequence[str]) -> str:
    """Join the shared files and those of the names; not every script has a style."""
    paths = [FOLDER / f"{name}.{suffix}" for name in ("dom", *names)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
