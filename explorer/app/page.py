"""The page: a question, its results, the map, and what is read or selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr
from gradio.blocks import Block

from explorer.app.asking import Asking, publish
from explorer.app.beside import introduce
from explorer.app.classifying import Classifying
from explorer.app.comparing import Comparing
from explorer.app.components import notice
from explorer.app.desk import Desk
from explorer.app.evaluating import Evaluating
from explorer.app.handlers import Handlers
from explorer.app.layout import NAME, lay_out
from explorer.app.mapping import MapHandlers
from explorer.app.outbox import Page
from explorer.app.page_scripts import FETCH_FILE, START
from explorer.app.parts import Buttons, DataForm, Parts
from explorer.app.reclustering import Reclustering
from explorer.app.rights import EVERY_RIGHT
from explorer.app.screen import Screen
from explorer.app.stage import Stage
from explorer.app.storing import Storing
from explorer.app.switch import follow_corpora
from explorer.app.titles import Titles
from ingest.errors import UserError

KEPT_SECONDS = 3_600  # an exported file


def build_page(screens: Mapping[str, Screen], desk: Desk | None = None) -> gr.Blocks:
    """Lay out the page and connect its parts; the first screen is shown first.

    What a desk does with the store, visitors may have done.
    """
    introduce(screens)
    page = Page(
        title="semantic-explorer", analytics_enabled=False, fill_width=True, delete_cache=(KEPT_SECONDS, KEPT_SECONDS)
    )
    with page:
        parts, buttons = lay_out(screens, desk.corpora.rights if desk else EVERY_RIGHT)
        publish(Asking(screens))  # before handlers of the same names, which would take these
        stage = Stage(screens, parts)
        follow_corpora(stage)
        _connect(page, parts, buttons, stage)
        if desk:
            _connect_data(parts, Storing(stage, desk, buttons.data), buttons.data)
    return page


def build_broken_page(error: UserError) -> gr.Blocks:
    """Lay out the page of a store that cannot be read, which says why."""
    page = Page(title="semantic-explorer", analytics_enabled=False)
    with page:
        gr.HTML(NAME, elem_id="name")
        notice(str(error), elem_id="notice")
        publish(Asking({}, error))
    return page


def _quiet(parts: Parts) -> dict[str, Any]:
    """Return how handlers are connected: every question is taken, and the stage drops the answers that are too late."""
    return {
        "outputs": parts.all,
        "show_progress": "hidden",
        "api_visibility": "private",
        "trigger_mode": "multiple",
    }


def _connect(page: gr.Blocks, parts: Parts, buttons: Buttons, stage: Stage) -> None:
    handlers = Handlers(stage)
    quiet = _quiet(parts)
    searching: dict[str, Any] = {**quiet, "show_progress": "minimal", "show_progress_on": parts.results}
    page.load(None, js=START, api_visibility="private")
    page.unload(handlers.leave)
    _connect_questions(parts, buttons, handlers, searching)
    _connect_filters(parts, handlers, quiet)
    _connect_reading(parts, handlers, quiet)
    mapping = MapHandlers(stage)
    _connect_map(parts, mapping, quiet)
    _connect_settings(parts, mapping, quiet)
    parts.controls.corpus.input(handlers.open_corpus, parts.controls.corpus, **quiet)
    parts.address.input(handlers.navigate, None, **quiet)
    parts.pages.input(handlers.choose_page, None, **quiet)
    _connect_clustering(parts, buttons, Reclustering(stage), quiet)
    _connect_evaluating(parts, buttons, Evaluating(stage), quiet)
    parts.clusters.input(handlers.select_post, None, **quiet)
    parts.clusters.submit(Titles(stage).write, None, **quiet)
    _connect_classifying(parts, buttons, Classifying(stage), quiet)
    _connect_comparing(parts, buttons, Comparing(stage), quiet)


def _connect_data(parts: Parts, handlers: Storing, form: DataForm) -> None:
    quiet = _quiet(parts)
    parts.address.input(handlers.open, None, **quiet)
    parts.pages.input(handlers.look, None, **quiet)
    form.upload.change(
        handlers.offer_columns, form.upload, form.columns, show_progress="hidden", api_visibility="private"
    )
    form.estimate.click(handlers.estimate, set(form.fields.values()), **quiet)
    parts.holdings.submit(handlers.act, None, **quiet)
    parts.work_done.submit(handlers.start, None, **quiet)
    parts.work_done.stop(handlers.cancel, None, **quiet)


def _connect_questions(parts: Parts, buttons: Buttons, handlers: Handlers, searching: dict[str, Any]) -> None:
    controls = parts.controls
    asking = [buttons.ask.click, controls.question.submit, controls.mode.input]
    gr.on(asking, handlers.ask, [controls.question, controls.mode], **searching)
    for suggestion in buttons.suggestions:
        suggestion.click(handlers.ask_example, suggestion, **searching)
    parts.results.expand(handlers.find_more, None, **searching)
    for chooser in (parts.results, parts.reader):
        chooser.like(handlers.like, None, **searching)
    parts.selection.submit(handlers.like_selection, None, **searching)


def _connect_filters(parts: Parts, handlers: Handlers, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    controls.newsgroups.input(handlers.choose_newsgroups, controls.newsgroups, **quiet)
    controls.subset.input(handlers.choose_subset, controls.subset, **quiet)
    # Gradio tells of a value that was typed only once the field is left.
    gr.on([controls.where.input, controls.where.blur], handlers.choose_where, controls.where, **quiet)
    gr.on([controls.contains.submit, controls.contains.blur], handlers.choose_contained, controls.contains, **quiet)
    parts.chips.delete(handlers.remove_chip, None, **quiet)
    parts.chips.clear(handlers.remove_chips, None, **quiet)
    parts.clusters.select(handlers.select_cluster, None, **quiet)
    parts.selection.clear(handlers.remove_chips, None, **quiet)


def _connect_reading(parts: Parts, handlers: Handlers, quiet: dict[str, Any]) -> None:
    for chooser in (parts.results, parts.reader, parts.selection, parts.suspects):
        chooser.select(handlers.select_post, None, **quiet)
    parts.tabs.input(handlers.choose_pane, None, **quiet)
    parts.suspects.input(handlers.choose_suspects, None, **quiet)
    parts.suspects.expand(handlers.list_more_suspects, None, **quiet)


def _connect_map(parts: Parts, handlers: MapHandlers, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    controls.method.input(handlers.project, controls.method, **quiet)
    controls.color.input(handlers.recolor, controls.color, **quiet)
    parts.map.select(handlers.select_point, None, **quiet)
    parts.map.apply(handlers.select_region, None, **quiet)
    parts.map.clear(handlers.clear_map, None, **quiet)
    parts.map.input(handlers.press_legend, None, **quiet)
    parts.map.release(handlers.set_least, None, **quiet)
    exporting = parts.selection.download(handlers.download, None, **quiet)
    exporting.then(None, parts.download, js=FETCH_FILE, api_visibility="private")


def _connect_settings(parts: Parts, handlers: MapHandlers, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    settings: set[Block] = {controls.n_neighbors, controls.min_dist, controls.perplexity, controls.seed}
    parts.draw.click(handlers.draw, settings, **quiet)
    parts.saved.select(handlers.open_saved, None, **quiet)
    parts.map.stop(handlers.cancel, None, **quiet)


def _connect_clustering(parts: Parts, buttons: Buttons, handlers: Reclustering, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    chosen = [controls.by, controls.k, controls.vectors]
    buttons.cluster.click(handlers.cluster, chosen, **quiet)
    buttons.cluster_shown.click(handlers.cluster_shown, chosen, **quiet)
    gr.on([buttons.sweep.click, parts.sweep_chart.retry], handlers.open_sweep, None, **quiet)
    parts.sweep_chart.stop(handlers.stop_sweep, None, **quiet)
    parts.sweep_chart.clear(handlers.close_sweep, None, **quiet)
    parts.sweep_chart.select(handlers.choose_k, None, **quiet)


def _connect_evaluating(parts: Parts, buttons: Buttons, handlers: Evaluating, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    buttons.evaluate.click(handlers.evaluate, controls.evaluated_k, **quiet)
    controls.against.input(handlers.choose_against, controls.against, **quiet)
    parts.evaluation.select(handlers.select_cell, None, **quiet)


def _connect_classifying(parts: Parts, buttons: Buttons, handlers: Classifying, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    controls.classifier.input(handlers.choose_classifier, controls.classifier, **quiet)
    gr.on(
        [controls.training_seed.submit, controls.training_seed.blur],
        handlers.choose_seed,
        controls.training_seed,
        **quiet,
    )
    buttons.train.click(handlers.train, [controls.classifier, controls.training_seed], **quiet)
    parts.training.stop(handlers.cancel, None, **quiet)
    gr.on([buttons.label.click, buttons.text.submit], handlers.label, buttons.text, **quiet)
    parts.report.apply(handlers.select_cell, None, **quiet)
    parts.report.select(handlers.select_post, None, **quiet)


def _connect_comparing(parts: Parts, buttons: Buttons, handlers: Comparing, quiet: dict[str, Any]) -> None:
    controls = parts.controls
    this = {controls.compared_k, controls.compared_method}
    other = {controls.other_model, controls.other_method, controls.other_k}
    buttons.compare.click(handlers.compare, this | other, **quiet)
    parts.comparison.select(handlers.select_overlap, None, **quiet)
    parts.queries.submit(handlers.ask_queries, None, **quiet)
    parts.queries.clear(handlers.cancel_queries, None, **quiet)
