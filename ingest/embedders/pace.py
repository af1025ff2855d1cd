"""Pace: as fast as the limits allow and no faster, and patience with what fails in passing."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from ingest.embedders.faults import PassingError, StoppedError
from ingest.embedders.patience import Failures, Patience

if TYPE_CHECKING:
    from tenacity import RetryCallState

Answer = TypeVar("Answer")

# A minute here is a little longer than the API's, whose clock counts arrivals.
MARGIN = 1.01
# The limiter keeps an entry for each unit, so tokens are counted in tens.
TOKENS_PER_UNIT = 10
# Limits are used up most evenly, and best, by batches that are small to them.
SHARE_OF_LIMIT = 25
# Waits between tries double until they are as long as this; seconds.
LONGEST_WAIT = 60.0
# Threads that wait for the same would otherwise all tell of it; seconds.
SECONDS_BETWEEN_WORDS = 10.0
# How soon a batch that waits for the limits learns that sending was stopped; seconds.
SECONDS_UNTIL_STOP = 0.2


def tell_nobody(line: str) -> None:
    """Listen to no wait."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be sent; None leaves it to the API to refuse more.

    ``texts_per_day`` serves the estimate alone: ``Pace`` does not count days.
    """

    texts_per_minute: int | None = None
    tokens_per_minute: int | None = None
    texts_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """How texts are sent to an API.

    Parameters
    ----------
    limits : Limits
        What to keep to.
    minute : float
        What the limits count as a minute, in seconds.
    patience : float
        How long to try again what fails in passing, in seconds: from a batch's first failure on, or from the last
        success of any batch. Waits for the limits do not count.
    tell : callable
        Is told of each wait, in one line.
    """

    limits: Limits = Limits()
    minute: float = 60.0
    patience: float = 300.0
    tell: Callable[[str], None] = tell_nobody


AS_ALLOWED = Sending()


@dataclass(frozen=True, slots=True)
class _Batch:
    """A batch that is to be sent: how large it is, what stops it, and how it has failed."""

    n_texts: int
    n_tokens: int
    stopped: Event
    failures: Failures = field(default_factory=Failures)


class Pace:
    """Holds back whoever would send too much; any thread may use it, and all wait for the same limits."""

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        texts, tokens = sending.limits.texts_per_minute, sending.limits.tokens_per_minute
        self._texts = _Limit(texts, sending.minute) if texts else None
        self._tokens = _Limit(tokens // TOKENS_PER_UNIT, sending.minute) if tokens else None
        self._stopped = Event()
        self._patience = Patience(sending.patience)
        self._paused_until = 0.0
        self._silent_until = 0.0

    def answered(self) -> None:
        """Learn that there is an API that answers, whatever it says."""
        self._patience.answered()

    def stop(self) -> None:
        """Send none of what waits to be sent now; later calls are not concerned."""
        stopped, self._stopped = self._stopped, Event()
        stopped.set()

    def send(
        self,
        attempt: Callable[[], Answer],
        n_texts: int,
        n_tokens: int,
        prepare: Callable[[], object] | None = None,
    ) -> Answer:
        """Return what ``attempt`` does, once it may and as often as it must; whatever else takes time comes first."""
        from tenacity import Retrying, retry_if_exception_type
        from tenacity.nap import sleep_using_event

        batch = _Batch(n_texts, n_tokens, self._stopped)
        if prepare:
            prepare()
        retrying = Retrying(
            retry=retry_if_exception_type(PassingError),
            stop=partial(self._is_over, batch),
            wait=_wait,
            before_sleep=self._pause,
            sleep=sleep_using_event(batch.stopped),
            reraise=True,
        )
        answer: Answer = retrying(self._attempt, attempt, batch)
        return answer

    def _attempt(self, attempt: Callable[[], Answer], batch: _Batch) -> Answer:
        self._sit_out_pause(batch)
        self._wait_for_limits(batch)
        # One may have begun while the limits were waited for.
        self._sit_out_pause(batch)
        if batch.stopped.is_set():
            raise StoppedError
        try:
            answer = attempt()
        except PassingError as fault:
            batch.failures.note(fault)
            raise
        self._patience.succeeded()
        return answer

    def _sit_out_pause(self, batch: _Batch) -> None:
        while not batch.stopped.is_set() and (seconds := self._paused_until - time.monotonic()) > 0:
            batch.stopped.wait(seconds)

    def _wait_for_limits(self, batch: _Batch) -> None:
        began = time.monotonic()
        if self._texts:
            self._texts.wait_for(batch.n_texts, batch.stopped)
        if self._tokens:
            self._tokens.wait_for(-(-batch.n_tokens // TOKENS_PER_UNIT), batch.stopped)
        # To be held back is no failure.
        self._patience.excuse(batch.failures, began)

    def _is_over(self, batch: _Batch, state: RetryCallState) -> bool:
        return batch.stopped.is_set() or self._patience.is_over(batch.failures, state.upcoming_sleep)

    def _pause(self, state: RetryCallState) -> None:
        """Where the API says how long to wait, let all wait."""
        fault = _fault_of(state)
        if fault.seconds is not None:
            self._paused_until = max(self._paused_until, time.monotonic() + fault.seconds)
        self._tell(f"{fault} Trying again in {state.upcoming_sleep:.0f} s.")

    def _tell(self, line: str) -> None:
        """Tell of a wait; threads that wait for the same are not all heard."""
        now = time.monotonic()
        if now >= self._silent_until:
            self._silent_until = now + SECONDS_BETWEEN_WORDS
            self._sending.tell(line)


def _fault_of(state: RetryCallState) -> PassingError:
    fault = state.outcome.exception() if state.outcome else None
    if not isinstance(fault, PassingError):
        raise TypeError(f"{fault!r} is not tried again")
    return fault


def _wait(state: RetryCallState) -> float:
    """Return the seconds that the API asks for, or else more each time; never quite the same for two threads."""
    from tenacity import wait_exponential_jitter, wait_random

    asked = _fault_of(state).seconds
    if asked is not None:
        return asked + wait_random(0, 1)(state)
    return wait_exponential_jitter(initial=0.5, max=LONGEST_WAIT, jitter=1)(state)


class _Limit:
    """So many units a minute, in a window that slides."""

    def __init__(self, n_units: int, minute: float) -> None:
        from pyrate_limiter import Limiter, Rate

        self._most = max(1, n_units)
        self._limiter = Limiter(Rate(self._most, int(minute * 1_000 * MARGIN)))

    def wait_for(self, n_units: int, stopped: Event) -> None:
        """Wait until so many units are free, or all where there are fewer in a minute, or until sending is stopped."""
        n_units = min(n_units, self._most)
        while not (stopped.is_set() or self._limiter.try_acquire(weight=n_units, timeout=SECONDS_UNTIL_STOP)):
            pass
