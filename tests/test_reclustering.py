"""Clustering anew, and comparing numbers of clusters: what the page shows of it, and when it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from explorer.app.clusterer import Clusterer
from explorer.app.layout import lay_out
from explorer.app.outbox import merged
from explorer.app.parts import Update
from explorer.app.reclustering import Reclustering
from explorer.app.scope import Scope
from explorer.app.screen import Screen
from explorer.app.stage import Stage
from explorer.app.view import CLUSTER, FIRST, OPEN, STOPPED, View
from tests.screens import SPACE, screen_of

ANN = gr.Request(session_hash="ann")
IN_SPACE = Scope(newsgroups=("sci.space",))
IN_TWO = Scope(newsgroups=("sci.crypt", "sci.space"))


@pytest.fixture(scope="module")
def screen(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with screen_of(filled, tmp_path_factory.mktemp("reclustering")) as screen:
        screen.explorer.project("pca")
        yield screen


@pytest.fixture
def stage(screen: Screen) -> Stage:
    screens = {screen.key: screen}
    with gr.Blocks():
        parts, _ = lay_out(screens)
    return Stage(screens, parts)


def drawn(updates: Iterable[Update]) -> Update:
    """Return what a page shows after these updates."""
    return reduce(merged, updates, {})


def opened(stage: Stage, view: View = FIRST) -> Update:
    return drawn(stage.open(ANN, replace(view, method="pca")))


def charts(stage: Stage, updates: Iterable[Update]) -> list[Any]:
    """Return what the panel is told of the sweep, each time that it is."""
    return [update[stage.parts.sweep_chart]["sweep"] for update in updates if stage.parts.sweep_chart in update]


class TestCluster:
    def test_a_method_that_finds_k_itself_takes_it_from_the_visitor(self, stage: Stage) -> None:
        opened(stage)
        page = drawn(Reclustering(stage).cluster("dbscan", 5, None, ANN))
        assert not page[stage.parts.controls.k]["interactive"]
        assert (stage.view(ANN).color, stage.view(ANN).by) == (CLUSTER, "dbscan")
        assert page[stage.parts.clusters]["n_unclustered"] == 9

    def test_what_is_shown_is_clustered_alone(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, scope=IN_SPACE))
        page = drawn(Reclustering(stage).cluster_shown("kmeans", 2, None, ANN))
        assert stage.view(ANN).of == "newsgroup=sci.space"
        assert sum(row["size"] for row in page[stage.parts.clusters]["rows"]) == len(SPACE)
        assert page[stage.parts.clusters]["n_unclustered"] == 6

    def test_all_are_clustered_again_though_some_are_shown(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, scope=IN_SPACE, of="newsgroup=sci.space", color=CLUSTER, k=2))
        page = drawn(Reclustering(stage).cluster("kmeans", 3, None, ANN))
        assert page[stage.parts.clusters]["n_unclustered"] == 0

    def test_nearness_to_a_question_is_not_what_posts_are_clustered_by(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, question="orbit", least=0.5))
        page = drawn(Reclustering(stage).cluster_shown("kmeans", 2, None, ANN))
        assert page[stage.parts.notice]["text"].startswith("How near posts are to a question")
        assert stage.view(ANN).of == ""

    def test_more_clusters_than_posts_are_a_notice(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, scope=IN_SPACE))
        page = drawn(Reclustering(stage).cluster_shown("kmeans", 4, None, ANN))
        assert page[stage.parts.notice]["text"] == "k must be from 1 to 3, the number of posts, not 4."


class TestSweep:
    def test_each_k_is_shown_as_soon_as_it_is_known(self, stage: Stage) -> None:
        opened(stage)
        shown = charts(stage, Reclustering(stage).open_sweep(ANN))
        n_known = [len(sweep["measures"][0]["values"]) for sweep in shown]
        assert (n_known[0], n_known[-1], n_known) == (0, 2, sorted(n_known))
        assert {tuple(sweep["ks"]) for sweep in shown} == {(2, 3)}

    def test_one_is_recommended_when_all_are_known(self, stage: Stage) -> None:
        opened(stage)
        *before, last = charts(stage, Reclustering(stage).open_sweep(ANN))
        assert {sweep["recommended"] for sweep in before} == {None}
        assert last["recommended"] == 3  # the posts are of three newsgroups, which lie apart
        assert "3 clusters" in last["reason"]

    def test_where_the_view_is_narrowed_it_is_of_the_posts_that_are_shown(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, scope=IN_TWO))
        *_, last = charts(stage, Reclustering(stage).open_sweep(ANN))
        assert (last["n_posts"], last["ks"]) == (6, [2])
        page = drawn(Reclustering(stage).choose_k(gr.EventData(None, {"k": 2}), ANN))
        assert page[stage.parts.sweep_chart]["chosen"] == 2
        assert page[stage.parts.clusters]["n_unclustered"] == 3

    def test_it_follows_what_is_shown(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, sweep=OPEN))
        *_, last = charts(stage, stage.change(ANN, lambda view: replace(view, scope=IN_TWO)))
        assert (last["n_posts"], last["recommended"]) == (6, 2)

    def test_what_was_judged_of_some_posts_is_not_judged_again(self, stage: Stage) -> None:
        opened(stage)
        sweeps = stage.screen(ANN).sweeps
        by = Clusterer(of="newsgroup=sci.crypt&newsgroup=sci.space")
        assert sweeps.wait_for(by) is sweeps.wait_for(by)

    def test_of_too_few_there_is_a_notice(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, scope=IN_SPACE))
        page = drawn(Reclustering(stage).open_sweep(ANN))
        assert page[stage.parts.notice]["text"].startswith("There are too few posts to recommend")

    def test_when_it_is_canceled_nothing_more_is_computed(self, stage: Stage) -> None:
        opened(stage)
        updates = Reclustering(stage).open_sweep(ANN)
        next(update for update in updates if stage.parts.sweep_chart in update)
        stopped = drawn(Reclustering(stage).stop_sweep(ANN))
        assert stopped[stage.parts.sweep_chart]["stopped"]["is_closed"] is False
        assert stage.view(ANN).sweep == STOPPED
        assert charts(stage, updates) == []

    def test_when_the_visitor_leaves_it_ends(self, stage: Stage) -> None:
        opened(stage)
        updates = Reclustering(stage).open_sweep(ANN)
        next(update for update in updates if stage.parts.sweep_chart in update)
        stage.forget(ANN)
        assert charts(stage, updates) == []

    def test_closed_it_is_gone(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, sweep=OPEN))
        page = drawn(Reclustering(stage).close_sweep(ANN))
        told = page[stage.parts.sweep_chart]
        assert told["stopped"]["is_closed"]
        assert told["stopped"]["turn"] > told["sweep"]["turn"]

    def test_a_k_of_the_chart_is_what_all_posts_are_clustered_with(self, stage: Stage) -> None:
        opened(stage, replace(FIRST, by="dbscan", sweep=OPEN))
        page = drawn(Reclustering(stage).choose_k(gr.EventData(None, {"k": 3}), ANN))
        assert len(page[stage.parts.clusters]["rows"]) == 3
        assert page[stage.parts.sweep_chart]["chosen"] == 3
        assert (stage.view(ANN).by, stage.view(ANN).sweep) == ("kmeans", OPEN)
