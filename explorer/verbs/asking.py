"""Asking: a verb is answered from the store, or by the app that has the store open; either way it is printed here."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from explorer.app_pass import Pass, read_pass
from explorer.verbs.carrying import paths_in
from explorer.verbs.verb import opened
from explorer.verbs.wire import Listener, Receiver
from ingest.bars import ConsoleProgress
from ingest.console import print_json
from ingest.errors import UserError
from ingest.store import is_held, store_of
from ingest.storing import open_to_explore

if TYPE_CHECKING:
    from explorer import Explorer
    from explorer.plan import Plan
    from explorer.projection import Projection
    from explorer.shares import Progress
    from ingest.store import Store

SECONDS_OF_SILENCE = 30.0


Result = TypeVar("Result")


class Library(Protocol):
    """Opens what the options name, to leave the block closes what nobody else needs; and delivers files."""

    def store(self, options: argparse.Namespace) -> AbstractContextManager[Store]: ...

    def explorer(self, options: argparse.Namespace, progress: Listener) -> AbstractContextManager[Explorer]: ...

    def project(self, explorer: Explorer, plan: Plan, tell: Progress) -> Projection:
        """Return a map; ``tell`` is told how much is done, and nothing while others have theirs computed first."""

    def deliver(self, write: Callable[[Path], Result], path: Path) -> Result:
        """Have a file written to a path of whoever asks, and return what the writing returns."""


# Returns a JSON document; touches no file that the options name, since it may be another process's that answers.
Answer = Callable[[Library, argparse.Namespace, Listener], Any]
Show = Callable[[Any, argparse.Namespace], None]


class NobodyAnswersError(Exception):
    """There is no app that would answer."""


class OwnLibrary:
    """Opens the store in this process."""

    def store(self, options: argparse.Namespace) -> AbstractContextManager[Store]:
        return open_to_explore(options)

    def explorer(self, options: argparse.Namespace, progress: Listener) -> AbstractContextManager[Explorer]:
        return opened(options, progress)

    def project(self, explorer: Explorer, plan: Plan, tell: Progress) -> Projection:
        return explorer.project(plan, progress=tell)

    def deliver(self, write: Callable[[Path], Result], path: Path) -> Result:
        return write(path)


def printed(answer: Answer, show: Show) -> Callable[[argparse.Namespace], None]:
    """Return what runs a verb: asks, and shows the answer, as it is with ``--json``."""

    def run(options: argparse.Namespace) -> None:
        document = asked(answer, options)
        if options.json:
            print_json(document)
        else:
            show(document, options)

    return run


def asked(answer: Answer, options: argparse.Namespace) -> Any:
    """Return the answer of the app that holds the store, or else that of this process."""
    store = store_of(options.store)
    app_pass = read_pass(store)
    # An app that was killed leaves its pass, and its port to whoever takes it.
    if app_pass and not options.chroma_url and is_held(store):
        app_pass.require_same_edition()
        with suppress(NobodyAnswersError):
            return asked_of_app(app_pass, options, ConsoleProgress())
    return answer(OwnLibrary(), options, ConsoleProgress())


def asked_of_app(app_pass: Pass, options: argparse.Namespace, progress: Listener) -> Any:
    """Return what the app answers to the arguments that options were read from, and write the files it sends.

    Raises
    ------
    NobodyAnswersError
        Where there is no app any more, or one that does not take the pass.
    UserError
        Where the app says so, or ends before it has answered.
    """
    with Receiver(progress, paths_in(options)) as receiver:
        for event in _events(app_pass, options.arguments):
            if "answer" in event:
                return event["answer"]
            receiver.take(event)
        raise _ended(app_pass)


def _events(app_pass: Pass, arguments: list[str]) -> Iterator[dict[str, Any]]:
    from urllib.request import ProxyHandler, Request, build_opener

    headers = {"Authorization": f"Bearer {app_pass.token}", "Content-Type": "application/json"}
    request = Request(app_pass.url, json.dumps(arguments).encode(), headers)  # noqa: S310 the owner's own app
    try:
        response = build_opener(ProxyHandler({})).open(request, timeout=SECONDS_OF_SILENCE)
    except (OSError, HTTPException, ValueError) as error:
        raise NobodyAnswersError from error
    with response:
        try:
            yield from map(json.loads, response)
        except (OSError, HTTPException, ValueError) as error:
            raise _ended(app_pass) from error


def _ended(app_pass: Pass) -> UserError:
    return UserError(f"The app at {app_pass.address} ended before it had answered: run the command again.")
