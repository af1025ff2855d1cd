"""The page that compares: what it is told of posts that two models have embedded, and of questions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from explorer import Explorer
from explorer.app.beside import introduce
from explorer.app.comparison_pane import best_of, comparison_of, task_types_of
from explorer.app.query_pane import ask_queries, queries_of
from explorer.app.scope import Scope
from explorer.app.screen import Screen
from explorer.app.sides import Facing, Group, Side
from explorer.app.view import FIRST
from ingest.posts import Corpus
from tests.conftest import make_corpus
from tests.explorers import fill
from tests.screens import CRYPT, SPACE, screens_of
from tests.word_embedder import WordEmbedder

FIRST_KEY, OTHER_KEY = "small.word-counts.7", "small.other-counts.7"
THREE = replace(FIRST, k=3)


class OtherEmbedder(WordEmbedder):
    model = "other-counts"


@pytest.fixture(scope="module")
def screens(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Screen]]:
    """Nine posts of one model; the first eight of them of another."""
    folder = Path(shutil.copytree(filled, tmp_path_factory.mktemp("beside") / "store"))
    fill(folder, Corpus("small", "memory", make_corpus().posts[:8]), OtherEmbedder())
    with screens_of(folder) as screens:
        introduce(screens)
        yield screens


@pytest.fixture(scope="module")
def screen(screens: dict[str, Screen]) -> Screen:
    return screens[FIRST_KEY]


def test_without_a_choice_the_other_side_is_of_the_other_model_with_as_many_clusters(screen: Screen) -> None:
    assert screen.beside.pair(Facing(), 3) == (Side(FIRST_KEY, "kmeans", 3), Side(OTHER_KEY, "kmeans", 3))


def test_with_one_model_alone_it_is_of_half_as_many_clusters(explorer: Explorer) -> None:
    screen = Screen(explorer)

    assert screen.beside.pair(Facing(), 8)[1] == Side(screen.key, "kmeans", 4)


def test_what_both_models_have_is_compared_and_the_rest_is_counted(screen: Screen) -> None:
    found = comparison_of(screen, THREE)

    assert found["title"].endswith("8 posts that both have, without 1 that only this has.")
    assert [each["value"] for each in found["agreement"]] == pytest.approx([1.0, 1.0])
    assert sorted(max(row) for row in found["matrix"]["counts"]) == [2, 3, 3]
    assert {row["change"] for row in found["rows"]} == {0.0}


def test_the_other_clusters_are_named_by_their_numbers_and_these_by_their_words_too(screen: Screen) -> None:
    matrix = comparison_of(screen, THREE)["matrix"]

    assert [row.partition(":")[0] for row in matrix["rows"]] == ["0", "1", "2"]
    assert sorted(column["name"] for column in matrix["columns"]) == ["0", "1", "2"]


def test_an_overlap_is_the_posts_that_are_in_both_groups(screen: Screen) -> None:
    one, other = screen.beside.pair(Facing(), 3)
    ours, theirs = (screen.beside.described(side).clustering for side in (one, other))
    in_ours = int(ours.labels[ours.post_ids.index(SPACE[0])])
    in_theirs = int(theirs.labels[theirs.post_ids.index(SPACE[0])])
    in_crypt = int(theirs.labels[theirs.post_ids.index(CRYPT[0])])

    def inside(cluster: int) -> set[str]:
        mask = screen.inside(Scope(groups=(str(Group(in_ours, one)), str(Group(cluster, other)))))
        return {screen.explorer.post_ids[row] for row in mask.nonzero()[0]}

    assert inside(in_theirs) == set(SPACE)
    assert inside(in_crypt) == set()


def test_a_search_among_an_overlap_finds_nobody_else(screen: Screen) -> None:
    one, _ = screen.beside.pair(Facing(), 3)
    clustering = screen.beside.described(one).clustering
    group = str(Group(int(clustering.labels[clustering.post_ids.index(SPACE[0])]), one))

    hits = screen.hits(replace(FIRST, question="goal", scope=Scope(groups=(group,))))
    assert {hit.post.id for hit in hits} == set(SPACE)


def test_each_stored_task_type_is_a_column(screen: Screen) -> None:
    table = task_types_of(screen, THREE)

    assert sorted(table["columns"]) == ["CLUSTERING", "RETRIEVAL_DOCUMENT"]
    assert [row["figures"] for row in table["rows"]][:3] == [pytest.approx([1.0, 1.0])] * 3
    assert "no task types" in table["hint"]


@pytest.mark.parametrize(
    ("figures", "best"), [([0.2, 0.5], [1]), ([0.5, 0.5001], []), ([0.5, 0.1, 0.5], [0, 2]), ([0.4], [])]
)
def test_the_best_are_marked_as_far_as_they_are_shown_to_differ(figures: list[float], best: list[int]) -> None:
    assert best_of(figures) == best


def test_questions_are_offered_then_embedded_and_then_their_precision_is_there(explorer: Explorer) -> None:
    screen = Screen(explorer)
    assert queries_of(screen)["offer"]["label"] == "Embed 3 texts and measure"

    *progress, last = ask_queries(screen)

    assert [each["progress"]["told"] for each in progress] == ["Embedded 0 of 3 texts …", "Embedded 3 of 3 texts …"]
    assert last["found"]["columns"] == ["RETRIEVAL_QUERY"]
    assert queries_of(screen) == last
