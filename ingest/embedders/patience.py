"""Patience: how long, and how often, a batch that fails is tried again."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from ingest.embedders.faults import PassingError, UnusableError

# Where nothing has answered yet, something may be mistaken: no use in trying for long; seconds.
PATIENCE_AT_FIRST = 15.0
# How often one batch, or text, may be answered without a usable embedding: each such answer is paid for.
MOST_UNUSABLE = 5


@dataclass(slots=True)
class Failures:
    """How one batch has failed so far."""

    since: float = math.inf
    n_unusable: int = 0

    def note(self, fault: PassingError) -> None:
        self.since = min(self.since, time.monotonic())
        self.n_unusable += isinstance(fault, UnusableError)


class Patience:
    """Lasts for so many seconds from a batch's first failure, or from the last success of any batch."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._was_answered = False
        self._last_success = 0.0

    def answered(self) -> None:
        """Learn that there is an API that answers, whatever it says."""
        self._was_answered = True

    def succeeded(self) -> None:
        """Begin anew, for all batches."""
        self._last_success = time.monotonic()

    def excuse(self, failures: Failures, began: float) -> None:
        """Let the time since ``began`` not count."""
        now = time.monotonic()
        if failures.since <= now:
            failures.since = min(now, self._since(failures) + now - began)

    def is_over(self, failures: Failures, upcoming_wait: float) -> bool:
        """Tell whether it ends before the next try."""
        seconds = self._seconds if self._was_answered else min(self._seconds, PATIENCE_AT_FIRST)
        is_too_long = time.monotonic() - self._since(failures) + upcoming_wait > seconds
        return is_too_long or failures.n_unusable >= MOST_UNUSABLE

    def _since(self, failures: Failures) -> float:
        return max(failures.since, self._last_success)
