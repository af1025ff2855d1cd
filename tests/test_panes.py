"""What the lists, the reader and the explanation of a selection show of nine posts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

import pytest

from explorer import Explorer
from explorer.app.clusterer import Clusterer
from explorer.app.panes import (
    NOT_CLUSTERED,
    NOTHING_ASKED,
    NOTHING_FOUND,
    chips_shown,
    clusters_of,
    post_of,
    results_of,
)
from explorer.app.scope import Clusters, Scope
from explorer.app.screen import Screen
from explorer.app.selection_pane import explanation_of, selection_of
from explorer.app.suspects_pane import suspects_of
from explorer.app.title_offer import NO_OFFER, OFFER, WITHOUT_KEY
from explorer.app.view import CLUSTER, FIRST, View
from explorer.palette import PALETTE
from explorer.suspects import MISLABELED, NEAR_DUPLICATE, OUTLIER
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from tests.explorers import ORBIT, fill
from tests.screens import CRYPT, HOCKEY, SPACE, region_around, screen_of
from tests.word_embedder import WordEmbedder

ASKED = replace(FIRST, question="orbit")
IN_SPACE = Scope(newsgroups=("sci.space",))
IN_HOCKEY = Scope(newsgroups=("rec.sport.hockey",))
HOCKEYS_COLOR, CRYPTS_COLOR, SPACES_COLOR = PALETTE[:3]

# Cosines, where each word counts one and everything else 0.1: of the three posts of sci.space, in their order,
# and of "goal puck" with "goal goal" and "the puck".
FIRST_SECOND = 3.01 / sqrt(5.01 * 2.01)
FIRST_THIRD = 2.01 / sqrt(5.01 * 1.01)
SECOND_THIRD = 1.01 / sqrt(2.01 * 1.01)
PUCK_GOALS = 2.01 / sqrt(2.01 * 4.01)
PUCK_PUCK = 1.01 / sqrt(2.01 * 1.01)


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("screen")) as screen:
        yield screen


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    """Six posts that say the same, the last of them in another newsgroup, and one that says something else."""
    texts = [("sci.space", "orbit")] * 5 + [("rec.autos", "orbit"), ("sci.space", "puck")]
    posts = [Post(f"train/{row}", newsgroup, "train", "", text) for row, (newsgroup, text) in enumerate(texts)]
    folder = fill(tmp_path_factory.mktemp("seven") / "store", Corpus("seven", "memory", posts), WordEmbedder())
    with Explorer.open(folder) as explorer:
        yield Screen(explorer)


def ids_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def read(screen: Screen, view: View) -> dict[str, Any]:
    post = post_of(screen, view)
    assert post is not None
    return post


def explained(screen: Screen, view: View) -> dict[str, Any]:
    explanation = explanation_of(screen, view)
    assert explanation is not None
    return explanation


class TestResults:
    def test_before_anything_is_asked_the_list_says_what_it_is_for(self, screen: Screen) -> None:
        results = results_of(screen, FIRST)
        assert (results["rows"], results["n_found"], results["none"]) == ([], 0, NOTHING_ASKED)

    def test_where_nothing_passes_the_list_says_what_to_do(self, screen: Screen) -> None:
        results = results_of(screen, replace(ASKED, scope=Scope(contains="nowhere")))
        assert (results["rows"], results["n_found"], results["none"]) == ([], 0, NOTHING_FOUND)

    def test_they_come_in_rank_order_with_the_number_of_all(self, screen: Screen) -> None:
        results = results_of(screen, replace(ASKED, n_results=3))
        assert (ids_of(results["rows"]), results["n_found"]) == (list(ORBIT), 9)

    def test_each_is_a_post_with_why_it_was_found(self, screen: Screen) -> None:
        best, *_ = results_of(screen, ASKED)["rows"]
        assert best == {
            "id": SPACE[2],
            "newsgroup": "sci.space",
            "color": SPACES_COLOR,
            "subject": "about sci.space",
            "similarity": pytest.approx(1.0),
            "snippet": "orbit",
            "words": ["orbit"],
        }

    def test_by_both_each_has_its_rank_in_either_ranking(self, screen: Screen) -> None:
        first, second, third = results_of(screen, replace(FIRST, question="rocket", mode="hybrid"))["rows"][:3]
        # "rocket to orbit" and "orbit orbit rocket" have the word; after them comes who is nearest without it.
        assert (ids_of([first, second]), first["meaning_rank"], first["keywords_rank"]) == ([SPACE[1], SPACE[0]], 1, 1)
        assert (third["meaning_rank"], third["keywords_rank"]) == (3, None)


class TestReader:
    def test_without_a_post_nothing_is_read(self, screen: Screen) -> None:
        assert post_of(screen, ASKED) is None

    def test_a_post_that_there_is_not_is_refused(self, screen: Screen) -> None:
        with pytest.raises(UserError, match="small has no post 'gone'"):
            post_of(screen, replace(FIRST, post="gone"))

    def test_a_post_is_read_with_its_facts(self, screen: Screen) -> None:
        post = read(screen, replace(FIRST, question="rockets", post=SPACE[0]))
        assert {name: value for name, value in post.items() if name not in ("neighbors", "previous", "next")} == {
            "id": SPACE[0],
            "newsgroup": "sci.space",
            "color": SPACES_COLOR,
            "subject": "about sci.space",
            "subset": "train",
            "n_characters": 18,
            "truncated": False,
            "metadata": [],
            "cluster": None,
            "text": "orbit orbit rocket",
            "words": ["rocket"],
        }

    def test_its_cluster_is_named_where_the_map_is_colored_by_clusters(self, screen: Screen) -> None:
        clustered = replace(FIRST, color=CLUSTER, k=3)
        clusters = [read(screen, replace(clustered, post=some[0]))["cluster"] for some in (SPACE, HOCKEY, CRYPT)]
        assert clusters == [1, 2, 0]

    def test_its_neighbors_are_all_others_nearest_first(self, screen: Screen) -> None:
        neighbors = read(screen, replace(FIRST, post=SPACE[0]))["neighbors"]
        assert ids_of(neighbors[:2]) == [SPACE[1], SPACE[2]]
        assert [row["similarity"] for row in neighbors[:2]] == pytest.approx([FIRST_SECOND, FIRST_THIRD])
        assert len(neighbors) == 8

    @pytest.mark.parametrize(
        ("post", "previous", "following"),
        [
            (SPACE[2], None, SPACE[0]),
            (SPACE[0], SPACE[2], SPACE[1]),
            (SPACE[1], SPACE[0], None),
            (CRYPT[0], None, SPACE[2]),
        ],
        ids=["the first result", "one between", "the last that is listed", "no result"],
    )
    def test_beside_it_are_its_neighbors_in_the_results(
        self, screen: Screen, post: str, previous: str | None, following: str | None
    ) -> None:
        read_beside = read(screen, replace(ASKED, n_results=3, post=post))
        assert (read_beside["previous"], read_beside["next"]) == (previous, following)

    def test_without_results_nothing_is_beside_it(self, screen: Screen) -> None:
        post = read(screen, replace(FIRST, post=SPACE[0]))
        assert (post["previous"], post["next"]) == (None, None)


class TestExplanation:
    @pytest.mark.parametrize(
        "view",
        [FIRST, ASKED, replace(FIRST, scope=Scope(contains="nowhere"))],
        ids=["the whole corpus", "a question alone", "nobody"],
    )
    def test_everything_and_nothing_are_no_selection(self, screen: Screen, view: View) -> None:
        assert explanation_of(screen, view) is None

    @pytest.mark.parametrize(
        ("view", "n_posts"), [(FIRST, 9), (ASKED, 9), (replace(FIRST, scope=Scope(contains="nowhere")), 0)]
    )
    def test_where_nothing_is_selected_all_posts_are_there_to_take_away(
        self, screen: Screen, view: View, n_posts: int
    ) -> None:
        assert selection_of(screen, view)["n_posts"] == n_posts

    def test_it_says_what_is_selected_and_how_much_of_all(self, screen: Screen) -> None:
        found = explained(screen, replace(FIRST, scope=Scope(("sci.space", "sci.crypt"), "test")))
        assert (found["title"], found["n_posts"], found["n_all"]) == ("sci.space, sci.crypt, test", 2, 9)

    def test_a_selection_by_similarity_is_named_by_it(self, screen: Screen) -> None:
        found = explained(screen, replace(ASKED, least=0.8))
        assert (found["title"], found["n_posts"]) == ("similarity at least 0.80", 2)

    def test_its_newsgroups_stand_beside_their_share_of_all(self, screen: Screen) -> None:
        around = region_around(screen, [*SPACE, *HOCKEY])
        found = explained(screen, replace(FIRST, scope=Scope(region=around, contains="about", subset="test")))
        assert {part["newsgroup"]: (part["n_posts"], part["share"], part["color"]) for part in found["mix"]} == {
            "rec.sport.hockey": (1, 0.5, HOCKEYS_COLOR),
            "sci.space": (1, 0.5, SPACES_COLOR),
        }
        assert {part["share_of_all"] for part in found["mix"]} == {3 / 9}

    def test_its_terms_are_those_that_its_posts_use_more_than_others(self, screen: Screen) -> None:
        # All three use "orbit" and "space", two use "rocket"; "sci" is also the cryptographers'.
        assert explained(screen, replace(FIRST, scope=IN_SPACE))["terms"] == ["orbit", "space", "rocket", "sci"]

    def test_its_typical_posts_come_nearest_to_the_mean_first_and_unusual_ones_last(self, screen: Screen) -> None:
        found = explained(screen, replace(FIRST, scope=IN_SPACE))
        assert (ids_of(found["typical"]), ids_of(found["unusual"])) == ([SPACE[0], SPACE[1]], [SPACE[2]])
        length = sqrt(3 + 2 * (FIRST_SECOND + FIRST_THIRD + SECOND_THIRD))
        assert [row["similarity"] for row in found["typical"] + found["unusual"]] == pytest.approx(
            [
                (1 + FIRST_SECOND + FIRST_THIRD) / length,
                (1 + FIRST_SECOND + SECOND_THIRD) / length,
                (1 + FIRST_THIRD + SECOND_THIRD) / length,
            ]
        )

    def test_its_near_duplicates_are_pairs_within_it_the_nearest_first(self, screen: Screen) -> None:
        pairs = explained(screen, replace(FIRST, scope=IN_HOCKEY))["duplicates"]
        assert [(pair["one"]["id"], pair["other"]["id"]) for pair in pairs] == [
            (HOCKEY[0], HOCKEY[2]),
            (HOCKEY[0], HOCKEY[1]),
        ]
        assert [pair["similarity"] for pair in pairs] == pytest.approx([PUCK_PUCK, PUCK_GOALS])
        assert explained(screen, replace(FIRST, scope=IN_SPACE))["duplicates"] == []


class TestSuspects:
    def test_every_kind_is_counted(self, screen: Screen) -> None:
        kinds = suspects_of(screen, FIRST)["kinds"]
        assert [(kind["kind"], kind["title"], kind["count"]) for kind in kinds] == [
            (MISLABELED, "Mislabeled", 0),
            (NEAR_DUPLICATE, "Near-duplicates", 2),
            (OUTLIER, "Outliers", 0),
        ]

    def test_those_of_the_chosen_kind_are_listed_with_the_reason(self, screen: Screen) -> None:
        found = suspects_of(screen, replace(FIRST, suspects=NEAR_DUPLICATE))
        assert (found["chosen"], ids_of(found["rows"])) == (NEAR_DUPLICATE, [HOCKEY[0], HOCKEY[0]])
        assert [row["reason"] for row in found["rows"]] == [
            "0.71 similar to “about rec.sport.hockey” in rec.sport.hockey"
        ] * 2

    def test_more_are_counted_than_are_listed_at_first(self, screen: Screen) -> None:
        found = suspects_of(screen, replace(FIRST, suspects=NEAR_DUPLICATE, n_suspects=1))
        assert (len(found["rows"]), found["n_found"]) == (1, 2)

    def test_only_those_that_pass_the_filters_are_suspected(self, screen: Screen) -> None:
        found = suspects_of(screen, replace(FIRST, suspects=NEAR_DUPLICATE, scope=IN_SPACE))
        assert (found["rows"], found["n_found"]) == ([], 0)
        assert [kind["count"] for kind in found["kinds"]] == [0, 0, 0]

    @pytest.mark.parametrize(
        ("kind", "post_id", "reason"),
        [
            (MISLABELED, "train/5", "100% of its neighbors are in sci.space"),
            (OUTLIER, "train/6", "its neighbors are 0.01 similar to it"),
        ],
    )
    def test_each_kind_has_a_reason_of_its_own(self, seven: Screen, kind: str, post_id: str, reason: str) -> None:
        (row,) = suspects_of(seven, replace(FIRST, suspects=kind))["rows"]
        assert (row["id"], row["reason"]) == (post_id, reason)


class TestChips:
    def test_without_filters_all_posts_are_left_and_there_are_no_chips(self, screen: Screen) -> None:
        assert chips_shown(screen, ASKED) == {"n_shown": 9, "n_posts": 9, "chips": []}

    def test_what_narrows_has_a_chip_and_leaves_fewer_posts(self, screen: Screen) -> None:
        shown = chips_shown(screen, replace(FIRST, like=(CRYPT[0],), scope=replace(IN_SPACE, subset="train")))
        assert (shown["n_shown"], shown["n_posts"]) == (2, 9)
        assert [(chip["label"], chip["color"]) for chip in shown["chips"]] == [
            ("like “about sci.crypt”", None),
            ("newsgroup: sci.space", SPACES_COLOR),
            ("subset: train", None),
        ]


class TestClusters:
    def test_where_the_map_is_colored_by_something_else_the_table_says_what_to_do(self, screen: Screen) -> None:
        nothing = {"rows": [], "n_unclustered": 0, "chosen": []}
        assert clusters_of(screen, FIRST) == {**nothing, "none": NOT_CLUSTERED, **NO_OFFER}

    def test_each_cluster_is_a_row_in_the_color_of_the_map(self, screen: Screen) -> None:
        rows = clusters_of(screen, replace(FIRST, color=CLUSTER, k=3))["rows"]
        assert rows[0] == {
            "cluster": 0,
            "color": PALETTE[0],
            "size": 3,
            "newsgroup": "sci.crypt",
            "share": 1.0,
            "terms": ["cipher", "crypt", "key", "sci"],
            "title": "",
            "typical": {"id": "train/sci.crypt/0", "subject": "about sci.crypt"},
        }
        assert [(row["cluster"], row["newsgroup"], row["color"]) for row in rows[1:]] == [
            (1, "sci.space", PALETTE[1]),
            (2, "rec.sport.hockey", PALETTE[2]),
        ]

    def test_posts_in_none_are_noise_to_a_method_by_density(self, screen: Screen) -> None:
        shown = clusters_of(screen, replace(FIRST, color=CLUSTER, by="dbscan"))
        assert (shown["n_unclustered"], shown["rest"]) == (9, "noise")

    def test_titles_are_offered_where_there_is_a_key(self, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
        view = replace(FIRST, color=CLUSTER, k=3)
        without = clusters_of(screen, view)
        monkeypatch.setenv("GEMINI_API_KEY", "a-key")
        offered = clusters_of(screen, view)

        assert (without["offer"], without["told"]) == ("", WITHOUT_KEY)
        assert (offered["offer"], offered["told"]) == (OFFER, "")

    @pytest.mark.parametrize(
        ("clusters", "chosen"), [(Clusters(Clusterer(3), (2, 0)), [2, 0]), (Clusters(Clusterer(2), (0,)), [])]
    )
    def test_those_that_the_view_is_narrowed_to_are_chosen(
        self, screen: Screen, clusters: Clusters, chosen: list[int]
    ) -> None:
        view = replace(FIRST, color=CLUSTER, k=3, scope=Scope(clusters=clusters))
        assert clusters_of(screen, view)["chosen"] == chosen
