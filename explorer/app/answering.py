"""Answering: while the app holds the store, it answers the verbs of its owner's command line from what it has open."""

from __future__ import annotations

import argparse
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread
from typing import Any
from weakref import WeakSet

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from explorer.app.corpora import Corpora
from explorer.app_pass import ROUTE, new_token, pass_in
from explorer.choosing import Choice
from explorer.explorer import Explorer
from explorer.foreign import choice_of
from explorer.verbs import VERBS
from explorer.verbs.carrying import Result, carried
from explorer.verbs.parsing import Strict, parse
from explorer.verbs.reading import reading_of
from explorer.verbs.verb import tell_remarks
from explorer.verbs.wire import ALIVE, Sender, Told, as_line
from ingest.errors import UserError
from ingest.store import Store

SECONDS_BETWEEN_LINES = 2.0

log = logging.getLogger(__name__)


class LeftError(Exception):
    """Nobody waits for the answer any more."""


class OpenLibrary:
    """The store that the app has open, and its explorers; those of other corpora are made when they are asked for."""

    def __init__(self, corpora: Corpora) -> None:
        self.opened = corpora.store
        self._corpora = corpora
        self._others: list[Explorer] = []
        self._lock = Lock()

    def store(self, options: argparse.Namespace) -> AbstractContextManager[Store]:
        return nullcontext(self.opened)

    def explorer(self, options: argparse.Namespace, progress: Told) -> AbstractContextManager[Explorer]:
        explorer = self._explorer_of(choice_of(self.opened, options.corpus, options.model, reading_of(options)))
        tell_remarks(explorer, progress)
        return nullcontext(explorer)

    def deliver(self, write: Callable[[Path], Result], path: Path) -> tuple[str, Result]:
        return carried(write, path)

    def _explorer_of(self, choice: Choice) -> Explorer:
        with self._lock:
            shown = [screen.explorer for screen in self._corpora.values()]
            for explorer in chain(shown, self._others):
                if set(explorer.manifests) == set(choice.values()):
                    return explorer
            self._others = [each for each in self._others if each.manifest.corpus != next(iter(choice.values())).corpus]
            self._others.append(Explorer(self.opened, choice))
            return self._others[-1]


class Answering:
    """The route that verbs are asked by; whoever asks must know the token, which the store's owner alone can read."""

    def __init__(self, library: OpenLibrary) -> None:
        self._library = library
        self._token = new_token()
        self._tellings: WeakSet[_Telling] = WeakSet()

    @property
    def route(self) -> Route:
        return Route(f"/{ROUTE}", self._answer, methods=["POST"], include_in_schema=False)

    @contextmanager
    def open_at(self, address: str) -> Iterator[None]:
        """Let later comers to the store know where the app is, and its owner's how to ask it.

        Where the collections are on a server, nobody needs to ask: all can read them at once.
        """
        store = self._library.opened
        if store.place.is_shared:
            yield
            return
        store.note_address(address)
        with pass_in(store.path, address, self._token):
            try:
                yield
            finally:  # whoever waits for an answer would hold up the end
                for telling in list(self._tellings):
                    telling.end({"error": f"The app at {address} was ended: run the command again."})
                    telling.end()

    async def _answer(self, request: Request) -> StreamingResponse:
        given = request.headers.get("authorization", "").encode()
        if not secrets.compare_digest(given, f"Bearer {self._token}".encode()):
            raise HTTPException(403)
        options, telling = _options_of(await request.json()), _Telling()
        self._tellings.add(telling)
        Thread(target=self._work, args=(options, telling), name=options.verb, daemon=True).start()
        return StreamingResponse(telling.lines(), media_type="application/x-ndjson")

    def _work(self, options: argparse.Namespace, telling: _Telling) -> None:
        answer = VERBS[options.verb].answer
        try:
            if answer:
                telling.send({"answer": answer(self._library, options, Sender(telling.send))})
        except LeftError:
            pass
        except (UserError, OSError) as error:
            telling.end({"error": str(error)})
        except Exception:
            log.exception("The verb %s was not answered", options.verb)
            telling.end({"error": "The app failed to answer: what went wrong stands where it was started."})
        telling.end()


class _Telling:
    """What a verb's thread tells whoever waits for it, as lines."""

    def __init__(self) -> None:
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._is_left = Event()

    def send(self, event: dict[str, Any]) -> None:
        if self._is_left.is_set():
            raise LeftError
        self._lines.put(as_line(event))

    def end(self, event: dict[str, Any] | None = None) -> None:
        self._lines.put(as_line(event) if event else None)

    def lines(self) -> Iterator[str]:
        """Yield what there is to tell, and now and then that there is nothing; whoever leaves cancels the verb."""
        try:
            while (line := self._next()) is not None:
                yield line
        finally:
            self._is_left.set()

    def _next(self) -> str | None:
        try:
            return self._lines.get(timeout=SECONDS_BETWEEN_LINES)
        except Empty:
            return ALIVE


def _options_of(arguments: Any) -> argparse.Namespace:
    """Read arguments as the command line does, refusing what is none of a verb that is answered here."""
    if not (isinstance(arguments, list) and all(isinstance(each, str) for each in arguments)):
        raise HTTPException(400)
    try:
        options = parse(arguments, Strict)
    except (UserError, SystemExit) as error:
        raise HTTPException(400) from error
    if VERBS[options.verb].answer is None:
        raise HTTPException(404)
    return options
