"""The stage: what a visitor's page is sent when it is opened, when its view changes, and when answers are overtaken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from functools import reduce
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from numpy.typing import NDArray

from explorer import Explorer
from explorer.agreement import SUPERGROUPS
from explorer.app.clusterer import Clusterer
from explorer.app.evaluating import Evaluating
from explorer.app.handlers import whole_number
from explorer.app.layers import NOTHING_TO_COLOR_BY
from explorer.app.mapping import MapHandlers
from explorer.app.outbox import KEPT_SECONDS, KIND, merged
from explorer.app.panels import PANELS, REFUSED, refused_update
from explorer.app.parts import Controls, Parts, Update, props
from explorer.app.reclustering import Reclustering
from explorer.app.scope import Clusters, Region, Scope
from explorer.app.screen import Screen
from explorer.app.stage import LEFT_OUT, Stage, together
from explorer.app.title_offer import OFFER, WRITING
from explorer.app.titles import Titles
from explorer.app.view import (
    CLUSTER,
    EVALUATE,
    EXPLORE,
    FIRST,
    NEWSGROUP,
    READER,
    SELECTION,
    SIMILARITY,
    SUSPECTS,
    View,
)
from explorer.plan import Plan
from explorer.point_map import Shown
from explorer.point_map.parts import ABSENT
from explorer.projection import METHODS, pca
from explorer.surroundings import Parameters
from ingest.embedders import EMBEDDERS, TaskType
from ingest.errors import UserError
from ingest.posts import Corpus
from tests.conftest import make_corpus
from tests.explorers import ORBIT, fill
from tests.gemini_server import GeminiServer
from tests.screens import CRYPT, SPACE, screens_of
from tests.sending import Clock
from tests.word_embedder import WordEmbedder

SMALL, OTHER = "small.word-counts.7", "other.word-counts.7"
ANN, BOB = gr.Request(session_hash="ann"), gr.Request(session_hash="bob")
OPENED = replace(FIRST, method="pca")
ASKED = replace(OPENED, question="orbit")
PANES = {READER: "reader", SELECTION: "selection", SUSPECTS: "suspects"}
IN_SPACE = Scope(newsgroups=("sci.space",))


class InterruptedEmbedder(WordEmbedder):
    """Lets something happen while the first question is embedded."""

    def __init__(self, meanwhile: Callable[[], object]) -> None:
        super().__init__()
        self._meanwhile: list[Callable[[], object]] = [meanwhile]

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        if self._meanwhile:
            self._meanwhile.pop()()
        return super().embed(texts, task_type)


@pytest.fixture(scope="module")
def screens(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Screen]]:
    """Nine posts, and the first four of them as another corpus, with the principal components of each."""
    folder = Path(shutil.copytree(filled, tmp_path_factory.mktemp("two") / "store"))
    fill(folder, Corpus("other", "memory", make_corpus().posts[:4]), WordEmbedder())
    with screens_of(folder) as screens:
        for screen in screens.values():
            screen.explorer.project("pca")
        yield screens


@pytest.fixture(scope="module")
def parts() -> Parts:
    """Components of their kinds, which nobody has laid out."""
    others = ("controls", "examples", "download", "draw")
    shown = [each.name for each in fields(Parts) if each.name not in others]
    with gr.Blocks():
        controls = Controls(
            corpus=gr.Dropdown(),
            question=gr.Textbox(),
            mode=gr.Radio(),
            newsgroups=gr.Dropdown(multiselect=True),
            subset=gr.Radio(),
            contains=gr.Textbox(),
            where=gr.Dropdown(multiselect=True),
            method=gr.Radio(),
            color=gr.Dropdown(),
            by=gr.Dropdown(),
            k=gr.Slider(),
            vectors=gr.Dropdown(),
            against=gr.Radio(),
            evaluated_k=gr.Slider(),
            classifier=gr.Radio(),
            training_seed=gr.Number(),
            compared_k=gr.Slider(),
            compared_method=gr.Dropdown(),
            other_model=gr.Dropdown(),
            other_k=gr.Slider(),
            other_method=gr.Dropdown(),
            n_neighbors=gr.Slider(),
            min_dist=gr.Slider(),
            perplexity=gr.Slider(),
            seed=gr.Number(),
        )
        components = {name: gr.HTML() for name in shown}
        buttons = {"download": gr.DownloadButton(), "draw": gr.Button()}
        return Parts(controls=controls, examples=gr.Row(), **buttons, **components)  # type: ignore[arg-type]


@pytest.fixture
def stage(screens: dict[str, Screen], parts: Parts) -> Stage:
    return Stage({SMALL: screens[SMALL], OTHER: screens[OTHER]}, parts)


@pytest.fixture
def new_stage(explorer: Explorer, parts: Parts) -> Stage:
    """A stage of nine posts that nothing is computed of."""
    return Stage({SMALL: Screen(explorer)}, parts)


@pytest.fixture(autouse=True)
def _quick_projection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a projection that takes no time in t-SNE's place."""
    monkeypatch.setitem(METHODS, "tsne", replace(METHODS["tsne"], project=pca))


def drawn(updates: Iterable[Update]) -> Update:
    """Return what a page shows after these updates."""
    return reduce(merged, updates, {})


def told(stage: Stage, page: Update) -> set[str]:
    """Return the names of the parts that a page was told anything of, controls aside."""
    return {name for name, part in vars(stage.parts).items() if name != "controls" and part in page}


def opened(stage: Stage, view: View = OPENED, visitor: gr.Request = ANN) -> Update:
    return drawn(stage.open(visitor, view))


def changed(stage: Stage, visitor: gr.Request = ANN, **fields: Any) -> Update:
    return drawn(stage.change(visitor, lambda view: replace(view, **fields)))


def bits_of(post_ids: Collection[str]) -> Any:
    """Return what tells the map that these of the nine posts are shown."""
    return Shown(np.array([post.id in post_ids for post in make_corpus().posts])).props()["shown"]


def ids_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


class TestOpening:
    @pytest.mark.parametrize("pane", PANES)
    def test_every_panel_is_shown_and_of_the_panes_the_one_in_front(self, stage: Stage, pane: str) -> None:
        page = opened(stage, replace(ASKED, pane=pane, scope=IN_SPACE))
        others = {
            "evaluation",
            "comparison",
            "task_types",
            "queries",
            "training",
            "report",
            "guesses",
            "holdings",
            "work_done",
        }
        behind = {*PANES.values(), *others} - {READER, PANES[pane]}
        assert told(stage, page) == set(vars(stage.parts)) - {"controls", "download"} - behind

    def test_every_control_is_set(self, stage: Stage) -> None:
        page = opened(stage, ASKED)
        assert page.keys() >= set(vars(stage.parts.controls).values())
        assert page[stage.parts.controls.question]["value"] == "orbit"

    def test_every_part_of_the_map_is_drawn_and_nothing_is_waited_for(self, stage: Stage) -> None:
        the_map = opened(stage, ASKED)[stage.parts.map]
        assert the_map.keys() - {KIND} == ABSENT.keys()
        assert the_map["marks"]["hits"][:3] == [2, 0, 1]
        assert the_map["message"] == ""

    def test_it_is_shown_as_it_was_when_its_address_is_opened_again(self, stage: Stage) -> None:
        opened(stage)
        page = opened(stage, ASKED)
        assert ids_of(page[stage.parts.results]["rows"][:3]) == list(ORBIT)

    def test_until_a_slower_projection_is_there_principal_components_stand_in_for_it(self, new_stage: Stage) -> None:
        maps = [update.get(new_stage.parts.map, {}) for update in new_stage.open(ANN, replace(OPENED, method="tsne"))]
        assert next(update["message"] for update in maps if "points" in update) == "Computing t-SNE of 9 posts …"
        assert reduce(lambda page, update: {**page, **update}, maps)["message"] == ""

    def test_what_was_placed_on_another_map_is_not_drawn_on_the_one_that_stands_in(self, new_stage: Stage) -> None:
        triangle = Region(Plan("pca"), ((-9.0, -9.0), (9.0, -9.0), (0.0, 9.0)))
        drawn_before = opened(new_stage, replace(ASKED, scope=Scope(region=triangle)))[new_stage.parts.map]
        updates = list(new_stage.change(ANN, lambda view: replace(view, method="tsne")))
        standing_in = next(update for update in updates if new_stage.parts.map in update)[new_stage.parts.map]
        assert (len(drawn_before["region"]["polygon"]), standing_in["region"]["polygon"]) == (3, [])
        assert (standing_in["pin"], drawn(updates)[new_stage.parts.map]["pin"]["text"]) == (False, "orbit")

    def test_principal_components_are_not_waited_for_when_they_are_there(self, new_stage: Stage) -> None:
        assert opened(new_stage, OPENED)[new_stage.parts.map]["message"] == ""

    def test_what_the_corpus_does_not_have_is_left_out_with_a_notice(self, stage: Stage) -> None:
        page = opened(stage, replace(ASKED, scope=Scope(newsgroups=("alt.unknown",)), post="gone"))
        assert page[stage.parts.notice]["text"] == LEFT_OUT
        assert page[stage.parts.chips]["chips"] == []

    def test_a_corpus_that_there_is_not_is_the_first(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, corpus="unknown"))
        assert stage.view(ANN).corpus == stage.screen(ANN).key == SMALL


class TestChanging:
    @pytest.mark.parametrize(
        ("fields", "parts_told"),
        [
            ({}, set()),
            ({"post": SPACE[0]}, {"results", "reader", "map", "address"}),
            ({"pane": SUSPECTS}, {"tabs", "suspects", "address"}),
            ({"suspects": "outlier"}, {"address"}),
            ({"color": CLUSTER}, {"map", "clusters", "reader", "sweep_chart", "address"}),
            ({"method": "tsne"}, {"map", "trust", "saved", "draw", "address"}),
            ({"n_results": 3}, {"results", "examples", "reader", "map", "address"}),
        ],
        ids=lambda value: ", ".join(value) if isinstance(value, dict) else None,
    )
    def test_only_what_depends_on_it_is_shown_again(
        self, stage: Stage, fields: dict[str, Any], parts_told: set[str]
    ) -> None:
        opened(stage, replace(ASKED, k=3))
        assert told(stage, changed(stage, **fields)) - {"notice"} == parts_told

    def test_of_the_map_only_what_depends_on_it_is_sent_again(self, stage: Stage, clock: Clock) -> None:
        opened(stage, ASKED)
        clock.naps.append(KEPT_SECONDS)
        assert changed(stage, color="subset")[stage.parts.map].keys() - {KIND} == {
            "coloring",
            "chosen",
            "message",
            "progress",
        }

    def test_controls_are_left_to_the_visitor_unless_it_comes_from_elsewhere(self, stage: Stage) -> None:
        opened(stage)
        question = stage.parts.controls.question
        assert question not in changed(stage, question="orbit")
        elsewhere = stage.change(ANN, lambda view: replace(view, question="puck"), controls=True)
        assert drawn(elsewhere)[question] == "puck"

    def test_a_notice_is_taken_away_by_what_is_done_next(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, post="gone"))
        assert changed(stage, question="orbit")[stage.parts.notice]["text"] == ""

    def test_an_update_names_what_the_page_may_not_have_drawn_yet(self, stage: Stage) -> None:
        opened(stage, ASKED)
        last = list(stage.change(ANN, lambda view: replace(view, post=SPACE[0])))[-1]
        assert ids_of(last[stage.parts.results]["rows"][:3]) == list(ORBIT)

    def test_the_hint_to_ask_goes_with_the_coloring_that_needed_it(self, stage: Stage) -> None:
        opened(stage)
        assert changed(stage, color=SIMILARITY)[stage.parts.map]["message"] == NOTHING_TO_COLOR_BY
        assert changed(stage, color=NEWSGROUP)[stage.parts.map]["message"] == ""

    def test_so_few_posts_as_cannot_be_clustered_are_left_as_they_are(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, scope=IN_SPACE))
        page = drawn(Reclustering(stage).cluster_shown("kmeans", 4, None, ANN))
        assert page[stage.parts.notice]["text"] == "k must be from 1 to 3, the number of posts, not 4."
        assert (stage.view(ANN).of, stage.view(ANN).color) == ("", OPENED.color)

    def test_the_post_that_is_read_is_told_its_cluster_when_the_map_is_clustered(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, post=CRYPT[0]))
        assert changed(stage, color=CLUSTER, k=3)[stage.parts.reader]["post"]["cluster"] == 0

    def test_before_the_page_is_opened_nothing_is_changed(self, stage: Stage) -> None:
        assert changed(stage, question="orbit") == {}
        with pytest.raises(UserError, match="load it again"):
            stage.view(ANN)

    def test_of_a_visitor_who_has_left_nothing_is_known(self, stage: Stage) -> None:
        opened(stage)
        stage.forget(ANN)
        assert changed(stage, question="orbit") == {}


class TestErrors:
    MESSAGE = "Posts alone say nothing to a search by keywords: type some, or search by meaning."

    def test_what_the_visitor_can_mend_is_a_notice_and_the_rest_is_shown(self, stage: Stage) -> None:
        opened(stage)
        page = changed(stage, like=(SPACE[0],), mode="keywords")
        assert page[stage.parts.notice]["text"] == self.MESSAGE
        assert [chip["name"] for chip in page[stage.parts.chips]["chips"]] == ["like"]
        assert "mode=keywords" in page[stage.parts.address]["query"]

    def test_the_next_answer_takes_the_notice_away(self, stage: Stage) -> None:
        opened(stage)
        changed(stage, like=(SPACE[0],), mode="keywords")
        page = changed(stage, mode="meaning")
        assert page[stage.parts.notice]["text"] == ""
        assert page[stage.parts.results]["n_found"] == 8

    def test_a_change_that_cannot_be_made_is_a_notice_and_changes_nothing(self, stage: Stage) -> None:
        opened(stage)
        before = stage.view(ANN)
        page = drawn(stage.change(ANN, lambda view: replace(view, k=whole_number(2.5))))
        assert page == {stage.parts.notice: props(text="k must be a whole number, not 2.5.")}
        assert stage.view(ANN) == before


class TestEvaluating:
    def test_clusters_are_compared_where_one_looks_at_that(self, stage: Stage) -> None:
        assert stage.parts.evaluation not in opened(stage, replace(OPENED, k=3))
        shown = changed(stage, page=EVALUATE)[stage.parts.evaluation]["evaluation"]
        assert shown["title"] == "3 clusters of 9 posts against 3 newsgroups."

    def test_another_k_is_evaluated_at_once_and_set_wherever_it_is_chosen(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, page=EVALUATE))
        page = drawn(Evaluating(stage).evaluate(2, ANN))
        assert page[stage.parts.evaluation]["evaluation"]["title"].startswith("2 clusters")
        assert {page[each]["value"] for each in (stage.parts.controls.k, stage.parts.controls.evaluated_k)} == {2}

    def test_a_cell_is_explored(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, page=EVALUATE, k=3))
        cell = gr.EventData(None, {"newsgroup": "sci.space", "cluster": 0})
        drawn(Evaluating(stage).select_cell(cell, ANN))
        view = stage.view(ANN)
        assert (view.page, view.color, view.scope.newsgroups) == (EXPLORE, CLUSTER, ("sci.space",))
        assert view.scope.clusters == Clusters(Clusterer(3), (0,))

    def test_a_cell_of_a_super_group_is_all_its_newsgroups(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, page=EVALUATE, k=3, against=SUPERGROUPS))
        cell = gr.EventData(None, {"newsgroup": "sci", "cluster": 0})
        drawn(Evaluating(stage).select_cell(cell, ANN))
        assert stage.view(ANN).scope.newsgroups == ("sci.crypt", "sci.space")


class TestOvertaking:
    def test_what_has_not_been_shown_when_something_newer_is_asked_is_dropped(self, stage: Stage) -> None:
        opened(stage)
        answers = stage.change(ANN, lambda view: replace(view, question="orbit"))
        next(answers)  # takes the notice away
        changed(stage, question="puck")
        assert drawn(answers) == {}

    def test_what_something_newer_does_not_ask_for_is_shown(self, stage: Stage) -> None:
        opened(stage)
        answers = stage.change(ANN, lambda view: replace(view, question="orbit"))
        next(answers)
        changed(stage, color=CLUSTER, k=3)
        page = drawn(answers)
        assert ids_of(page[stage.parts.results]["rows"][:3]) == list(ORBIT)
        assert stage.parts.address not in page

    def test_what_something_newer_makes_needless_is_not_worked_out(self, stage: Stage) -> None:
        opened(stage)
        answers = stage.change(ANN, lambda view: replace(view, color=CLUSTER, k=4))
        waiting = next(update for update in answers if stage.parts.clusters in update)
        assert waiting[stage.parts.clusters]["none"] == "Clustering 9 posts …"
        changed(stage, color=NEWSGROUP)
        assert drawn(answers) == {}
        assert not stage.screen(ANN).is_described(Clusterer(4))

    def test_what_waits_for_others_is_dropped_too_when_something_newer_is_asked(
        self, new_stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # The reader comes before the results, for which the question is embedded, and is sent with them.
        interrupted = InterruptedEmbedder(lambda: changed(new_stage, question="a goal"))
        monkeypatch.setitem(EMBEDDERS, WordEmbedder.name, lambda *_: interrupted)
        opened(new_stage)
        page = changed(new_stage, question="a rocket")
        assert told(new_stage, page) == {"notice", "results"}
        assert page[new_stage.parts.results]["none"] == "Searching …"
        assert new_stage.view(ANN).question == "a goal"

    def test_of_what_is_sent_together_only_the_overtaken_is_dropped(self, parts: Parts) -> None:
        waiting = [("reader", {parts.reader: props(post=None)}), ("results", {parts.results: props(rows=[])})]
        assert together(waiting, lambda panel: panel != "reader") == {parts.results: props(rows=[])}

    def test_what_is_asked_while_a_projection_is_computed_is_marked_on_it(self, new_stage: Stage) -> None:
        the_map = new_stage.parts.map
        answers = new_stage.open(ANN, replace(OPENED, method="tsne"))
        next(update for update in answers if new_stage.parts.address in update)  # only the projection is missing
        assert changed(new_stage, question="orbit", scope=IN_SPACE)[the_map]["pin"] is False
        projected = drawn(answers)[the_map]
        assert (projected["message"], projected["pin"]["text"]) == ("", "orbit")
        assert projected["marks"]["hits"] == [2, 0, 1]
        assert projected["shown"] == bits_of(SPACE)


class TestSettings:
    def settings(self, stage: Stage, **turned: float | None) -> dict[Any, float | None]:
        values = {"n_neighbors": 15, "min_dist": 0.1, "perplexity": 30, "seed": 0, **turned}
        return {getattr(stage.parts.controls, name): value for name, value in values.items()}

    def test_a_map_is_drawn_with_them(self, stage: Stage) -> None:
        opened(stage, replace(OPENED, method="tsne"))
        page = drawn(MapHandlers(stage).draw(self.settings(stage, perplexity=9, seed=4), ANN))
        assert stage.view(ANN).plan == Plan("tsne", 4, Parameters(perplexity=9.0))
        assert {"map=tsne", "seed=4", "perplexity=9"} < set(page[stage.parts.address]["query"].split("&"))
        assert page[stage.parts.saved]["chosen"] == "tsne,perplexity=9,seed=4"

    @pytest.mark.parametrize(
        ("turned", "message"),
        [
            ({"seed": None}, "A setting of the map is empty"),
            ({"seed": -1}, "The seed must be a whole number from 0 to 4294967295, not -1."),
            ({"n_neighbors": 1}, "n_neighbors must be from 2 to 200, not 1."),
        ],
        ids=str,
    )
    def test_those_that_there_are_not_are_refused(
        self, stage: Stage, turned: dict[str, float | None], message: str
    ) -> None:
        opened(stage)
        page = drawn(MapHandlers(stage).draw(self.settings(stage, **turned), ANN))
        assert page[stage.parts.notice]["text"].startswith(message)
        assert stage.view(ANN).plan == OPENED.plan

    def test_only_those_of_the_projection_are_shown(self, stage: Stage) -> None:
        controls = stage.parts.controls
        opened(stage)
        page = changed(stage, method="tsne")
        assert (page[controls.perplexity]["visible"], page[controls.n_neighbors]["visible"]) == (True, False)
        assert changed(stage, method="pca")[stage.parts.draw]["visible"] is False

    def test_a_map_that_is_kept_opens_with_its_settings(self, stage: Stage) -> None:
        opened(stage)
        chosen = gr.EventData(None, {"plan": "tsne,perplexity=9,seed=4"})
        first, *_ = MapHandlers(stage).open_saved(chosen, ANN)
        assert stage.view(ANN).plan == Plan("tsne", 4, Parameters(perplexity=9.0))
        assert (first[stage.parts.controls.method], first[stage.parts.controls.seed]) == ("tsne", 4)

    @pytest.mark.parametrize("plan", ["", "moon", "tsne,seed=x", "<script>"])
    def test_what_is_no_map_does_not_open(self, stage: Stage, plan: str) -> None:
        opened(stage)
        assert drawn(MapHandlers(stage).open_saved(gr.EventData(None, {"plan": plan}), ANN)) == {}

    def test_the_map_says_how_far_it_can_be_trusted(self, stage: Stage) -> None:
        said = opened(stage)[stage.parts.trust]["text"]
        assert said.startswith("PCA keeps ")
        assert said.endswith("(9 posts sampled)")


class TestWaiting:
    def test_a_projection_that_another_visitor_waited_for_is_drawn_all_the_same(self, new_stage: Stage) -> None:
        waiting = new_stage.open(BOB, replace(OPENED, method="tsne"))
        next(update for update in waiting if new_stage.parts.address in update)  # only the projection is missing
        opened(new_stage, replace(OPENED, method="tsne"), ANN)
        assert drawn(waiting)[new_stage.parts.map]["message"] == ""

    def test_what_is_canceled_leaves_what_stands_in_and_says_so(self, new_stage: Stage) -> None:
        waiting = new_stage.open(ANN, replace(OPENED, method="tsne"))
        next(update for update in waiting if new_stage.parts.address in update)
        page = drawn(MapHandlers(new_stage).cancel(ANN))
        assert page[new_stage.parts.map]["message"] == "t-SNE is canceled: this is PCA."
        assert (page[new_stage.parts.controls.method], new_stage.view(ANN).method) == ("pca", "pca")
        assert new_stage.parts.map not in drawn(waiting)
        assert not new_stage.screen(ANN).explorer.has_projection("tsne")

    def test_what_is_there_already_cannot_be_canceled(self, stage: Stage) -> None:
        opened(stage)
        assert drawn(MapHandlers(stage).cancel(ANN)) == {stage.parts.draw: gr.update()}


class TestTwoVisitors:
    def test_each_has_a_page_of_their_own(self, stage: Stage) -> None:
        opened(stage, OPENED, ANN)
        opened(stage, OPENED, BOB)
        changed(stage, ANN, question="orbit")
        assert (stage.view(ANN).question, stage.view(BOB).question) == ("orbit", "")

    def test_neither_overtakes_the_other(self, stage: Stage) -> None:
        opened(stage, OPENED, ANN)
        opened(stage, OPENED, BOB)
        answers = stage.change(ANN, lambda view: replace(view, question="orbit"))
        next(answers)
        changed(stage, BOB, question="puck")
        assert ids_of(drawn(answers)[stage.parts.results]["rows"][:3]) == list(ORBIT)

    def test_neither_is_told_what_the_other_was_sent(self, stage: Stage, clock: Clock) -> None:
        opened(stage, OPENED, BOB)
        clock.naps.append(KEPT_SECONDS)
        opened(stage, ASKED, ANN)
        assert changed(stage, BOB, post=SPACE[0])[stage.parts.results] == props(chosen=SPACE[0])


def test_a_panel_that_is_refused_takes_away_nothing_that_another_is_waited_for_with(stage: Stage) -> None:
    parts, refused = stage.parts, {panel.name: refused_update(stage.parts, panel) for panel in PANELS}
    assert refused["classification"] == refused["names"] == {}
    assert refused["evaluation"].keys() == {parts.evaluation}
    assert refused["coloring"].keys() == {parts.map, parts.clusters}
    assert [refused[name][getattr(parts, name)]["none"] for name in ("selection", "suspects")] == ["", ""]
    assert REFUSED.keys() <= refused.keys()


class TestTwoCorpora:
    def test_while_another_is_opened_nothing_is_shown_of_the_one_before(self, stage: Stage) -> None:
        opened(stage, ASKED)
        cleared, *_ = stage.open(ANN, replace(ASKED, corpus=OTHER))
        assert cleared[stage.parts.results]["rows"] == []
        assert cleared[stage.parts.map]["points"] is False

    def test_all_of_another_is_shown(self, stage: Stage) -> None:
        opened(stage, ASKED)
        page = opened(stage, replace(ASKED, corpus=OTHER))
        assert page[stage.parts.results]["n_found"] == 4
        assert page[stage.parts.chips]["n_posts"] == 4
        assert page[stage.parts.map]["shown"]["count"] == 4
        assert stage.screen(ANN).n_posts == 4


def test_a_legend_that_another_coloring_was_asked_for_before_narrows_nothing(stage: Stage) -> None:
    opened(stage, replace(OPENED, color=CLUSTER, k=3))
    pressed = {"codes": [0], "title": "Cluster of 2"}
    drawn(MapHandlers(stage).press_legend(gr.EventData(None, pressed), ANN))
    assert stage.view(ANN).scope.clusters.numbers == ()
    drawn(MapHandlers(stage).press_legend(gr.EventData(None, {**pressed, "title": "Cluster of 3"}), ANN))
    assert stage.view(ANN).scope.clusters.numbers == (0,)


class TestTitles:
    CLUSTERED = replace(OPENED, color=CLUSTER, k=3)

    def test_meanwhile_it_says_that_they_are_written_and_then_they_name_the_clusters(
        self, new_stage: Stage, server: GeminiServer
    ) -> None:
        opened(new_stage, self.CLUSTERED)
        writing, *others = Titles(new_stage).write(ANN)
        parts, shown = new_stage.parts, drawn(others)

        assert (writing[parts.clusters]["told"], writing[parts.clusters]["offer"]) == (WRITING, "")
        assert [row["title"] for row in shown[parts.clusters]["rows"]] == [
            f"About {first} and {second}"
            for first, second, *_ in (row["terms"] for row in shown[parts.clusters]["rows"])
        ]
        assert (shown[parts.clusters]["told"], shown[parts.notice]["text"]) == ("", "")

    def test_where_none_can_be_written_a_notice_says_why_and_they_are_offered_again(
        self, new_stage: Stage, server: GeminiServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GOOGLE_API_KEY", "wrong-key")
        opened(new_stage, self.CLUSTERED)
        shown = drawn(Titles(new_stage).write(ANN))

        assert "refuses the key" in shown[new_stage.parts.notice]["text"]
        assert shown[new_stage.parts.clusters]["offer"] == OFFER

    def test_one_who_looks_at_them_later_finds_them(self, new_stage: Stage, server: GeminiServer) -> None:
        opened(new_stage, self.CLUSTERED)
        drawn(Titles(new_stage).write(ANN))
        page = opened(new_stage, self.CLUSTERED, BOB)

        assert all(row["title"] for row in page[new_stage.parts.clusters]["rows"])
