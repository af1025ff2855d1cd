"""Chips: everything that narrows or steers what is looked at, each with its name, and a view without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from explorer.app.addresses import scope_of
from explorer.app.clusterer import CLUSTERING, KMEANS, Clusterer
from explorer.app.predicted import Predicted
from explorer.app.scope import EVERYTHING, Clusters, Region, Scope
from explorer.app.scoping import UNSUSPECTED
from explorer.app.sides import Group
from explorer.app.view import LEAST, View
from explorer.clustering import METHODS as CLUSTERINGS
from explorer.columns import EQUALS
from explorer.noise import NOISE, NOISE_NAME
from explorer.palette import color_of
from explorer.suspects import MISLABELED, NEAR_DUPLICATE, OUTLIER
from explorer.training import MODELS

Chip = dict[str, Any]
NOT_CLUSTERED = "not clustered"  # what is said of posts that a clustering leaves aside
SUSPECT_TITLES = {
    MISLABELED: "mislabeled",
    NEAR_DUPLICATE: "near-duplicates",
    OUTLIER: "outliers",
    UNSUSPECTED: "no suspects",
}


def chips_of(
    view: View,
    subject_of: Callable[[str], str],
    colors: Mapping[str, str],
    name_of: Callable[[int], str] = lambda number: "",
) -> list[Chip]:
    """Return a chip for each thing that can be taken off a view; ``name_of`` names its clusters, as far as known."""
    narrowing = [*_narrowing(view.scope, colors), *_clusters(view.scope.clusters, name_of), *_found(view.scope)]
    return [*_steering(view, subject_of), *narrowing, *_nearness(view)]


def named(scope: Scope) -> str:
    """Return what a scope is called in a few words."""
    return ", ".join(_parts(scope)) or "the whole corpus"


def manner_of(by: Clusterer) -> str:
    """Return how posts are clustered in a few words that follow "cluster", such as "of 20" or "by HDBSCAN"."""
    manner = f"of {by.k}" if by.method == KMEANS else f"by {CLUSTERINGS[by.method].title}"
    vectors = "" if by.task_type == CLUSTERING else f" on {by.task_type}"
    return f"{manner}{vectors} in {named(scope_of(by.of))}" if by.of else f"{manner}{vectors}"


def rest_of(by: Clusterer) -> str:
    """Return what is said of posts in no cluster: only a method by density that was given them calls them noise."""
    if by.method == KMEANS:
        return NOT_CLUSTERED
    return f"{NOISE_NAME} or {NOT_CLUSTERED}" if by.of else NOISE_NAME


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
    for text in scope.where:
        yield _chip("where", text, where_title(text))


def _clusters(clusters: Clusters, name_of: Callable[[int], str]) -> Iterator[Chip]:
    manner = manner_of(clusters.by)
    for number in clusters.numbers:
        name = name_of(number)
        label = f"cluster {number} {manner}: {name}" if name else f"cluster {number} {manner}"
        if number == NOISE:
            yield _chip("clusters", str(number), f"clusters {manner}: {rest_of(clusters.by)}")
        else:
            yield _chip("clusters", str(number), label, color_of(number))


def _found(scope: Scope) -> Iterator[Chip]:
    """Yield chips for what was found out about posts, where the others are for what is stored of them."""
    for kind in scope.suspects:
        yield _chip("suspects", kind, SUSPECT_TITLES.get(kind, kind))
    if scope.region:
        yield _chip("region", "", f"region of the {scope.region.plan.title} map")
    if scope.predicted:
        yield _chip("predicted", "", _taken(scope.predicted))
    for text in scope.groups:
        yield _chip("groups", text, _titled(text))


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
        "predicted": Predicted(),
        "groups": _others(scope.groups, value),
        "where": _others(scope.where, value),
    }
    return replace(scope, **{name: narrower[name]}) if name in narrower else scope


def _others(values: Iterable[str], value: str) -> tuple[str, ...]:
    return tuple(each for each in values if each != value)


def _parts(scope: Scope) -> Iterator[str]:
    yield from scope.newsgroups
    yield from (text for text in (scope.subset, scope.contains) if text)
    yield from map(where_title, scope.where)
    if scope.clusters:
        numbers = [str(number) for number in scope.clusters.numbers if number != NOISE]
        yield from [f"cluster {', '.join(numbers)}"] if numbers else []
        yield from [rest_of(scope.clusters.by)] if NOISE in scope.clusters.numbers else []
    yield from (SUSPECT_TITLES.get(kind, kind) for kind in scope.suspects)
    if scope.region:
        yield "a region"
    if scope.predicted:
        yield _taken(scope.predicted)
    yield from map(_titled, scope.groups)


def _taken(predicted: Predicted) -> str:
    return f"taken for {predicted.newsgroup} by the {MODELS[predicted.classifier].title.lower()}"


def _titled(text: str) -> str:
    group = Group.read(text)
    return group.title if group else text


def where_title(text: str) -> str:
    """Return what a "FIELD=VALUE" is called."""
    field, _, value = text.partition(EQUALS)
    return f"{field}: {value}" if value else f"no {field}"


def _chip(name: str, value: str, label: str, color: str | None = None) -> Chip:
    return {"name": name, "value": value, "label": label, "color": color}
