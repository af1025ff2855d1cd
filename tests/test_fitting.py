"""A view as its corpus can show it, whatever an address asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from explorer.app.addresses import query_of_scope
from explorer.app.clusterer import Clusterer
from explorer.app.fitting import MOST_NESTED, fitted
from explorer.app.scope import MOST_CORNERS, Clusters, Region, Scope
from explorer.app.scoping import UNSUSPECTED
from explorer.app.screen import Screen
from explorer.app.sides import Facing, Side
from explorer.app.view import FIRST, MOST_CHARACTERS
from explorer.plan import Plan
from tests.screens import screen_of

TRIANGLE = Region(Plan("pca"), ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
A_POST = "train/sci.space/0"


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("screen")) as screen:
        yield screen


def test_a_view_that_names_only_what_is_there_stays_as_it_is(screen: Screen) -> None:
    scope = Scope(("sci.space",), "train", "orbit", Clusters(Clusterer(3), (0, 2)), ("outlier",), TRIANGLE)
    view = replace(FIRST, corpus=screen.key, like=(A_POST,), scope=scope, k=3, n_results=9, post=A_POST)
    assert fitted(view, screen) == view


def test_what_the_corpus_does_not_have_is_left_out(screen: Screen) -> None:
    scope = Scope(
        ("sci.space", "alt.unknown"),
        "both",
        "",
        Clusters(Clusterer(3), (0, 3, -2)),
        ("strange",),
        Region(Plan("moon"), TRIANGLE.corners),
    )
    view = replace(FIRST, like=(A_POST, "gone"), unlike=("gone",), scope=scope, post="gone")
    shown = fitted(view, screen)
    assert (shown.like, shown.unlike, shown.post) == ((A_POST,), (), "")
    assert shown.scope == Scope(newsgroups=("sci.space",), clusters=Clusters(Clusterer(3), (0,)))


def test_a_region_that_no_lasso_draws_is_left_out(screen: Screen) -> None:
    corners = tuple((float(number), float(number % 2)) for number in range(MOST_CORNERS + 1))
    drawn, beyond = (replace(FIRST, scope=Scope(region=Region(Plan("pca"), corners[:n]))) for n in (-1, None))

    assert fitted(drawn, screen).scope == drawn.scope
    assert fitted(beyond, screen).scope == Scope()


def test_choices_that_nobody_offers_are_as_in_the_first_view(screen: Screen) -> None:
    view = replace(FIRST, mode="magic", method="moon", color="taste", pane="window", suspects="neighbor")
    shown = fitted(view, screen)
    assert (shown.mode, shown.method, shown.color, shown.pane) == (FIRST.mode, FIRST.method, FIRST.color, FIRST.pane)
    assert shown.suspects == FIRST.suspects


@pytest.mark.parametrize(("asked", "given"), [(-5, 1), (0, 1), (4, 4), (9, 9), (10, 9), (10**12, 9)])
def test_numbers_are_brought_to_what_nine_posts_allow(screen: Screen, asked: int, given: int) -> None:
    shown = fitted(replace(FIRST, k=asked, n_results=asked), screen)
    assert (shown.k, shown.n_results) == (given, given)


def test_texts_are_cut_to_what_an_address_can_hold(screen: Screen) -> None:
    view = replace(FIRST, question="q" * (MOST_CHARACTERS + 1), scope=Scope(contains="c" * (MOST_CHARACTERS + 1)))
    shown = fitted(view, screen)
    assert (len(shown.question), len(shown.scope.contains)) == (MOST_CHARACTERS, MOST_CHARACTERS)


def test_who_is_no_suspect_can_be_asked_for_too(screen: Screen) -> None:
    view = replace(FIRST, corpus=screen.key, scope=Scope(suspects=(UNSUSPECTED,)), k=3, n_results=9)
    assert fitted(view, screen) == view


def test_a_similarity_is_a_cosine(screen: Screen) -> None:
    assert fitted(replace(FIRST, least=7.0), screen).least == 1
    assert fitted(replace(FIRST, least=-7.0), screen).least == -1


def test_of_what_is_clustered_the_corpus_has_what_is_left(screen: Screen) -> None:
    known, unknown = Scope(newsgroups=("sci.space",)), Scope(newsgroups=("sci.space", "alt.unknown"))
    nested = Scope(clusters=Clusters(Clusterer(2, of=query_of_scope(unknown)), (1,)))
    shown = fitted(replace(FIRST, of=query_of_scope(unknown), scope=nested), screen)
    assert shown.of == query_of_scope(known)
    assert shown.scope.clusters == Clusters(Clusterer(2, of=query_of_scope(known)), (1,))


def test_a_nest_of_scopes_that_is_too_deep_is_everything(screen: Screen) -> None:
    of = ""
    while len(of) <= MOST_NESTED:
        of = query_of_scope(Scope(clusters=Clusters(Clusterer(2, of=of), (1,))))
    assert fitted(replace(FIRST, of=of), screen).of == ""


def test_methods_and_vectors_that_there_are_not_are_those_of_the_first_view(screen: Screen) -> None:
    shown = fitted(replace(FIRST, by="magic", vectors="CLASSIFICATION", sweep="ajar"), screen)
    assert (shown.by, shown.vectors, shown.sweep) == (FIRST.by, FIRST.vectors, FIRST.sweep)
    nobody = Scope(clusters=Clusters(Clusterer(0, "magic"), (1,)))
    assert fitted(replace(FIRST, scope=nobody), screen).scope == Scope()


def test_clusters_of_more_than_there_are_posts_are_left_out(screen: Screen) -> None:
    view = replace(FIRST, scope=Scope(clusters=Clusters(Clusterer(10**9), (1,))))
    assert fitted(view, screen).scope == Scope()


def test_a_region_needs_three_corners(screen: Screen) -> None:
    view = replace(FIRST, scope=Scope(region=Region(Plan("pca"), ((0.0, 0.0), (1.0, 1.0)))))
    assert fitted(view, screen).scope == Scope()


def test_groups_are_those_of_models_that_the_corpus_has(screen: Screen) -> None:
    ours = f"2:kmeans:3:{screen.key}"
    groups = (ours, f"3:kmeans:3:{screen.key}", "2:kmeans:3:other.model.9", f"2:magic:3:{screen.key}", "", "x:y")

    assert fitted(replace(FIRST, scope=Scope(groups=groups)), screen).scope == Scope(groups=(ours,))


def test_what_is_set_beside_is_of_a_model_that_the_corpus_has(screen: Screen) -> None:
    view = replace(FIRST, facing=Facing("kmeans", Side("other.model.9", "dbscan", 7)))

    assert fitted(view, screen).facing == Facing("kmeans", Side("", "dbscan", 7))


def test_of_no_clusters_none_can_be_chosen(screen: Screen) -> None:
    view = replace(FIRST, scope=Scope(clusters=Clusters(Clusterer(0), (-1,))))
    assert fitted(view, screen).scope == Scope()
