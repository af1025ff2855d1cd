"""Addresses: a view and a scope as a query of the page's address, there and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any
from urllib.parse import parse_qs, urlencode

from explorer.app.predicted import Predicted
from explorer.app.scope import EVERYTHING, Clusters, Region, Scope, said
from explorer.app.sides import Facing
from explorer.app.view import FIRST, View

Said = View | Scope  # what an address says

# How the address calls the fields of a view, and those of its scopes.
NAMES = {
    "corpus": "corpus",
    "question": "q",
    "mode": "mode",
    "like": "like",
    "unlike": "unlike",
    "least": "near",
    "method": "map",
    "color": "color",
    "k": "k",
    "by": "by",
    "vectors": "vectors",
    "of": "of",
    "sweep": "which-k",
    "post": "post",
    "n_results": "n",
    "pane": "pane",
    "suspects": "list",
    "page": "tab",  # Gradio takes "page" for pages of its own
    "against": "against",
    "classifier": "classifier",
    "training_seed": "training-seed",
    "facing": "facing",
    "seed": "seed",
    "n_neighbors": "neighbors",
    "min_dist": "min-dist",
    "perplexity": "perplexity",
}
SCOPE_NAMES = {
    "newsgroups": "newsgroup",
    "subset": "subset",
    "contains": "contains",
    "where": "where",
    "clusters": "cluster",
    "suspects": "suspect",
    "region": "region",
    "predicted": "taken-for",
    "groups": "group",
}
SCOPES = {"scope": "", "like_scope": "like-"}


def query_of(view: View) -> str:
    """Return the address's query, which names what differs from the first view."""
    pairs = list(_pairs(view, FIRST, NAMES))
    for name, prefix in SCOPES.items():
        pairs += _pairs(getattr(view, name), EVERYTHING, SCOPE_NAMES, prefix)
    return f"?{urlencode(pairs)}" if pairs else ""


def view_of(query: str) -> View:
    """Read an address's query; what cannot be read is left as in the first view."""
    given = parse_qs(query.removeprefix("?"), errors="replace")
    found = _read(given, FIRST, NAMES)
    for name, prefix in SCOPES.items():
        found[name] = Scope(**_read(given, EVERYTHING, SCOPE_NAMES, prefix))
    return View(**found)


def query_of_scope(scope: Scope) -> str:
    """Return how an address says a scope."""
    return urlencode(list(_pairs(scope, EVERYTHING, SCOPE_NAMES)))


def scope_of(query: str) -> Scope:
    """Read what ``query_of_scope`` wrote; what cannot be read narrows nothing."""
    return Scope(**_read(parse_qs(query, errors="replace"), EVERYTHING, SCOPE_NAMES))


def _pairs(one: Said, default: Said, names: dict[str, str], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, parameter in names.items():
        value = getattr(one, name)
        if value == getattr(default, name):
            continue
        for each in value if isinstance(value, tuple) else (value,):
            yield prefix + parameter, said(each) if isinstance(each, float) else str(each)


def _read(given: dict[str, list[str]], default: Said, names: dict[str, str], prefix: str = "") -> dict[str, Any]:
    found = {}
    for name, parameter in names.items():
        if texts := given.get(prefix + parameter):
            found[name] = _value(texts, getattr(default, name))
    return found


def _value(texts: Iterable[str], default: object) -> object:
    """Read texts as a value of the default's kind."""
    first = next(iter(texts))
    if isinstance(default, tuple):
        return tuple(dict.fromkeys(texts))
    if isinstance(default, Region | Clusters | Predicted | Facing):
        return default.read(first)
    if isinstance(default, str):
        return first
    try:
        number = float(first) if isinstance(default, float) else int(first)
    except ValueError:
        return default
    return number if isfinite(number) else default
