"""Trainings: in the background, told state by state to all who follow, and canceled between two epochs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from explorer.app.predicted import Predicted
from explorer.app.screen import Screen
from explorer.app.trainings import CANCELING, OVER, State
from explorer.app.view import FIRST, scoped
from explorer.training import MODELS, Epoch, Lesson, Progress
from tests.screens import screen_of

SECONDS = 10.0


@pytest.fixture
def screen(filled: Path, tmp_path: Path) -> Iterator[Screen]:
    with screen_of(filled, tmp_path / "store") as screen:
        yield screen


def halting(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Let each training of the network wait after its second epoch until this happens."""
    go_on, model = Event(), MODELS["network"]

    def train(lesson: Lesson, seed: int, progress: Progress) -> object:
        n_told = iter(range(100))

        def tell(epoch: Epoch) -> None:
            progress(epoch)
            if next(n_told) == 1:
                assert go_on.wait(SECONDS)

        return model.train(lesson, seed, tell)

    monkeypatch.setitem(MODELS, "network", replace(model, train=train))  # type: ignore[arg-type]
    return go_on


def started(screen: Screen, *, waits: bool = True) -> Iterator[State]:
    """Follow a training until two epochs are over."""
    states = filter(None, screen.trainings.states("network", 0, waits=waits))
    next(state for state in states if len(state.epochs) == 2)
    return states


class TestGoingOn:
    @pytest.fixture(autouse=True)
    def go_on(self, monkeypatch: pytest.MonkeyPatch, screen: Screen) -> Iterator[Event]:
        go_on = halting(monkeypatch)
        screen.trainings.start("network", 0)
        yield go_on
        go_on.set()
        screen.trainings.cancel("network", 0)

    def test_whoever_follows_sees_its_epochs_and_its_end(self, screen: Screen, go_on: Event) -> None:
        states = started(screen)
        go_on.set()
        last = list(states)[-1]

        found = screen.trainings.found("network", 0)
        assert found is not None
        assert last == State(OVER, found.epochs)

    def test_canceled_it_ends_when_its_epoch_is_over(self, screen: Screen, go_on: Event) -> None:
        states = started(screen, waits=False)
        screen.trainings.cancel("network", 0)
        canceling = next(states)
        go_on.set()

        assert (canceling.stage, len(canceling.epochs)) == (CANCELING, 2)
        assert [state.stage for state in states][-1] == OVER
        assert screen.trainings.found("network", 0) is None

    def test_started_again_before_it_ends_it_goes_on(self, screen: Screen, go_on: Event) -> None:
        states = started(screen, waits=False)
        screen.trainings.cancel("network", 0)
        screen.trainings.start("network", 0)
        go_on.set()
        list(states)

        assert screen.trainings.found("network", 0) is not None

    def test_what_one_waits_for_another_cannot_cancel(self, screen: Screen, go_on: Event) -> None:
        states = started(screen)
        seen = screen.trainings.state("network", 0)
        screen.trainings.cancel("network", 0)
        go_on.set()
        list(states)

        assert seen is not None
        assert seen.is_held
        assert screen.trainings.found("network", 0) is not None


def test_of_a_training_that_nobody_started_there_is_nothing_to_tell(screen: Screen) -> None:
    assert list(screen.trainings.states("network", 0, waits=True)) == []


def test_posts_that_a_classifier_takes_for_a_newsgroups_narrow_a_view(screen: Screen) -> None:
    screen.explorer.classify("logistic")
    found = screen.trainings.found("logistic", 0)
    assert found is not None
    newsgroup = found.classes[found.predicted[0]]
    taken = Predicted("logistic", 0, newsgroup)

    shown = screen.shown(scoped(FIRST, predicted=taken))

    assert int(shown.sum()) == int(found.confusion[:, found.classes.index(newsgroup)].sum()) > 0
    assert {screen.explorer.posts[row].subset for row in shown.nonzero()[0]} == {"test"}


@pytest.mark.parametrize(
    "predicted",
    [Predicted("network", 0, "sci.space"), Predicted("svm", 0, "sci.space"), Predicted()],
    ids=["not trained", "no such model", "nothing"],
)
def test_an_address_that_names_no_trained_classifier_is_known_to(screen: Screen, predicted: Predicted) -> None:
    assert not screen.trainings.knows(predicted)


@pytest.mark.parametrize("text", ["", "network", "network:x:sci.med", "network:0:", ":"])
def test_what_is_no_prediction_is_read_as_none(text: str) -> None:
    assert not Predicted.read(text)


def test_a_prediction_is_read_as_it_was_written() -> None:
    predicted = Predicted("network", 3, "sci.med")

    assert Predicted.read(str(predicted)) == predicted
