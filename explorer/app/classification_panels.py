"""The panels of the page that classifies: what was learned is shown at once, what is being learned as it goes."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.app.classification_pane import NOTHING_LABELED, report_of, training_shown
from explorer.app.parts import Parts, Update, props
from explorer.app.screen import Screen
from explorer.app.view import CLASSIFY, View


def show_classification(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Show how well the newsgroups are recognized, where one looks at that."""
    if view.page != CLASSIFY:
        return
    state = screen.trainings.state(view.classifier, view.training_seed, waits=view.n_trainings > 0)
    yield {
        parts.training: props(**training_shown(screen, view, state)),
        parts.report: props(report=report_of(screen, view)),
        parts.guesses: props(answer=None, none=NOTHING_LABELED),
    }


def show_training(parts: Parts, screen: Screen, view: View) -> Iterator[Update]:
    """Follow the training that is going on to its end; whoever waits for it does so from the other pages too."""
    waits = view.n_trainings > 0
    if not waits and view.page != CLASSIFY:
        return
    for state in screen.trainings.states(view.classifier, view.training_seed, waits=waits):
        yield (
            {}
            if state is None
            else {
                parts.training: props(**training_shown(screen, view, state)),
                parts.report: props(report=report_of(screen, view)),
            }
        )
