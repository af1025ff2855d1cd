"""The wire: a verb's progress and answer as lines of JSON, from the app that computes to the process that prints."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Any, Protocol, Self

from ingest.errors import UserError
from ingest.progress import Advance, Progress

Send = Callable[[dict[str, Any]], None]

# Nothing has happened, and somebody is still there.
ALIVE = "{}\n"


class Told(Progress, Protocol):
    """Listens to the stages of a piece of work, and to lines that are for the user."""

    def say(self, line: str) -> None: ...


class Sender:
    """Sends what it is told as events, each of which ``send`` turns into a line."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._numbers = itertools.count()

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[Advance]:
        number = next(self._numbers)
        self._send({"stage": number, "name": name, "total": total})
        yield lambda n_done, standing="": self._send({"of": number, "done": n_done, "standing": standing})
        self._send({"ended": number})

    def say(self, line: str) -> None:
        self._send({"say": line})


class Receiver:
    """Tells a listener here what a sender was told there; stages that are open when it is left are broken off."""

    def __init__(self, progress: Told) -> None:
        self._progress = progress
        self._open: dict[int, tuple[ExitStack, Advance]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for stage, _ in self._open.values():
            stage.__exit__(kind, error, traceback)

    def take(self, event: dict[str, Any]) -> None:
        if "stage" in event:
            stage = ExitStack()
            advance = stage.enter_context(self._progress.stage(event["name"], event["total"]))
            self._open[event["stage"]] = stage, advance
        elif "of" in event:
            self._open[event["of"]][1](event["done"], event["standing"])
        elif "ended" in event:
            self._open.pop(event["ended"])[0].close()
        elif "say" in event:
            self._progress.say(event["say"])
        elif "error" in event:
            raise UserError(event["error"])


def as_line(event: dict[str, Any]) -> str:
    return f"{json.dumps(event)}\n"
