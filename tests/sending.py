"""What tests of sending share: a clock that nobody waits for, what fails, and the one line that it ends in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any

import pytest

from ingest.embedders import TaskType, pace
from ingest.embedders.faults import PassingError
from ingest.embedders.gemini import GeminiEmbedder
from ingest.errors import UserError
from tests.gemini_server import refuse

CLUSTERING = TaskType.CLUSTERING
SHUTTLE, ORBIT, HOCKEY = "the shuttle reached orbit", "an orbit for the shuttle", "hockey playoffs tonight"
MESSAGE = "You exceeded your current quota.\n* Quota exceeded for embed requests."


class Clock:
    """A clock that pauses move on at once; ``naps`` are the seconds of each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.naps: list[float] = []
        self._seconds_now = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: self._seconds_now() + sum(self.naps))
        monkeypatch.setattr(pace, "Event", lambda: Alarm(self.naps))


class Alarm(Event):
    """An event that nobody waits for longer than it takes to note how long."""

    def __init__(self, naps: list[float]) -> None:
        super().__init__()
        self._naps = naps

    def wait(self, timeout: float | None = None) -> bool:
        self._naps.append(timeout or 0.0)
        return self.is_set()


def failing(n_times: int, seconds: float | None = None) -> Callable[[], str]:
    """Return what fails in passing so many times, and then succeeds."""
    faults: Iterator[int] = iter(range(n_times))

    def attempt() -> str:
        if next(faults, None) is not None:
            raise PassingError("The API is busy.", seconds)
        return "done"

    return attempt


def line_of(embedder: GeminiEmbedder) -> str:
    """Return the one line that a failing batch ends in."""
    with pytest.raises(UserError) as caught:
        embedder.embed([SHUTTLE], CLUSTERING)
    line = str(caught.value)
    assert "\n" not in line
    return line


def limit(*details: dict[str, Any]) -> str:
    """Return the body of the API's answer where a limit is reached."""
    return refuse(429, "RESOURCE_EXHAUSTED", MESSAGE, *details).body
