"""One corpus as the page sees it: who passes the filters, what is found, and how near."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.app.clusterer import Clusterer
from explorer.app.scope import Clusters, Region, Scope
from explorer.app.screen import N_DESCRIBED, Screen
from explorer.app.view import FIRST, View
from explorer.palette import PALETTE
from explorer.plan import Plan
from explorer.snippets import snippet_of
from explorer.suspects import NEAR_DUPLICATE, OUTLIER
from tests.explorers import ORBIT, ids_of
from tests.screens import CRYPT, HOCKEY, SPACE, region_around, screen_of

ALL = [*SPACE, *HOCKEY, *CRYPT]
ASKED = replace(FIRST, question="orbit")
IN_SPACE = Scope(newsgroups=("sci.space",))


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("screen")) as screen:
        yield screen


def passing(screen: Screen, scope: Scope) -> list[str]:
    return [screen.explorer.post_ids[row] for row in np.flatnonzero(screen.inside(scope))]


def shown(screen: Screen, view: View) -> list[str]:
    return [screen.explorer.post_ids[row] for row in np.flatnonzero(screen.shown(view))]


class TestCorpus:
    def test_its_key_tells_it_from_the_same_posts_of_another_model(self, screen: Screen) -> None:
        assert screen.key == "small.word-counts.7"

    def test_its_title_says_what_it_is_and_how_much(self, screen: Screen) -> None:
        assert screen.title == "small · 9 posts · word-counts, 7 dimensions"

    def test_it_has_at_most_as_many_clusters_as_posts(self, screen: Screen) -> None:
        assert screen.most_clusters == 9

    def test_its_subset_for_training_comes_first(self, screen: Screen) -> None:
        assert screen.subsets == ["train", "test"]

    def test_its_newsgroups_have_the_first_colors_by_name(self, screen: Screen) -> None:
        names = ("rec.sport.hockey", "sci.crypt", "sci.space")
        assert screen.colors == dict(zip(names, PALETTE[:3], strict=True))

    def test_its_clusterings_are_described_once(self, screen: Screen) -> None:
        assert not screen.is_described(Clusterer(2))
        described = screen.described(Clusterer(2))
        assert screen.is_described(Clusterer(2))
        assert screen.described(Clusterer(2)) is described


class TestDescriptions:
    def test_a_post_is_described_by_its_subject_newsgroup_and_beginning(self, screen: Screen) -> None:
        (described,) = screen.descriptions([3])
        assert described == {"title": "about rec.sport.hockey", "label": "rec.sport.hockey", "text": "goal puck"}

    def test_they_come_in_the_order_that_is_asked_for(self, screen: Screen) -> None:
        texts = [described["text"] for described in screen.descriptions([8, 0])]
        assert texts == [snippet_of(screen.explorer.posts[row]) for row in (8, 0)]

    def test_there_are_none_of_posts_that_there_are_not(self, screen: Screen) -> None:
        assert [described["text"] for described in screen.descriptions([-1, 9, 10**30, 2, -9])] == ["orbit"]

    def test_no_more_are_made_than_anyone_hovers_over(self, screen: Screen) -> None:
        assert len(screen.descriptions([0] * 10_000)) == N_DESCRIBED


class TestInside:
    def test_everything_passes_where_nothing_is_narrowed(self, screen: Screen) -> None:
        assert passing(screen, Scope()) == ALL

    @pytest.mark.parametrize(
        ("scope", "inside"),
        [
            (Scope(newsgroups=("sci.crypt", "sci.space")), [*SPACE, *CRYPT]),
            (Scope(subset="test"), [SPACE[2], HOCKEY[2], CRYPT[2]]),
            (Scope(contains="ROCKET"), [SPACE[0], SPACE[1]]),
            (Scope(contains="about sci"), [*SPACE, *CRYPT]),
            (Scope(clusters=Clusters(Clusterer(3), (0, 1))), [*SPACE, *CRYPT]),
            (Scope(contains="nowhere"), []),
        ],
        ids=["newsgroups", "a subset", "a word", "a phrase", "clusters", "a word that nobody uses"],
    )
    def test_a_filter_lets_through_what_it_names(self, screen: Screen, scope: Scope, inside: list[str]) -> None:
        assert passing(screen, scope) == inside

    def test_near_duplicates_are_inside_with_their_twins(self, screen: Screen) -> None:
        # "goal puck" is a suspect for "goal goal" and for "the puck", who are not suspects themselves.
        assert [suspect.row for suspect in screen.explorer.suspects] == [3, 3]
        assert passing(screen, Scope(suspects=(NEAR_DUPLICATE,))) == list(HOCKEY)

    def test_of_a_kind_of_suspects_that_nobody_is_nobody_is_inside(self, screen: Screen) -> None:
        assert passing(screen, Scope(suspects=(OUTLIER,))) == []

    def test_kinds_of_suspects_are_added_up(self, screen: Screen) -> None:
        assert passing(screen, Scope(suspects=(OUTLIER, NEAR_DUPLICATE))) == list(HOCKEY)

    def test_a_region_holds_what_lies_in_it_on_its_own_map(self, screen: Screen) -> None:
        for some in (SPACE, HOCKEY, CRYPT):
            assert passing(screen, Scope(region=region_around(screen, some))) == list(some)

    def test_a_region_away_from_all_posts_holds_none(self, screen: Screen) -> None:
        assert passing(screen, Scope(region=Region(Plan("pca"), ((50, 50), (51, 50), (50, 51))))) == []

    def test_who_passes_must_pass_every_filter(self, screen: Screen) -> None:
        scope = Scope(
            newsgroups=("sci.space", "rec.sport.hockey"),
            subset="train",
            contains="or",
            clusters=Clusters(Clusterer(3), (1, 2)),
            region=region_around(screen, [*SPACE, *CRYPT]),
        )
        # Hockey's posts are "about rec.sport.hockey", but lie elsewhere; one of space's is for testing.
        assert passing(screen, replace(scope, region=Region())) == [*SPACE[:2], *HOCKEY[:2]]
        assert passing(screen, scope) == list(SPACE[:2])
        assert passing(screen, replace(scope, suspects=(NEAR_DUPLICATE,))) == []


class TestShown:
    def test_posts_must_be_as_near_to_the_question_as_is_asked(self, screen: Screen) -> None:
        # "rocket to orbit" has 0.71, "orbit orbit rocket" 0.89.
        assert shown(screen, replace(ASKED, least=0.7)) == list(SPACE)
        assert shown(screen, replace(ASKED, least=0.8)) == [SPACE[0], SPACE[2]]

    def test_they_must_pass_the_filters_too(self, screen: Screen) -> None:
        assert shown(screen, replace(ASKED, least=0.8, scope=Scope(subset="train"))) == [SPACE[0]]

    def test_where_nothing_is_asked_how_near_says_nothing(self, screen: Screen) -> None:
        assert shown(screen, replace(FIRST, least=0.8)) == ALL

    def test_a_region_holds_the_same_posts_whatever_map_is_drawn(self, screen: Screen) -> None:
        drawn = Scope(region=region_around(screen, HOCKEY))
        assert shown(screen, replace(FIRST, method="tsne", scope=drawn)) == list(HOCKEY)
        assert not screen.explorer.has_projection("tsne")


class TestHits:
    def test_where_nothing_is_asked_nothing_is_found(self, screen: Screen) -> None:
        blank = replace(FIRST, question=" \n ", unlike=(SPACE[0],))
        assert (screen.hits(blank), screen.n_found(blank)) == ([], 0)
        assert screen.similarities(blank) is None

    def test_the_nearest_comes_first(self, screen: Screen) -> None:
        hits = screen.hits(replace(ASKED, n_results=3))
        assert {hit.post.id: hit.similarity for hit in hits} == pytest.approx(ORBIT)
        assert ids_of(hits) == list(ORBIT)

    def test_all_that_answers_is_counted_though_few_are_shown(self, screen: Screen) -> None:
        few = replace(ASKED, n_results=2)
        assert (len(screen.hits(few)), screen.n_found(few)) == (2, 9)

    def test_by_keywords_only_posts_with_the_word_are_found(self, screen: Screen) -> None:
        by_keywords = replace(FIRST, question="rocket", mode="keywords")
        assert sorted(ids_of(screen.hits(by_keywords))) == sorted(SPACE[:2])
        assert screen.n_found(by_keywords) == 2

    @pytest.mark.parametrize(
        ("scope", "found"),
        [
            (Scope(subset="test"), [SPACE[2], HOCKEY[2], CRYPT[2]]),
            (Scope(clusters=Clusters(Clusterer(3), (0,))), [CRYPT[2], CRYPT[0], CRYPT[1]]),
            (Scope(suspects=(NEAR_DUPLICATE,), subset="train"), [HOCKEY[0], HOCKEY[1]]),
            (Scope(contains="nowhere"), []),
        ],
        ids=["a subset", "a cluster", "suspects of a subset", "a word that nobody uses"],
    )
    def test_only_what_passes_the_filters_is_found(self, screen: Screen, scope: Scope, found: list[str]) -> None:
        view = replace(ASKED, scope=scope)
        assert (ids_of(screen.hits(view)), screen.n_found(view)) == (found, len(found))

    def test_only_what_lies_in_a_region_is_found_though_another_map_is_drawn(self, screen: Screen) -> None:
        drawn = Scope(region=region_around(screen, HOCKEY))
        view = replace(FIRST, question="puck", method="tsne", scope=drawn)
        assert (ids_of(screen.hits(view)), screen.n_found(view)) == ([HOCKEY[2], HOCKEY[0], HOCKEY[1]], 3)

    def test_only_what_is_near_enough_is_found(self, screen: Screen) -> None:
        near = replace(ASKED, least=0.8)
        assert (ids_of(screen.hits(near)), screen.n_found(near)) == ([SPACE[2], SPACE[0]], 2)

    def test_more_like_some_posts_are_others(self, screen: Screen) -> None:
        # "goal puck" and "goal goal" point towards goals; "the puck" shares a puck with one of them.
        like = replace(FIRST, like=HOCKEY[:2])
        assert (ids_of(screen.hits(like))[0], screen.n_found(like)) == (HOCKEY[2], 7)

    def test_more_like_a_selection_are_those_outside_it(self, screen: Screen) -> None:
        like = replace(FIRST, like_scope=Scope(newsgroups=("rec.sport.hockey",), subset="train"))
        assert screen.hits(like) == screen.hits(replace(FIRST, like=HOCKEY[:2]))

    def test_a_post_that_is_liked_twice_counts_once(self, screen: Screen) -> None:
        view = replace(FIRST, like=(SPACE[2],), like_scope=IN_SPACE)
        assert screen.question(view).like == (SPACE[2], SPACE[0], SPACE[1])


def test_similarities_follow_the_posts(screen: Screen) -> None:
    similarities = screen.similarities(ASKED)
    assert similarities is not None
    assert similarities[:3] == pytest.approx([ORBIT[post_id] for post_id in SPACE])
    assert similarities.shape == (9,)


def test_similarities_ask_nothing_of_the_filters(screen: Screen) -> None:
    similarities = screen.similarities(replace(ASKED, scope=Scope(contains="nowhere"), least=0.9))
    assert similarities is not None
    assert not np.isnan(similarities).any()


def test_neighbors_of_a_post_are_the_nearest_others(screen: Screen) -> None:
    assert ids_of(screen.neighbors(SPACE[1])[:2]) == [SPACE[0], SPACE[2]]
    assert sorted(ids_of(screen.neighbors(SPACE[1]))) == sorted(set(ALL) - {SPACE[1]})
