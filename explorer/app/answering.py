"""Answering: while the app holds the store, it answers the verbs of its owner's command line from what it has open."""

from __future__ import annotations

import argparse
import logging
import secrets
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from threading import Event, Semaphore, Thread
from typing import Any
from weakref import WeakSet

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from explorer.app.lending import OpenLibrary, OpenScreens
from explorer.app_pass import ROUTE, new_token, pass_in
from explorer.verbs import VERBS
from explorer.verbs.parsing import Strict, parse
from explorer.verbs.wire import ALIVE, Sender, as_line
from ingest.errors import KeyFaultError, UserError

SECONDS_BETWEEN_LINES = 2.0
N_UNREAD = 16  # lines that may wait for whoever reads them: those of a file have a megabyte each
SECONDS_UNREAD = 600.0  # after which nobody reads any more
OWN_KEY = (
    "This was answered by the app at {address}, which has the store open and a key of its own, or none: "
    "end it, and start it again where the key is set."
)

log = logging.getLogger(__name__)


class LeftError(Exception):
    """Nobody waits for the answer any more."""


class Answering:
    """The route that verbs are asked by; whoever asks must know the token, which the store's owner alone can read."""

    def __init__(self, opened: OpenScreens) -> None:
        self._opened = opened
        self._address = ""
        self._token = new_token()
        self._tellings: WeakSet[Telling] = WeakSet()

    @property
    def route(self) -> Route:
        return Route(f"/{ROUTE}", self._answer, methods=["POST"], include_in_schema=False)

    @contextmanager
    def open_at(self, address: str) -> Iterator[None]:
        """Let later comers to the store know where the app is, and its owner's how to ask it.

        Where the collections are on a server, nobody needs to ask: all can read them at once.
        """
        store = self._opened.store
        self._address = address
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
        options, telling = _options_of(await request.json()), Telling()
        self._tellings.add(telling)
        Thread(target=self._work, args=(options, telling), name=options.verb, daemon=True).start()
        return StreamingResponse(telling.lines(), media_type="application/x-ndjson")

    def _work(self, options: argparse.Namespace, telling: Telling) -> None:
        answer = VERBS[options.verb].answer
        try:
            if answer:
                sender = Sender(telling.send)
                telling.send({"answer": answer(OpenLibrary(self._opened, sender), options, sender)})
        except LeftError:
            pass
        except KeyFaultError as error:
            telling.end({"error": f"{error} {OWN_KEY.format(address=self._address)}"})
        except (UserError, OSError) as error:
            telling.end({"error": str(error)})
        except Exception:
            log.exception("The verb %s was not answered", options.verb)
            telling.end({"error": "The app failed to answer: what went wrong stands where it was started."})
        telling.end()


class Telling:
    """What a verb's thread tells whoever waits for it, as lines; it gets not far ahead of whoever reads them."""

    def __init__(self) -> None:
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._places = Semaphore(N_UNREAD)
        self._is_left = Event()

    def send(self, event: dict[str, Any]) -> None:
        is_read = self._places.acquire(timeout=SECONDS_UNREAD)
        if self._is_left.is_set() or not is_read:
            self._places.release()  # for other threads that send
            raise LeftError
        self._lines.put(as_line(event))

    def end(self, event: dict[str, Any] | None = None) -> None:
        self._lines.put(as_line(event) if event else None)

    def lines(self) -> Generator[str]:
        """Yield what there is to tell, and now and then that there is nothing; whoever leaves cancels the verb."""
        try:
            while (line := self._next()) is not None:
                yield line
        finally:
            self._is_left.set()
            self._places.release()

    def _next(self) -> str | None:
        try:
            line = self._lines.get(timeout=SECONDS_BETWEEN_LINES)
        except Empty:
            return ALIVE
        self._places.release()
        return line


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
