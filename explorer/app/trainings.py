"""Trainings: classifiers that are learned in the background, followed by whoever looks, and can be canceled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Condition, Lock, RLock, Thread
from typing import Any

import numpy as np

from explorer.app.predicted import Predicted
from explorer.classification import Classification
from explorer.explorer import Explorer
from explorer.training import MODELS, Epoch, Progress
from ingest.errors import UserError

logger = logging.getLogger(__name__)

LEARNING, CANCELING, MEASURING, OVER = "learning", "canceling", "measuring", "over"


class CanceledError(Exception):
    """Ends a training between two epochs."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a training is; ``refusal`` is what a user can mend."""

    stage: str = LEARNING
    epochs: tuple[Epoch, ...] = ()
    refusal: str = ""


class Training:
    """One classifier that is learned, and then compared with what words alone achieve."""

    def __init__(self, learn: Callable[[Progress], object], measure: Callable[[], object]) -> None:
        self._learn = learn
        self._measure = measure
        self._changed = Condition(RLock())
        self._state = State()
        Thread(target=self._run, daemon=True).start()

    @property
    def state(self) -> State:
        return self._state

    def states(self) -> Iterator[State]:
        """Yield its state, and again whenever that has changed, until it is over."""
        seen = None
        while seen is None or seen.stage != OVER:
            with self._changed:
                while self._state == seen:
                    self._changed.wait()
                seen = self._state
            yield seen

    def cancel(self) -> None:
        """End it when its epoch is over; what has no epochs, or is learned by then, goes on to its end."""
        self._turn(LEARNING, CANCELING)

    def resume(self) -> None:
        """Go on with what was to end, where it has not ended yet."""
        self._turn(CANCELING, LEARNING)

    def _turn(self, stage: str, other: str) -> None:
        with self._changed:
            if self._state.stage == stage:
                self._change(stage=other)

    def _run(self) -> None:
        try:
            self._learn(self._note)
            self._change(stage=MEASURING)
            self._measure()
        except CanceledError:
            pass
        except UserError as error:
            self._change(refusal=str(error))
        except Exception:
            logger.exception("A training failed")
            self._change(refusal="The training failed, and the app's log says why: train the other model, or tell us.")
        finally:
            self._change(stage=OVER)

    def _note(self, epoch: Epoch) -> None:
        if self._state.stage == CANCELING:
            raise CanceledError
        self._change(epochs=(*self._state.epochs, epoch))

    def _change(self, **changes: Any) -> None:
        with self._changed:
            self._state = replace(self._state, **changes)
            self._changed.notify_all()


class Trainings:
    """The classifiers of a corpus: what was learned, and what is being learned."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._starting = Lock()
        self._latest: dict[tuple[str, int], Training] = {}

    def start(self, model: str, seed: int) -> Training:
        """Learn in the background, unless that is being done already."""
        with self._starting:
            latest = self.latest(model, seed)
            if latest is None or latest.state.stage == OVER:
                latest = self._latest[model, seed] = self._started(model, seed)
            latest.resume()
            return latest

    def latest(self, model: str, seed: int) -> Training | None:
        """Return the training that is going on, or the one that was."""
        return self._latest.get((model, seed))

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

    def _started(self, model: str, seed: int) -> Training:
        classifiers = self._explorer.classifiers
        return Training(
            lambda progress: classifiers.learn(model, seed, progress), lambda: classifiers.classify(model, seed)
        )
