"""What a visitor has on the page, and the address that says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from explorer.app.addresses import query_of, query_of_scope, scope_of, view_of
from explorer.app.clusterer import Clusterer
from explorer.app.predicted import Predicted
from explorer.app.scope import Clusters, Region, Scope, sayable
from explorer.app.sides import Facing, Side
from explorer.app.view import FIRST, LEAST, View, changed, sound
from explorer.plan import Plan
from explorer.surroundings import Parameters

TAKEN = Predicted("network", 3, "sci.med")

TRIANGLE = Region(Plan("umap"), ((0.0, 0.0), (1.5, 0.0), (0.0, -2.25)))
FULL = View(
    corpus="20newsgroups.words.7",
    question="a rocket & its 50% engine?",
    mode="hybrid",
    like=("train/sci.space/1", "train/sci.space/2"),
    unlike=("test/rec.autos/3",),
    like_scope=Scope(clusters=Clusters(Clusterer(20), (4,))),
    scope=Scope(
        newsgroups=("sci.space", "sci.med"),
        subset="train",
        contains="Orbit",
        clusters=Clusters(Clusterer(12), (3, 7)),
        suspects=("outlier",),
        region=TRIANGLE,
        predicted=TAKEN,
    ),
    least=0.25,
    method="pca",
    color="cluster",
    k=12,
    by="hdbscan",
    vectors="CLASSIFICATION",
    of="newsgroup=sci.space",
    sweep="open",
    post="train/sci.space/9",
    n_results=60,
    pane="selection",
    suspects="outlier",
    page="classify",
    classifier="logistic",
    training_seed=3,
    facing=Facing("hdbscan", Side("20newsgroups.other.9", "dbscan", 7)),
)


def test_of_a_method_that_finds_k_itself_k_says_nothing() -> None:
    assert View(k=5, by="hdbscan").clusterer == View(k=9, by="hdbscan").clusterer == Clusterer(0, "hdbscan")


def test_a_scope_is_read_as_it_was_said() -> None:
    assert scope_of(query_of_scope(FULL.scope)) == FULL.scope
    assert scope_of("%%%&cluster=:&&") == Scope()


def test_the_first_view_has_no_query() -> None:
    assert query_of(FIRST) == ""


def test_an_address_opens_the_view_that_it_was_made_of() -> None:
    assert view_of(query_of(FULL)) == FULL


def test_a_link_draws_the_same_map() -> None:
    view = View(method="umap", seed=3, n_neighbors=30, min_dist=0.25)
    assert query_of(view) == "?seed=3&neighbors=30&min-dist=0.25"
    assert view_of(query_of(view)).plan == Plan("umap", 3, Parameters(n_neighbors=30, min_dist=0.25))


def test_a_region_is_of_the_map_that_it_was_drawn_on() -> None:
    turned = Region(Plan("umap", 3, Parameters(n_neighbors=30)), TRIANGLE.corners)
    assert view_of(query_of(View(scope=Scope(region=turned)))).scope.region == turned != TRIANGLE


def test_a_map_is_planned_by_what_its_projection_takes_alone() -> None:
    assert View(method="pca", seed=3, n_neighbors=30).plan == View(method="pca").plan
    assert View(method="tsne", n_neighbors=30).plan == View(method="tsne").plan


def test_an_address_says_numbers_to_six_digits() -> None:
    pointed = tuple((sayable(x), sayable(y)) for x, y in ((1 / 3, 1e-9), (-200 / 3, 0.0), (12.3456, 7654321.0)))
    view = View(question="orbit", least=sayable(0.123456789), scope=Scope(region=Region(Plan("umap"), pointed)))
    assert pointed == ((0.333333, 1e-9), (-66.6667, 0.0), (12.3456, 7654320.0))
    assert view_of(query_of(view)) == view


def test_how_near_posts_must_be_is_nothing_where_nothing_is_asked() -> None:
    assert sound(View(least=0.3)) == FIRST
    assert sound(View(unlike=("a",), least=0.3)).least == LEAST
    assert sound(View(question="orbit", least=0.3)).least == 0.3


def test_an_address_names_only_what_differs_from_the_first_view() -> None:
    assert query_of(View(question="orbit", scope=Scope(newsgroups=("sci.space",)))) == "?q=orbit&newsgroup=sci.space"


@pytest.mark.parametrize(
    "query",
    [
        "?k=many&n=1e9&near=nan",
        "?near=inf",
        "?region=umap",
        "?region=umap:1,2;3",
        "?region=umap:nan,0;1,1;2,2",
        "?region=umap,seed=-1:0,0;1,1;2,2",
        "?seed=x&neighbors=1.5&min-dist=nan",
        "?cluster=20",
        "?cluster=a:b",
        "?nothing=known",
        "?" + "&".join("k=" for _ in range(10)),
        "%%%&&&==",
    ],
)
def test_what_cannot_be_read_is_as_in_the_first_view(query: str) -> None:
    assert view_of(query) == FIRST


def test_a_hostile_question_stays_as_it_is() -> None:
    hostile = "<script>alert(1)</script> ${alert(2)} {{value}} \u202e\x00 javascript:alert(3)"
    assert view_of(query_of(replace(FIRST, question=hostile))).question == hostile


def test_what_is_named_twice_counts_once() -> None:
    assert view_of("?newsgroup=sci.med&newsgroup=sci.med").scope.newsgroups == ("sci.med",)


def test_of_no_view_before_every_field_has_changed() -> None:
    assert changed(None, FIRST) == set(View.__dataclass_fields__)


def test_changed_names_the_fields_that_differ() -> None:
    assert changed(FIRST, replace(FIRST, question="orbit", k=3)) == {"question", "k"}
    assert changed(FULL, FULL) == set()


@pytest.mark.parametrize(
    "query",
    [
        f"?facing=kmeans:kmeans:{'9' * 5_000}:corpus.model.7",
        f"?taken-for=network:{'9' * 5_000}:sci.space",
        f"?cluster={'9' * 5_000}:1",
        f"?k={'9' * 5_000}",
    ],
)
def test_a_number_of_very_many_digits_says_nothing(query: str) -> None:
    assert view_of(query) == FIRST
