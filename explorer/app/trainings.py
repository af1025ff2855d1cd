"""Trainings: classifiers that are learned in the background, followed by whoever looks, and can be canceled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from explorer.app.followed import Followed
from explorer.app.predicted import Predicted
from explorer.classification import Classification
from explorer.explorer import Explorer
from explorer.training import MODELS, Epoch
from ingest.errors import UserError

LEARNING, CANCELING, MEASURING, OVER = "learning", "canceling", "measuring", "over"

Lesson = tuple[str, int]  # a model, and the seed that it is trained with


@dataclass(frozen=True, slots=True)
class State:
    """How far a training is; ``refusal`` is what a user can mend, and ``is_held`` that others wait for it."""

    stage: str = LEARNING
    epochs: tuple[Epoch, ...] = ()
    refusal: str = ""
    is_held: bool = False


class Trainings:
    """The classifiers of a corpus: what was learned, and what is being learned."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._going: Followed[Lesson, State, Classification] = Followed("The training", self._train, goes_on=True)

    def start(self, model: str, seed: int) -> None:
        """Learn in the background, unless that is being done already."""
        self._going.begin((model, seed))

    def cancel(self, model: str, seed: int) -> None:
        """End a training when its epoch is over, unless others wait for it; what has no epochs goes on to its end."""
        self._going.cancel((model, seed))

    def state(self, model: str, seed: int, *, waits: bool = False) -> State | None:
        """Return how far a training is, for a visitor who waits for it or looks on; None where it is not going on."""
        lesson = model, seed
        if not self._going.is_going_on(lesson):
            return None
        state = self._going.news(lesson) or State()
        if state.stage == LEARNING and self._going.is_ending(lesson):
            return replace(state, stage=CANCELING)
        return replace(state, is_held=not waits and self._going.is_followed(lesson))

    def states(self, model: str, seed: int, *, waits: bool) -> Iterator[State | None]:
        """Yield how far a training is whenever that has changed, otherwise None, again and again until it is over.

        While a visitor ``waits``, nobody else can cancel it.
        """
        state = self.state(model, seed, waits=waits)
        if state is None:
            return
        yield state
        following = self._going.join if waits else self._going.watch
        try:
            for news in following((model, seed)):
                before, state = state, self.state(model, seed, waits=waits) or news or state
                yield None if state == before else state
        except UserError as error:
            state = replace(state, refusal=str(error))
        yield replace(state, stage=OVER)

    def found(self, model: str, seed: int) -> Classification | None:
        """Return what was learned, now or in another session."""
        return self._explorer.classifiers.found(model, seed)

    def knows(self, predicted: Predicted) -> bool:
        """Tell whether ``taken_for`` has an answer."""
        try:
            found = self.found(predicted.classifier, predicted.seed) if predicted.classifier in MODELS else None
        except UserError:  # that this corpus teaches nothing
            return False
        return found is not None and predicted.newsgroup in found.classes

    def taken_for(self, predicted: Predicted) -> list[str]:
        """Return the ids of the tested posts that a classifier takes for a newsgroup's."""
        found = self.found(predicted.classifier, predicted.seed)
        if found is None:
            return []
        posts = self._explorer.classifiers.posts
        taken = found.predicted == found.classes.index(predicted.newsgroup)
        return [posts[row].id for row in found.split.test[np.flatnonzero(taken)]]

    def _train(self, lesson: Lesson, tell: Callable[[State], None]) -> Classification:
        epochs: list[Epoch] = []

        def note(epoch: Epoch) -> None:
            epochs.append(epoch)
            tell(State(LEARNING, tuple(epochs)))

        self._explorer.classifiers.learn(*lesson, note)
        tell(State(MEASURING, tuple(epochs)))
        return self._explorer.classifiers.classify(*lesson)
