"""Fitting: a view without what its corpus does not have, such as the newsgroup of an old or hostile link."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from explorer.agreement import AGAINST, NEWSGROUPS
from explorer.app.addresses import query_of_scope, scope_of
from explorer.app.clusterer import CLUSTERING, KMEANS
from explorer.app.field_controls import colorings_of
from explorer.app.field_layers import is_known_value
from explorer.app.predicted import Predicted
from explorer.app.scope import MOST_CORNERS, Clusters, Region, Scope
from explorer.app.scoping import UNSUSPECTED
from explorer.app.screen import Screen
from explorer.app.sides import Facing, Group
from explorer.app.view import (
    CLOSED,
    DEFAULT_CLASSIFIER,
    DEFAULT_METHOD,
    EXPLORE,
    LEAST,
    MOST_CHARACTERS,
    NEWSGROUP,
    OPEN,
    PAGES,
    PANES,
    READER,
    View,
)
from explorer.clustering import METHODS as CLUSTERINGS
from explorer.noise import NOISE
from explorer.plan import MOST_SEED
from explorer.projection import METHODS
from explorer.question import MODES
from explorer.surroundings import RANGES
from explorer.suspects import KINDS, MISLABELED
from explorer.training import MODELS

T = TypeVar("T")

MOST_NESTED = 20_000  # characters: a scope within a scope, and so on
SUBSETS = ("train", "test")


def fitted(view: View, screen: Screen) -> View:
    """Return the view as the corpus can show it."""
    return _fitted_map(_fitted_pages(_fitted_question(view, screen), screen), screen)


def _fitted_question(view: View, screen: Screen) -> View:
    """Return the view with what it searches by, and among, fitted."""
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
        post=_one_of(view.post, screen.index, ""),
        n_results=min(max(view.n_results, 1), screen.n_posts),
    )


def _fitted_map(view: View, screen: Screen) -> View:
    """Return the view with what the map is made and colored by fitted."""
    return replace(
        view,
        method=_one_of(view.method, METHODS, DEFAULT_METHOD),
        seed=min(max(view.seed, 0), MOST_SEED),
        n_neighbors=int(_in_range("n_neighbors", view)),
        min_dist=_in_range("min_dist", view),
        perplexity=_in_range("perplexity", view),
        color=_one_of(view.color, colorings_of(screen), NEWSGROUP),
        k=min(max(view.k, 1), screen.most_clusters),
        by=_one_of(view.by, CLUSTERINGS, KMEANS),
        vectors=_one_of(view.vectors, screen.explorer.task_types, CLUSTERING),
        of=_fitted_posts(view.of, screen),
        sweep=_one_of(view.sweep, (OPEN,), CLOSED),
    )


def _fitted_pages(view: View, screen: Screen) -> View:
    """Return the view with what is open, and what the other pages show, fitted."""
    return replace(
        view,
        pane=_one_of(view.pane, PANES, READER),
        suspects=_one_of(view.suspects, KINDS, MISLABELED),
        page=_one_of(view.page, PAGES, EXPLORE),
        facing=_fitted_facing(view.facing, screen),
        against=_one_of(view.against, AGAINST if screen.explorer.has_supergroups else (), NEWSGROUPS),
        classifier=_one_of(view.classifier, MODELS, DEFAULT_CLASSIFIER),
        training_seed=min(max(view.training_seed, 0), MOST_SEED),
    )


def _fitted_scope(scope: Scope, screen: Screen) -> Scope:
    clusters, region = scope.clusters, scope.region
    return replace(
        scope,
        newsgroups=_known(scope.newsgroups, screen.colors),
        subset=_one_of(scope.subset, SUBSETS, ""),
        contains=scope.contains[:MOST_CHARACTERS].strip(),
        where=tuple(text for text in scope.where if is_known_value(screen, text)),
        clusters=_fitted_clusters(clusters, screen) if clusters else Clusters(),
        suspects=_known(scope.suspects, (*KINDS, UNSUSPECTED)),
        region=region if region.plan.method in METHODS and 2 < len(region.corners) <= MOST_CORNERS else Region(),
        predicted=scope.predicted if screen.trainings.knows(scope.predicted) else Predicted(),
        groups=tuple(group for group in scope.groups if _is_known(Group.read(group), screen)),
    )


def _is_known(group: Group | None, screen: Screen) -> bool:
    if group is None or group.side.key not in screen.beside.screens:
        return False
    side = group.side
    most = screen.beside.screens[side.key].most_clusters
    return side.method != KMEANS or (1 <= side.k <= most and 0 <= group.cluster < side.k)


def _fitted_facing(facing: Facing, screen: Screen) -> Facing:
    other = facing.other
    return facing if other.key in screen.beside.screens else replace(facing, other=replace(other, key=""))


def _fitted_clusters(clusters: Clusters, screen: Screen) -> Clusters:
    by, most = clusters.by, screen.most_clusters if clusters.by.method == KMEANS else screen.n_posts
    is_known = by.method in CLUSTERINGS and by.task_type in (CLUSTERING, *screen.explorer.task_types)
    n_clusters = by.k if by.method == KMEANS else most
    numbers = tuple(number for number in clusters.numbers if NOISE <= number < n_clusters and 0 < n_clusters <= most)
    return Clusters(replace(by, of=_fitted_posts(by.of, screen)), numbers) if is_known and numbers else Clusters()


def _fitted_posts(of: str, screen: Screen) -> str:
    """Return which posts are clustered as the corpus has them; of too deep a nest, all."""
    return query_of_scope(_fitted_scope(scope_of(of), screen)) if 0 < len(of) <= MOST_NESTED else ""


def _in_range(parameter: str, view: View) -> float:
    least, most = RANGES[parameter]
    value: float = getattr(view, parameter)
    return min(max(value, least), most)


def _one_of(value: T, known: Collection[T], otherwise: T) -> T:
    return value if value in known else otherwise


def _known(values: Iterable[T], known: Collection[T]) -> tuple[T, ...]:
    return tuple(value for value in values if value in known)
