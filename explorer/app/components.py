"""The page's own components: each a template, a style and a script; texts reach the page as text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

FOLDER = Path(__file__).parent

# Gradio fills a template's placeholders and then evaluates the result as JavaScript, so that `${...}` in
# a post would run. The templates have no placeholders: scripts put texts in with `textContent`.
POST_LIST = (
    '<p class="count" role="status"></p><ol class="posts" aria-label="Results" tabindex="0"></ol><p class="none"></p>'
)
READER = '<article class="reader" aria-label="Post" tabindex="0"></article>'
CLUSTER_TABLE = '<div class="clusters"></div>'
POSTS_STYLE = "posts.css"
NOTICE = '<p class="notice" role="alert"></p>'

Rows = Sequence[dict[str, Any]]


def post_list(rows: Rows = (), *, none: str = "", **options: Any) -> gr.HTML:
    """Lay out a list of posts; a click triggers ``select`` with the post's ``id``."""
    return _component(POST_LIST, "post_list", POSTS_STYLE, rows=list(rows), none=none, chosen=None, **options)


def reader(post: dict[str, Any] | None = None, **options: Any) -> gr.HTML:
    """Lay out one post with its neighbors; a click on a neighbor triggers ``select`` with its ``id``."""
    return _component(READER, "reader", POSTS_STYLE, post=post, **options)


def cluster_table(rows: Rows = (), **options: Any) -> gr.HTML:
    return _component(CLUSTER_TABLE, "cluster_table", rows=list(rows), **options)


def notice(text: str = "", **options: Any) -> gr.HTML:
    """Lay out a line that says what went wrong and what to do; empty shows nothing."""
    return _component(NOTICE, "notice", text=text, **options)


def _component(template: str, name: str, *more_styles: str, **options: Any) -> gr.HTML:
    return gr.HTML(
        html_template=template,
        css_template=_joined(*more_styles, f"{name}.css"),
        js_on_load=_joined("dom.js", f"{name}.js"),
        apply_default_css=False,
        **options,
    )


def _joined(*names: str) -> str:
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)
