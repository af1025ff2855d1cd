"""Live progress: the stages of a job as visitors see them, and the moments in which it can be canceled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from explorer.app.followed import CanceledError
from explorer.app.jobs import Stage
from ingest.errors import UserError
from ingest.progress import Advance

Stages = tuple[Stage, ...]

EMBED = "embed"
CANCELED = "Canceled: nothing was changed."
CANCELED_INGEST = "Canceled: what was embedded is kept, and the same ingest goes on from there."
# Whatever else is begun is brought to its end, so that what is written is whole.
CANCELABLE = (EMBED, "estimate", "read", "verify")


class LiveProgress:
    """Listens to a job and tells its stages on, each time all of them.

    Parameters
    ----------
    tell : callable
        Takes the stages.
    is_unwanted : callable
        Tells whether the job is to end where it can.
    """

    def __init__(self, tell: Callable[[Stages], None], is_unwanted: Callable[[], bool]) -> None:
        self._tell = tell
        self._is_unwanted = is_unwanted
        self._stages: dict[int, Stage] = {}
        self._changing = Lock()

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        """Enter a stage; see ``Progress``."""
        self._require_wanted(name)
        with self._changing:
            number = len(self._stages)
            self._stages[number] = Stage(name, total)

        def advance(n_done: int, standing: str = "") -> None:
            self._change(number, lambda stage: advanced(stage, n_done, standing))
            self._require_wanted(name)

        advance(0)
        try:
            yield advance
        finally:
            self._change(number, lambda stage: replace(stage, is_over=True))

    def say(self, line: str) -> None:
        """Tell of a wait beside the stage that waits, and end that where nobody wants it any more."""
        if not self._stages:
            return
        number = max(self._stages)
        self._change(number, lambda stage: replace(stage, standing=line))
        for stage in list(self._stages.values()):
            if not stage.is_over:
                self._require_wanted(stage.name)

    def _change(self, number: int, change: Callable[[Stage], Stage]) -> None:
        with self._changing:
            self._stages[number] = change(self._stages[number])
            stages = tuple(self._stages.values())
        self._tell(stages)

    def _require_wanted(self, name: str) -> None:
        kind = name.split()[0]
        if kind not in CANCELABLE or not self._is_unwanted():
            return
        if kind == EMBED:
            raise UserError(CANCELED_INGEST)  # after which the ingest writes what is embedded, and seals it
        raise CanceledError


def advanced(stage: Stage, n_done: int, standing: str) -> Stage:
    """Return a stage with more done, and how things stand where that is said."""
    return replace(stage, n_done=stage.n_done + n_done, standing=standing or stage.standing)
