"""Trainings: in the background, told state by state to all who follow, and canceled between two epochs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from explorer.app.predicted import Predicted
from explorer.app.screen import Screen
from explorer.app.trainings import CANCELING, LEARNING, MEASURING, OVER, State, Training
from explorer.app.view import FIRST, scoped
from explorer.training import Epoch, Progress
from ingest.errors import UserError
from tests.screens import screen_of

SECONDS = 10.0
ONE, TWO = Epoch(2.0, 0.25, 2.0, 0.25), Epoch(1.0, 0.5, 1.5, 0.5)


def nothing() -> None:
    pass


def last_of(training: Training) -> State:
    return list(training.states())[-1]


@pytest.fixture
def screen(filled: Path, tmp_path: Path) -> Iterator[Screen]:
    with screen_of(filled, tmp_path / "store") as screen:
        yield screen


class Lesson:
    """Tells two epochs, each when it is let go on."""

    def __init__(self) -> None:
        self.steps = [Event(), Event()]

    def __call__(self, progress: Progress) -> None:
        for step, epoch in zip(self.steps, (ONE, TWO), strict=True):
            assert step.wait(SECONDS)
            progress(epoch)


def test_whoever_follows_sees_every_epoch_as_it_is_over() -> None:
    lesson = Lesson()
    states = (training := Training(lesson, nothing)).states()

    assert next(states) == State(LEARNING)
    lesson.steps[0].set()
    assert next(states) == State(LEARNING, (ONE,))
    lesson.steps[1].set()
    assert last_of(training) == State(OVER, (ONE, TWO))


def test_a_second_who_follows_begins_where_it_is() -> None:
    lesson = Lesson()
    training = Training(lesson, nothing)
    lesson.steps[0].set()
    first = training.states()
    while not next(first).epochs:
        pass

    assert next(training.states()) == State(LEARNING, (ONE,))
    lesson.steps[1].set()


def test_canceled_it_ends_when_its_epoch_is_over() -> None:
    lesson = Lesson()
    training = Training(lesson, nothing)
    training.cancel()

    assert training.state == State(CANCELING)
    lesson.steps[0].set()
    assert last_of(training) == State(OVER)


def test_what_is_learned_is_not_canceled_while_the_words_are_measured() -> None:
    measured = Event()
    training = Training(lambda progress: progress(ONE), lambda: measured.wait(SECONDS))
    states = training.states()
    while next(states).stage != MEASURING:
        pass

    training.cancel()
    assert training.state == State(MEASURING, (ONE,))
    measured.set()
    assert last_of(training) == State(OVER, (ONE,))


def test_what_a_user_can_mend_is_told() -> None:
    def refuse(_: Progress) -> None:
        raise UserError("There is too little: ingest more.")

    assert last_of(Training(refuse, nothing)) == State(OVER, (), "There is too little: ingest more.")


def test_two_who_start_the_same_training_follow_one(screen: Screen) -> None:
    first, second = (screen.trainings.start("network", 0) for _ in range(2))

    assert first is second or last_of(first).stage == OVER
    last_of(second)
    assert screen.trainings.latest("network", 0) is second
    assert screen.trainings.found("network", 0) is not None


def test_posts_that_a_classifier_takes_for_a_newsgroups_narrow_a_view(screen: Screen) -> None:
    last_of(screen.trainings.start("logistic", 0))
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


def test_what_is_started_again_before_it_ends_goes_on() -> None:
    lesson = Lesson()
    training = Training(lesson, nothing)
    training.cancel()
    training.resume()
    for step in lesson.steps:
        step.set()

    assert last_of(training) == State(OVER, (ONE, TWO))


def test_what_fails_unforeseen_is_over_and_says_so() -> None:
    def fail(progress: Progress) -> None:
        raise MemoryError

    assert "the app's log says why" in last_of(Training(fail, nothing)).refusal
