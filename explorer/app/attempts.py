"""Attempts: whoever gives wrong passwords waits the longer for the next answer, and holds up nobody else."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

SECONDS_EACH = 0.5
MOST_SECONDS = 8.0
SECONDS_KEPT = 600.0
MOST_AT_ONCE = 20  # that wait or are being answered, from one address
MOST_CLIENTS = 1_000


class TooManyAttemptsError(Exception):
    """So many passwords from one address wait to be looked at that no more are taken."""


class Attempts:
    """Knows how many wrong passwords came from where of late.

    Right ones wait too where wrong ones came from, before they are looked at: otherwise whoever guesses would hang up
    on each answer that does not come at once.
    """

    def __init__(
        self,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sleep = sleep
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._at_once: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, client: str) -> AsyncIterator[None]:
        """Wait as long as an address has to; the block is one attempt."""
        if self._at_once[client] >= MOST_AT_ONCE:
            raise TooManyAttemptsError
        self._at_once[client] += 1
        try:
            if seconds := self.seconds_to_wait(client):
                await self._sleep(seconds)
            yield
        finally:
            self._at_once[client] -= 1
            if not self._at_once[client]:
                del self._at_once[client]

    def seconds_to_wait(self, client: str) -> float:
        since = self._clock() - SECONDS_KEPT
        n_of_late = sum(at > since for at in self._wrong.get(client, ()))
        return min(n_of_late * SECONDS_EACH, MOST_SECONDS)

    def note_wrong(self, client: str) -> None:
        """Remember a wrong password."""
        most = int(MOST_SECONDS / SECONDS_EACH)
        self._wrong.setdefault(client, deque(maxlen=most)).append(self._clock())
        self._wrong.move_to_end(client)
        if len(self._wrong) > MOST_CLIENTS:
            self._wrong.popitem(last=False)
