"""Fitting: a view without what its corpus does not have, such as the newsgroup of an old or hostile link."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from explorer.app.layers import COLORINGS
from explorer.app.screen import UNSUSPECTED, Screen
from explorer.app.view import (
    AGAINST,
    DEFAULT_METHOD,
    EXPLORE,
    LEAST,
    MOST_CHARACTERS,
    NEWSGROUP,
    NEWSGROUPS,
    PAGES,
    PANES,
    READER,
    Clusters,
    Region,
    Scope,
    View,
)
from explorer.plan import MOST_SEED
from explorer.projection import METHODS
from explorer.search import MODES
from explorer.surroundings import RANGES
from explorer.suspects import KINDS, MISLABELED

T = TypeVar("T")

SUBSETS = ("train", "test")


def fitted(view: View, screen: Screen) -> View:
    """Return the view as the corpus can show it."""
    return replace(
        view,
        corpus=screen.key,
        question=view.question[:MOST_CHARACTERS],
        mode=_one_of(view.mode, MODES, MODES[0]),
        like=_known(view.like, screen.index),
        unlike=_known(view.unlike, screen.index),
        like_scope=_fitted_scope(view.like_scope, screen),
        scope=_fitted_scope(view.scope, screen),
        least=min(max(view.least, LEAST), 1.0),
        method=_one_of(view.method, METHODS, DEFAULT_METHOD),
        color=_one_of(view.color, COLORINGS, NEWSGROUP),
        k=min(max(view.k, 1), screen.most_clusters),
        post=_one_of(view.post, screen.index, ""),
        n_results=min(max(view.n_results, 1), screen.n_posts),
        pane=_one_of(view.pane, PANES, READER),
        suspects=_one_of(view.suspects, KINDS, MISLABELED),
        page=_one_of(view.page, PAGES, EXPLORE),
        seed=min(max(view.seed, 0), MOST_SEED),
        n_neighbors=int(_in_range("n_neighbors", view)),
        min_dist=_in_range("min_dist", view),
        perplexity=_in_range("perplexity", view),
        against=_one_of(view.against, AGAINST if screen.explorer.has_supergroups else (), NEWSGROUPS),
    )


def _fitted_scope(scope: Scope, screen: Screen) -> Scope:
    clusters, region = scope.clusters, scope.region
    return replace(
        scope,
        newsgroups=_known(scope.newsgroups, screen.colors),
        subset=_one_of(scope.subset, SUBSETS, ""),
        contains=scope.contains[:MOST_CHARACTERS].strip(),
        clusters=_fitted_clusters(clusters) if 1 <= clusters.k <= screen.most_clusters else Clusters(),
        suspects=_known(scope.suspects, (*KINDS, UNSUSPECTED)),
        region=region if region.plan.method in METHODS and len(region.corners) > 2 else Region(),
    )


def _fitted_clusters(clusters: Clusters) -> Clusters:
    numbers = tuple(number for number in clusters.numbers if 0 <= number < clusters.k)
    return Clusters(clusters.k, numbers) if numbers else Clusters()


def _in_range(parameter: str, view: View) -> float:
    least, most = RANGES[parameter]
    value: float = getattr(view, parameter)
    return min(max(value, least), most)


def _one_of(value: T, known: Collection[T], otherwise: T) -> T:
    return value if value in known else otherwise


def _known(values: Iterable[T], known: Collection[T]) -> tuple[T, ...]:
    return tuple(value for value in values if value in known)
