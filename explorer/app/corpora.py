"""The corpora of a store as the page sees them, which notice what was ingested, made or deleted meanwhile."""

from __future__ import annotations

import time
from collections.abc import ItemsView, Iterator, Mapping, ValuesView
from contextlib import suppress
from threading import Lock

from explorer.app.beside import introduce
from explorer.app.rights import EVERY_RIGHT, Rights
from explorer.app.screen import Screen, key_of
from explorer.choosing import Choice
from explorer.explorer import Explorer
from explorer.foreign import all_choices
from ingest.errors import BusyStoreError, GoneError, NothingStoredError, UnansweredError, UserError
from ingest.store import Manifest, Reading, Store

SECONDS_A_LOOK_COUNTS = 3.0  # however many pages and programs ask what is on a server


class Corpora(Mapping[str, Screen]):
    """The screens of a store by their keys, that with most posts first; of an empty store there are none.

    Parameters
    ----------
    corpus, model : str or None
        Which are shown; None shows all.
    reading : Reading, optional
        The collection that this project did not make which is shown alone.
    """

    def __init__(
        self,
        store: Store,
        corpus: str | None = None,
        model: str | None = None,
        reading: Reading | None = None,
        rights: Rights = EVERY_RIGHT,
    ) -> None:
        self.store = store
        self.rights = rights
        self._wanted = corpus, model
        self._reading = reading
        self._choices: dict[str, Choice] = {}
        self._screens: dict[str, Screen] = {}
        self._noticing = Lock()
        self._looked_at = float("-inf")
        with suppress(NothingStoredError):
            self._look()

    def __getitem__(self, key: str) -> Screen:
        return self._screens[key]

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._screens))

    def __len__(self) -> int:
        return len(self._screens)

    def items(self) -> ItemsView[str, Screen]:
        """Return what is there now, whatever replaces it meanwhile."""
        return self._screens.items()

    def values(self) -> ValuesView[Screen]:
        """Return what is there now, whatever replaces it meanwhile."""
        return self._screens.values()

    def notice(self) -> None:
        """Replace the screens of corpora whose manifests have changed; while the store is written to, none is."""
        with self._noticing:
            try:
                self._look()
            except (BusyStoreError, GoneError, UnansweredError):
                return
            except UserError:
                if not self.store.is_written:  # there is no more what was asked for; otherwise what was read serves
                    self._choices, self._screens = {}, {}
            finally:
                self._looked_at = time.monotonic()

    def notice_others(self) -> None:
        """Notice what others have written to a server, unless somebody has looked a moment ago or is looking."""
        is_fresh = time.monotonic() < self._looked_at + SECONDS_A_LOOK_COUNTS
        if self.store.place.is_shared and not (is_fresh or self._noticing.locked()):
            self.notice()

    def _look(self) -> None:
        found = all_choices(self.store, self._manifests(), *self._wanted, self._reading)
        if self._reading:  # What was said of it is kept by now, and need not be checked again.
            self._reading = Reading(next(iter(found[0].values())).collection)
        known = {key_of(next(iter(choice.values()))): choice for choice in found}
        if known == self._choices:
            return
        kept = {key: self._screens[key] for key, choice in known.items() if self._choices.get(key) == choice}
        screens = {key: kept.get(key) or self._screen_of(choice) for key, choice in known.items()}
        introduce(screens)
        self._choices, self._screens = known, screens

    def _manifests(self) -> list[Manifest]:
        """Return what this project made; what others are writing to on a server is what it was before."""
        now = self.store.manifests()
        if not self.store.place.is_shared:
            return now
        written = {key_of(each) for each in now if not each.fingerprint}
        before = {each.collection: each for choice in self._choices.values() for each in choice.values()}
        return [before.get(each.collection, each) if key_of(each) in written else each for each in now]

    def _screen_of(self, choice: Choice) -> Screen:
        return Screen(Explorer(self.store, choice), self.rights)


def notice_others(screens: Mapping[str, Screen]) -> None:
    """Bring in what others have written meanwhile, where they can; screens of no store stay as they are."""
    if isinstance(screens, Corpora):
        screens.notice_others()


def rights_of(screens: Mapping[str, Screen]) -> Rights:
    """Return what visitors of some screens may have done; screens of no store may be used by whoever made them."""
    return screens.rights if isinstance(screens, Corpora) else EVERY_RIGHT
