"""What happens on the page that classifies: a model is trained, a text is labeled, or a cell is explored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr

from explorer.app.classification_pane import guesses_of
from explorer.app.classify_layout import MOST_TEXT
from explorer.app.parts import Update, props
from explorer.app.predicted import Predicted
from explorer.app.scope import EVERYTHING
from explorer.app.stage import Stage
from explorer.app.view import EXPLORE, FIRST, READER, SELECTION, View
from explorer.plan import MOST_SEED
from ingest.errors import UserError

READING = "Reading the text …"


class Classifying:
    """Handlers yield updates of some of the page's parts."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def choose_classifier(self, classifier: str, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: taught(view, classifier, view.training_seed))

    def choose_seed(self, seed: float | None, request: gr.Request) -> Iterator[Update]:
        yield from self._stage.change(request, lambda view: taught(view, view.classifier, seed_of(seed)))

    def train(self, classifier: str, seed: float | None, request: gr.Request) -> Iterator[Update]:
        """Learn in the background, and show how that goes."""
        chosen = seed_of(seed)
        self._stage.screen(request).trainings.start(classifier, chosen)

        def wait(view: View) -> View:
            return replace(taught(view, classifier, chosen), n_trainings=view.n_trainings + 1)

        yield from self._stage.change(request, wait)

    def cancel(self, request: gr.Request) -> Iterator[Update]:
        """Wait for the training no longer, which ends when its epoch is over unless others wait."""
        view = self._stage.view(request)
        self._stage.screen(request).trainings.cancel(view.classifier, view.training_seed)
        yield from self._stage.change(request, lambda view: replace(view, n_trainings=0))

    def label(self, text: str, request: gr.Request) -> Iterator[Update]:
        """Say which newsgroup a text is probably of."""
        parts, screen, view = self._stage.parts, self._stage.screen(request), self._stage.view(request)
        yield {parts.guesses: props(answer=None, none=READING)}
        try:
            yield {parts.guesses: props(answer=guesses_of(screen, view, text[:MOST_TEXT]), none="")}
        except UserError as error:
            yield {parts.guesses: props(answer=None, none=str(error))}

    def select_cell(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Explore the posts of a cell of the confusion matrix."""
        actual, predicted = str(event.actual), str(event.predicted)

        def select(view: View) -> View:
            taken = Predicted(view.classifier, view.training_seed, predicted)
            scope = replace(EVERYTHING, newsgroups=(actual,), predicted=taken)
            return replace(view, page=EXPLORE, pane=SELECTION, scope=scope)

        yield from self._stage.change(request, select, controls=True)

    def select_post(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Read a post that was mistaken for another newsgroup's."""
        yield from self._stage.change(
            request, lambda view: replace(view, page=EXPLORE, pane=READER, post=str(event.id))
        )


def taught(view: View, classifier: str, seed: int) -> View:
    """Return the view of a classifier; whoever turns to another waits for none."""
    is_same = (classifier, seed) == (view.classifier, view.training_seed)
    return replace(
        view, classifier=classifier, training_seed=seed, n_trainings=view.n_trainings if is_same else FIRST.n_trainings
    )


def seed_of(number: float | None) -> int:
    """Return a seed that was typed, or the nearest that can be one."""
    return min(max(int(number or 0), 0), MOST_SEED)
