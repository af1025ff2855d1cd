"""What tests of sending share: a clock that nobody waits for, and the one line that a failing batch ends in."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.errors import UserError
from tests.gemini_server import refuse

CLUSTERING = TaskType.CLUSTERING
SHUTTLE, ORBIT, HOCKEY = "the shuttle reached orbit", "an orbit for the shuttle", "hockey playoffs tonight"
MESSAGE = "You exceeded your current quota.\n* Quota exceeded for embed requests."


class Clock:
    """A clock that sleeping moves on at once; ``naps`` are the seconds of each sleep."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.naps: list[float] = []
        self._seconds_now = time.monotonic
        monkeypatch.setattr(time, "sleep", self.naps.append)
        monkeypatch.setattr(time, "monotonic", lambda: self._seconds_now() + sum(self.naps))


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
