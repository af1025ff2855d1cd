"""Chips: everything that narrows or steers what is looked at, each with its name, and a view without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from explorer.app.screen import UNSUSPECTED
from explorer.app.view import EVERYTHING, LEAST, Region, Scope, View
from explorer.suspects import MISLABELED, NEAR_DUPLICATE, OUTLIER

Chip = dict[str, Any]
SUSPECT_TITLES = {
    MISLABELED: "mislabeled",
    NEAR_DUPLICATE: "near-duplicates",
    OUTLIER: "outliers",
    UNSUSPECTED: "no suspects",
}


def chips_of(view: View, subject_of: Callable[[str], str], colors: Mapping[str, str]) -> list[Chip]:
    """Return a chip for each thing that can be taken off a view."""
    return [*_steering(view, subject_of), *_narrowing(view.scope, colors), *_nearness(view)]


def named(scope: Scope) -> str:
    """Return what a scope is called in a few words."""
    return ", ".join(_parts(scope)) or "the whole corpus"


def without(view: View, name: str, value: str) -> View:
    """Return the view without a chip; a chip that is not there changes nothing."""
    if name == "like":
        return replace(view, like=_others(view.like, value))
    if name == "unlike":
        return replace(view, unlike=_others(view.unlike, value))
    if name == "like_scope":
        return replace(view, like_scope=EVERYTHING)
    if name == "least":
        return replace(view, least=LEAST)
    return replace(view, scope=_narrowed_less(view.scope, name, value))


def without_any(view: View) -> View:
    """Return the view with nothing that narrows or steers it but the question."""
    return replace(view, like=(), unlike=(), like_scope=EVERYTHING, scope=EVERYTHING, least=LEAST)


def _steering(view: View, subject_of: Callable[[str], str]) -> Iterator[Chip]:
    for post_id in view.like:
        yield _chip("like", post_id, f"like “{subject_of(post_id)}”")
    for post_id in view.unlike:
        yield _chip("unlike", post_id, f"unlike “{subject_of(post_id)}”")
    if view.like_scope != EVERYTHING:
        yield _chip("like_scope", "", f"like posts of {named(view.like_scope)}")


def _narrowing(scope: Scope, colors: Mapping[str, str]) -> Iterator[Chip]:
    for name in scope.newsgroups:
        yield _chip("newsgroups", name, f"newsgroup: {name}", colors.get(name))
    if scope.subset:
        yield _chip("subset", scope.subset, f"subset: {scope.subset}")
    if scope.contains:
        yield _chip("contains", scope.contains, f"contains “{scope.contains}”")
    for number in scope.clusters.numbers:
        yield _chip("clusters", str(number), f"cluster {number} of {scope.clusters.k}")
    for kind in scope.suspects:
        yield _chip("suspects", kind, SUSPECT_TITLES.get(kind, kind))
    if scope.region:
        yield _chip("region", "", f"region of the {scope.region.plan.title} map")


def _nearness(view: View) -> Iterator[Chip]:
    if view.least > LEAST:
        yield _chip("least", "", f"similarity at least {view.least:.2f}")


def _narrowed_less(scope: Scope, name: str, value: str) -> Scope:
    narrower: dict[str, Any] = {
        "newsgroups": _others(scope.newsgroups, value),
        "subset": "",
        "contains": "",
        "clusters": scope.clusters.without(value),
        "suspects": _others(scope.suspects, value),
        "region": Region(),
    }
    return replace(scope, **{name: narrower[name]}) if name in narrower else scope


def _others(values: Iterable[str], value: str) -> tuple[str, ...]:
    return tuple(each for each in values if each != value)


def _parts(scope: Scope) -> Iterator[str]:
    yield from scope.newsgroups
    yield from (text for text in (scope.subset, scope.contains) if text)
    if scope.clusters:
        yield f"cluster {', '.join(map(str, scope.clusters.numbers))}"
    yield from (SUSPECT_TITLES.get(kind, kind) for kind in scope.suspects)
    if scope.region:
        yield "a region"


def _chip(name: str, value: str, label: str, color: str | None = None) -> Chip:
    return {"name": name, "value": value, "label": label, "color": color}
