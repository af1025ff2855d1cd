"""The wire: progress, files and the answer of a verb as lines of JSON, from the app to the process that asked."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from explorer.verbs.carrying import Incoming, parts_of
from ingest.errors import UserError
from ingest.progress import Advance, Progress

Send = Callable[[dict[str, Any]], None]

# Nothing has happened, and somebody is still there.
ALIVE = "{}\n"


class Listener(Progress, Protocol):
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

    def carry(self, file: Path, path: Path) -> None:
        """Send a file, for the receiver to write to a path that it was asked for."""
        self._send({"file": str(path)})
        for part in parts_of(file):
            self._send({"part": part})
        self._send({"whole": str(path)})


class Receiver:
    """Tells a listener here what a sender was told there, and writes the files that it sends.

    Stages that are open when it is left are broken off, and so is a file.

    Parameters
    ----------
    paths : collection of Path
        Where files were asked for; whatever is sent for another path is refused.
    """

    def __init__(self, progress: Listener, paths: Collection[Path] = ()) -> None:
        self._progress = progress
        self._paths = {str(path): path for path in paths}
        self._open: dict[int, tuple[ExitStack, Advance]] = {}
        self._incoming: Incoming | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._incoming:
            self._incoming.drop()
        for stage, _ in self._open.values():
            stage.__exit__(kind, error, traceback)

    def take(self, event: dict[str, Any]) -> None:
        for name, take in self._takers.items():
            if name in event:
                take(event)
                return

    @property
    def _takers(self) -> dict[str, Callable[[dict[str, Any]], None]]:
        return {
            "stage": self._begin_stage,
            "of": lambda event: self._open[event["of"]][1](event["done"], event["standing"]),
            "ended": lambda event: self._open.pop(event["ended"])[0].close(),
            "say": lambda event: self._progress.say(event["say"]),
            "file": self._begin_file,
            "part": self._take_part,
            "whole": self._end_file,
            "error": self._fail,
        }

    def _begin_stage(self, event: dict[str, Any]) -> None:
        stage = ExitStack()
        advance = stage.enter_context(self._progress.stage(event["name"], event["total"]))
        self._open[event["stage"]] = stage, advance

    def _begin_file(self, event: dict[str, Any]) -> None:
        if event["file"] not in self._paths:
            raise UserError("The app sends a file that was not asked for: end it, and run the command again.")
        self._incoming = Incoming(self._paths[event["file"]])

    def _take_part(self, event: dict[str, Any]) -> None:
        if self._incoming:
            self._incoming.add(event["part"])

    def _end_file(self, _: dict[str, Any]) -> None:
        if self._incoming:
            self._incoming.put()
            self._incoming = None

    def _fail(self, event: dict[str, Any]) -> None:
        raise UserError(event["error"])


def as_line(event: dict[str, Any]) -> str:
    return f"{json.dumps(event)}\n"
