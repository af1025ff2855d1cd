"""Lending: what the app has open, as the library that verbs of the owner's command line are answered from."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from explorer.app.corpora import Corpora
from explorer.app.screen import Screen
from explorer.choosing import Choice
from explorer.explorer import Explorer
from explorer.foreign import choice_of
from explorer.plan import Plan
from explorer.projection import Projection
from explorer.shares import Progress
from explorer.verbs.asking import Result
from explorer.verbs.reading import reading_of
from explorer.verbs.verb import tell_remarks
from explorer.verbs.wire import Listener, Sender
from ingest.store import Store


class OpenScreens:
    """The screens of the store that the app has open; those that no page shows are made when they are asked for."""

    def __init__(self, corpora: Corpora) -> None:
        self.store = corpora.store
        self._corpora = corpora
        self._others: list[Screen] = []
        self._lock = Lock()

    def screen_of(self, choice: Choice) -> Screen:
        with self._lock:
            for screen in chain(self._corpora.values(), self._others):
                if set(screen.explorer.manifests) == set(choice.values()):
                    return screen
            corpus = next(iter(choice.values())).corpus
            self._others = [each for each in self._others if each.explorer.manifest.corpus != corpus]
            self._others.append(Screen(Explorer(self.store, choice)))
            return self._others[-1]


class OpenLibrary:
    """Answers one question, whose asker the sender tells of it."""

    def __init__(self, opened: OpenScreens, sender: Sender) -> None:
        self._opened = opened
        self._sender = sender
        self._screens: dict[Explorer, Screen] = {}

    def store(self, options: argparse.Namespace) -> AbstractContextManager[Store]:
        return nullcontext(self._opened.store)

    def explorer(self, options: argparse.Namespace, progress: Listener) -> AbstractContextManager[Explorer]:
        choice = choice_of(self._opened.store, options.corpus, options.model, reading_of(options))
        screen = self._opened.screen_of(choice)
        self._screens[screen.explorer] = screen
        tell_remarks(screen.explorer, progress)
        return nullcontext(screen.explorer)

    def project(self, explorer: Explorer, plan: Plan, tell: Progress) -> Projection:
        """Return a map through the app's own door; what is told meanwhile ends it where nobody waits any more."""
        screen = self._screens[explorer]
        return screen.projection(plan, lambda: tell(screen.projecting.done(plan)))

    def deliver(self, write: Callable[[Path], Result], path: Path) -> Result:
        """Send a file to whoever asked for it, from where it is written first: paths here may mean others there."""
        with TemporaryDirectory(prefix="export-") as folder:
            file = Path(folder) / f"file{path.suffix}"
            result = write(file)
            self._sender.carry(file, path)
            return result
