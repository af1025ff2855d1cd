"""Followed work: what takes long is done once, beside all who wait for it, and ends early when the last has let go."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from functools import partial
from threading import Lock, Thread
from typing import Generic, TypeVar

from ingest.errors import UserError

logger = logging.getLogger(__name__)

BEAT_SECONDS = 0.25  # whoever follows is back that often, to tell what is new or to leave

Key = TypeVar("Key")
News = TypeVar("News")
Answer = TypeVar("Answer")


class CanceledError(Exception):
    """Ends a work that nobody waits for any more."""


class _Work(Generic[News, Answer]):
    """One work that is going on; who follows it holds it, and so gets its outcome when it is forgotten already."""

    def __init__(self) -> None:
        self.news: News | None = None
        self.n_followers = 0
        self.is_canceled = False
        self.outcome: Future[Answer] = Future()

    def told(self) -> Iterator[News | None]:
        """Yield what is new at each beat, and None where nothing is, until the work is over."""
        said = None
        while not self._is_over_soon():
            news = self.news
            yield None if news is said else news
            said = news
        if self.news is not said:
            yield self.news

    def _is_over_soon(self) -> bool:
        try:
            self.outcome.exception(BEAT_SECONDS)
        except TimeoutError:
            return False
        return True


class Followed(Generic[Key, News, Answer]):
    """Works of one kind, each begun once for its key, whoever asks, and forgotten when it is over.

    A work can end early whenever it tells how far it is: where nobody follows it, and it was canceled. One that its
    followers left without a word ends too, unless it ``goes_on`` for whoever comes back.

    Parameters
    ----------
    name : str
        What a visitor is told has failed, such as "The training".
    do : callable
        Takes a key and what is to be told its news, and returns the answer.
    """

    def __init__(
        self, name: str, do: Callable[[Key, Callable[[News], None]], Answer], *, goes_on: bool = False
    ) -> None:
        self._name = name
        self._do = do
        self._goes_on = goes_on
        self._lock = Lock()
        self._works: dict[Key, _Work[News, Answer]] = {}

    def news(self, key: Key) -> News | None:
        """Return how far a work is, None where it has not told yet or is not going on."""
        work = self._works.get(key)
        return work.news if work else None

    def going_on(self) -> list[Key]:
        """Return the keys of the works that are not over, those begun first before others."""
        return list(self._works)

    def is_going_on(self, key: Key) -> bool:
        return key in self._works

    def is_followed(self, key: Key) -> bool:
        """Tell whether anybody waits for a work, which then goes on whoever cancels it."""
        work = self._works.get(key)
        return work is not None and work.n_followers > 0

    def is_ending(self, key: Key) -> bool:
        """Tell whether a work was canceled by the last who followed it."""
        work = self._works.get(key)
        return work is not None and work.is_canceled and not work.n_followers

    def begin(self, key: Key) -> None:
        """Begin a work that goes on without followers, unless it has begun already."""
        with self._lock:
            self._begun(key)

    def follow(self, key: Key) -> Generator[News | None, None, Answer]:
        """Begin a work or join it, yield what is new at each beat, or None, and return the answer.

        Closing it lets go of the work.

        Raises
        ------
        UserError
            What the work raised; for what it raised unforeseen, one that names the app's log.
        """
        with self._lock:
            work = self._begun(key)
            work.n_followers += 1
        return (yield from self._following(work))

    def join(self, key: Key) -> Generator[News | None, None, Answer | None]:
        """Follow a work that is going on; of one that is not, or not any more, there is nothing to tell."""
        with self._lock:
            work = self._works.get(key)
            if work is None:
                return None
            work.n_followers += 1
        return (yield from self._following(work))

    def watch(self, key: Key) -> Iterator[News | None]:
        """Yield what is new of a work that is going on, or None, without keeping it from being canceled."""
        if work := self._works.get(key):
            yield from work.told()

    def wait_for(self, key: Key, beat: Callable[[], object] = lambda: None) -> Answer:
        """Begin a work or join it, and return the answer; what ``beat`` raises ends the waiting."""
        following = self.follow(key)
        while True:
            try:
                next(following)
            except StopIteration as over:
                answer: Answer = over.value
                return answer
            beat()

    def cancel(self, key: Key) -> None:
        """End a work as soon as nobody follows it."""
        with self._lock:
            if work := self._works.get(key):
                work.is_canceled = True

    def _following(self, work: _Work[News, Answer]) -> Generator[News | None, None, Answer]:
        try:
            yield from work.told()
            return work.outcome.result()
        finally:
            with self._lock:
                work.n_followers -= 1

    def _begun(self, key: Key) -> _Work[News, Answer]:
        work = self._works.get(key)
        if work is None:
            work = self._works[key] = _Work()
            Thread(target=self._run, args=(key, work), daemon=True).start()
        work.is_canceled = False
        return work

    def _run(self, key: Key, work: _Work[News, Answer]) -> None:
        settle: Callable[[], None]
        try:
            settle = partial(work.outcome.set_result, self._do(key, lambda news: self._tell(key, work, news)))
        except (CanceledError, UserError) as error:
            settle = partial(work.outcome.set_exception, error)
        except BaseException:
            logger.exception("%s failed", self._name)
            failure = UserError(f"{self._name} failed, and the app's log says why: try again, or tell us.")
            settle = partial(work.outcome.set_exception, failure)
        self._forget(key, work)
        settle()

    def _tell(self, key: Key, work: _Work[News, Answer], news: News) -> None:
        with self._lock:
            if self._is_left(work):
                self._works.pop(key, None)  # whoever asks from now on begins anew
                raise CanceledError
            work.news = news

    def _is_left(self, work: _Work[News, Answer]) -> bool:
        """Tell whether a work ends at what it tells now."""
        return not work.n_followers and (work.is_canceled or not self._goes_on)

    def _forget(self, key: Key, work: _Work[News, Answer]) -> None:
        with self._lock:
            if self._works.get(key) is work:
                del self._works[key]
