"""The map as one page that needs nothing but itself: the app's own map without Gradio, with a search over the posts."""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer import point_map
from explorer.point_map.arrays import Points
from explorer.point_map.parts import ABSENT, Names, props_of
from explorer.snippets import SUBJECT_CHARACTERS, snippet_of

if TYPE_CHECKING:
    from explorer.picture import Picture

FOLDER = Path(__file__).parent
PARAMETERS = "(element, trigger, props, server, watch)"  # those that Gradio gives a component's script


def page_of(picture: Picture) -> str:
    """Return the page.

    Posts are data alone, in a block that no browser runs and whose every ``<`` is escaped, and the policy lets
    nothing run or be fetched but the page's own script and style.
    """
    style = f"{_read('css')}\n#map {{ {point_map.style()} }}"
    script = f"const connectMap = {PARAMETERS} => {{\n{point_map.script()}\n}};\n{_read('js')}"
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'"
    title = escape(picture.title)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="facts">{escape(picture.facts)}</p>
<label>Search <input type="search" placeholder="in subjects and beginnings" spellcheck="false"
title="Enter reads what is found, one after the other; Escape clears" aria-keyshortcuts="/"></label>
<p class="found" role="status"></p>
</header>
<main id="map">{point_map.markup()}</main>
<aside hidden><button type="button" aria-label="Close the post">&times;</button>
<h2 dir="auto"></h2><p class="of" dir="auto"></p><p class="says" dir="auto"></p></aside>
<script type="application/json" id="posts">{_as_json(_props_of(picture))}</script>
<script>{script}</script>
</body>
</html>
"""


def _props_of(picture: Picture) -> dict[str, Any]:
    """Return what the map shows, and what is said of each post."""
    names = picture.names
    parts = (Points(picture.coordinates), picture.paint, Names(names.texts, names.coordinates, names.levels.tolist()))
    newsgroups, codes = np.unique([post.newsgroup for post in picture.posts], return_inverse=True)
    return {
        "props": {**ABSENT, **props_of(parts), "chosen": ABSENT["chosen"]},
        "ids": [post.id for post in picture.posts],
        "subjects": [post.subject[:SUBJECT_CHARACTERS] for post in picture.posts],
        "beginnings": [snippet_of(post) for post in picture.posts],
        "newsgroups": newsgroups.tolist(),
        "newsgroup_of": codes.tolist(),
    }


def _as_json(document: dict[str, Any]) -> str:
    """Write JSON that ends no script and begins no comment, whatever it holds."""
    return json.dumps(document, separators=(",", ":")).replace("<", "\\u003c")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _read(suffix: str) -> str:
    return (FOLDER / f"map_page.{suffix}").read_text(encoding="utf-8")
