"""What the map shows of a view: colors and their legend, marks, the pin, and who is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.app.clusterer import Clusterer
from explorer.app.layers import (
    COLORINGS,
    NOTHING_TO_COLOR_BY,
    PAINTERS,
    PIN_CHARACTERS,
    coloring_of,
    marks_of,
    message_of,
    names_of,
    near_of,
    points_of,
    shown_of,
)
from explorer.app.scope import Clusters, Scope
from explorer.app.screen import Screen
from explorer.app.view import CLUSTER, FIRST, NEWSGROUP, PLACEMENT, SIMILARITY, SUBSET, SUSPECT, View
from explorer.palette import PALETTE
from explorer.plan import Plan
from explorer.point_map import Coloring, Marks, Message, Pin, Region, Scale
from explorer.suspects import KINDS, NEAR_DUPLICATE
from tests.explorers import ORBIT
from tests.screens import CRYPT, SPACE, region_around, screen_of

ON_PCA = replace(FIRST, method="pca")
ASKED = replace(ON_PCA, question="orbit", n_results=3)
NEWSGROUPS = ["rec.sport.hockey", "sci.crypt", "sci.space"]


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("screen")) as screen:
        screen.explorer.project("pca")
        yield screen


def groups_of(screen: Screen, view: View) -> Coloring:
    coloring = coloring_of(screen, view)
    assert isinstance(coloring, Coloring)
    return coloring


def values_of(screen: Screen, view: View) -> list[float]:
    scale = coloring_of(screen, view)
    assert isinstance(scale, Scale)
    return [float(value) for value in scale.values]


def narrowed(color: str, scope: Scope, k: int = 3) -> View:
    return replace(FIRST, color=color, k=k, scope=scope)


def test_every_coloring_has_a_painter() -> None:
    assert PAINTERS.keys() == COLORINGS.keys()


@pytest.mark.parametrize(
    ("color", "title", "names", "codes"),
    [
        (NEWSGROUP, "Newsgroup", NEWSGROUPS, [2, 2, 2, 0, 0, 0, 1, 1, 1]),
        (SUBSET, "Subset", ["train", "test"], [0, 0, 1, 0, 0, 1, 0, 0, 1]),
        (
            CLUSTER,
            "Cluster of 3",
            ["cipher, crypt, key", "orbit, space, rocket", "hockey, rec, sport"],
            [1, 1, 1, 2, 2, 2, 0, 0, 0],
        ),
    ],
)
def test_a_coloring_has_the_group_of_each_post(
    screen: Screen, color: str, title: str, names: Sequence[str], codes: Sequence[int]
) -> None:
    coloring = groups_of(screen, replace(FIRST, color=color, k=3))
    assert (coloring.title, list(coloring.names)) == (title, names)
    assert coloring.codes.tolist() == codes
    assert tuple(coloring.colors) == PALETTE[: len(names)]


def test_suspects_are_colored_with_their_twins_and_the_others_have_no_group(screen: Screen) -> None:
    # "goal puck" is as good as "goal goal" and "the puck", which have little in common with each other.
    coloring = groups_of(screen, replace(FIRST, color=SUSPECT))
    twin = KINDS.index(NEAR_DUPLICATE)
    assert (list(coloring.names), coloring.codes.tolist()) == (
        list(KINDS),
        [-1, -1, -1, twin, twin, twin, -1, -1, -1],
    )


def test_similarity_colors_each_post_by_how_near_it_is(screen: Screen) -> None:
    values = values_of(screen, replace(ASKED, color=SIMILARITY))
    assert values[:3] == pytest.approx([ORBIT[post_id] for post_id in SPACE])
    assert max(values[3:]) < 0.01


def test_where_nothing_is_asked_no_post_has_a_similarity(screen: Screen) -> None:
    assert np.isnan(values_of(screen, replace(FIRST, color=SIMILARITY))).tolist() == [True] * 9


@pytest.mark.parametrize("color", [NEWSGROUP, CLUSTER, SUBSET, SUSPECT])
def test_where_nothing_is_narrowed_no_legend_entry_is_pressed(screen: Screen, color: str) -> None:
    assert list(groups_of(screen, narrowed(color, Scope())).chosen) == []


@pytest.mark.parametrize(
    ("color", "scope", "chosen"),
    [
        (NEWSGROUP, Scope(newsgroups=("sci.space", "rec.sport.hockey")), [2, 0]),
        (SUBSET, Scope(subset="test"), [1]),
        (CLUSTER, Scope(clusters=Clusters(Clusterer(3), (2, 0))), [2, 0]),
        (SUSPECT, Scope(suspects=(NEAR_DUPLICATE,)), [KINDS.index(NEAR_DUPLICATE)]),
    ],
)
def test_the_legend_entries_that_a_view_is_narrowed_to_are_pressed(
    screen: Screen, color: str, scope: Scope, chosen: Sequence[int]
) -> None:
    assert list(groups_of(screen, narrowed(color, scope)).chosen) == chosen


def test_a_cluster_keeps_its_color_from_k_to_k_and_one_more(screen: Screen) -> None:
    two, three = (groups_of(screen, replace(FIRST, color=CLUSTER, k=k)) for k in (2, 3))
    kept = [label for label, later in zip(two.codes, three.codes, strict=True) if label == later]
    assert len(kept) == 6  # the other three are split off as the third cluster
    assert list(three.colors[:2]) == list(two.colors)


def test_clusters_of_another_k_are_not_those_of_the_legend(screen: Screen) -> None:
    assert list(groups_of(screen, narrowed(CLUSTER, Scope(clusters=Clusters(Clusterer(2), (0,))))).chosen) == []


@pytest.mark.parametrize(
    ("view", "rest"),
    [
        (replace(FIRST, color=CLUSTER, by="dbscan"), "noise"),
        (replace(FIRST, color=CLUSTER, k=2, of="newsgroup=sci.space"), "not clustered"),
    ],
)
def test_the_map_is_told_what_posts_in_no_cluster_are(screen: Screen, view: View, rest: str) -> None:
    coloring = groups_of(screen, view)
    assert -1 in coloring.codes
    assert coloring.props()["coloring"]["rest"] == rest


def test_hits_are_marked_in_rank_order(screen: Screen) -> None:
    assert marks_of(screen, ASKED)[0] == Marks([2, 0, 1], None, [])


def test_where_nothing_is_asked_or_read_nothing_is_marked(screen: Screen) -> None:
    assert marks_of(screen, ON_PCA) == (Marks([], None, []), Pin())


def test_the_post_that_is_read_is_marked_with_its_neighbors(screen: Screen) -> None:
    # "key key cipher" is nearest to "cipher key", then to "a cipher".
    marks, _ = marks_of(screen, replace(ON_PCA, post=CRYPT[1]))
    assert (marks.selected, list(marks.neighbors)[:2]) == (7, [6, 8])
    assert sorted(marks.neighbors) == [0, 1, 2, 3, 4, 5, 6, 8]


def test_a_pin_stands_where_a_question_lands(screen: Screen) -> None:
    # "orbit" is what one of the posts says.
    _, pin = marks_of(screen, replace(ASKED, question=" orbit "))
    place = screen.explorer.project("pca").coordinates[2]
    assert (pin.x, pin.y) == pytest.approx(tuple(place), abs=1e-4)
    assert pin.text == "orbit"


@pytest.mark.parametrize(
    "view",
    [ON_PCA, replace(ON_PCA, question="  "), replace(ON_PCA, like=SPACE), replace(ASKED, method="tsne")],
    ids=["nothing asked", "blank", "only posts like others", "a projection that is not there yet"],
)
def test_there_is_no_pin_without_a_question_and_a_map_to_put_it_on(screen: Screen, view: View) -> None:
    assert marks_of(screen, view)[1] == Pin()


def test_a_long_question_is_cut_on_its_pin(screen: Screen) -> None:
    _, just = marks_of(screen, replace(ASKED, question="o" * PIN_CHARACTERS))
    _, longer = marks_of(screen, replace(ASKED, question="o" * (PIN_CHARACTERS - 1) + " rbit"))
    assert just.text == "o" * PIN_CHARACTERS
    assert longer.text == "o" * (PIN_CHARACTERS - 1) + "…"


def test_who_passes_the_filters_is_shown(screen: Screen) -> None:
    shown, region = shown_of(screen, replace(ON_PCA, scope=Scope(subset="test")))
    assert shown.mask is not None
    assert np.flatnonzero(shown.mask).tolist() == [2, 5, 8]
    assert region == Region()


def test_a_region_is_outlined_on_its_own_map_alone(screen: Screen) -> None:
    drawn = region_around(screen, SPACE)
    view = replace(ON_PCA, scope=Scope(region=drawn))
    assert shown_of(screen, view)[1] == Region(drawn.corners)
    of_another = replace(view, scope=Scope(region=replace(drawn, plan=Plan("pca", seed=1))))
    on_another_map, region = shown_of(screen, of_another)
    assert region == Region()
    assert on_another_map.mask is not None
    assert np.flatnonzero(on_another_map.mask).tolist() == [0, 1, 2]


def test_a_region_is_outlined_on_its_map_while_that_stands_in_for_another(screen: Screen) -> None:
    drawn = region_around(screen, SPACE)
    waiting = replace(FIRST, method="tsne", scope=Scope(region=drawn))
    assert shown_of(screen, waiting)[1] == Region(drawn.corners)


def test_the_slider_knows_how_near_each_post_is_and_how_near_they_must_be(screen: Screen) -> None:
    near = near_of(screen, replace(ASKED, least=0.7))
    assert near.similarities is not None
    assert near.similarities[:3] == pytest.approx([ORBIT[post_id] for post_id in SPACE])
    assert near.least == 0.7


def test_where_nothing_is_asked_there_is_no_slider(screen: Screen) -> None:
    assert near_of(screen, ON_PCA).similarities is None


def test_points_lie_where_the_projection_has_them_under_the_corpus_key(screen: Screen) -> None:
    points = points_of(screen, Plan("pca"))
    assert np.array_equal(points.coordinates, screen.explorer.project("pca").coordinates)
    assert points.key == "small.word-counts.7"


def test_nine_posts_are_too_few_to_name_places(screen: Screen) -> None:
    names = names_of(screen, Plan("pca"))
    assert (list(names.texts), list(names.levels)) == ([], [])


@pytest.mark.parametrize("view", [ON_PCA, replace(ASKED, color=SIMILARITY)], ids=["newsgroups", "similarity"])
def test_a_map_that_waits_for_nothing_says_nothing(screen: Screen, view: View) -> None:
    assert message_of(screen, view) == Message()


@pytest.mark.parametrize("color", [NEWSGROUP, SIMILARITY])
def test_a_map_without_its_projection_says_what_is_computed(screen: Screen, color: str) -> None:
    waiting = replace(FIRST, method="tsne", color=color)
    assert message_of(screen, waiting) == Message("Computing t-SNE of 9 posts …", done=0.0)


def test_colored_by_placement_posts_amid_their_neighbors_are_placed_well(screen: Screen) -> None:
    # Of nine posts, each is among the eight nearest of all others, which are all the neighbors that are asked for.
    scale = coloring_of(screen, replace(ON_PCA, color=PLACEMENT))
    assert isinstance(scale, Scale)
    assert (scale.title, scale.ends) == ("Placement", ("well placed", "badly placed"))
    assert scale.values.tolist() == [0] * 9


def test_a_map_without_a_question_to_be_colored_by_says_so(screen: Screen) -> None:
    assert message_of(screen, replace(ON_PCA, color=SIMILARITY)) == Message(NOTHING_TO_COLOR_BY)
