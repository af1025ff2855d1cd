"""How the stand-in for the Gemini API says no: refusals in Google's format, quotas, and faults of every kind."""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, NamedTuple

TYPES = "type.googleapis.com/google.rpc."
METRICS = "generativelanguage.googleapis.com/embed_content_free_tier_"
EXCEEDED = "You exceeded your current quota, please check your plan and billing details."
SECONDS_TO_WAIT = 0.1  # what a fault tells, so that a storm blows over


class Fault(Enum):
    """A way to fail; from ``RESET_MIDWAY`` on, the texts are embedded, and so paid for, before it shows."""

    LIMIT = auto()
    LIMIT_WITHOUT_DELAY = auto()
    INTERNAL = auto()
    UNAVAILABLE = auto()
    REGION = auto()
    SILENCE = auto()
    RESET = auto()
    RESET_MIDWAY = auto()
    CUT_OFF = auto()
    FEWER = auto()
    NAN = auto()
    SHORT = auto()

    @property
    def is_after_embedding(self) -> bool:
        return self.value >= Fault.RESET_MIDWAY.value


class Answer(NamedTuple):
    """What is sent back; the fault says how the sending itself fails."""

    status: int
    body: str
    fault: Fault | None = None


def refuse(code: int, status: str, message: str, *details: dict[str, Any]) -> Answer:
    """Return an error as Google's APIs tell it."""
    error = {"code": code, "message": message, "status": status, "details": details}
    return Answer(code, json.dumps({"error": error}))


def refuse_argument(message: str, *details: dict[str, Any]) -> Answer:
    return refuse(400, "INVALID_ARGUMENT", message, *details)


def retry_info(seconds: float) -> dict[str, Any]:
    """Return the detail that asks for a wait; it is rounded up, so that who waits is let in."""
    return {"@type": f"{TYPES}RetryInfo", "retryDelay": f"{math.ceil(seconds * 1000) / 1000:.15g}s"}


REFUSALS = {
    Fault.LIMIT: refuse(429, "RESOURCE_EXHAUSTED", EXCEEDED, retry_info(SECONDS_TO_WAIT)),
    Fault.LIMIT_WITHOUT_DELAY: refuse(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    Fault.INTERNAL: refuse(500, "INTERNAL", "An internal error has occurred."),
    Fault.UNAVAILABLE: refuse(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    Fault.REGION: refuse(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
}


def fail_before_embedding(fault: Fault) -> Answer:
    return REFUSALS.get(fault, Answer(503, ""))._replace(fault=fault)


def spoil(rows: list[str], fault: Fault | None) -> list[str]:
    """Return the embeddings, each as JSON, with what the fault does to the last of them."""
    *others, last = rows
    spoiled = {
        Fault.FEWER: others,
        Fault.NAN: [*others, "[NaN" + last[last.index(",") :]],
        Fault.SHORT: [*others, "[" + last[last.index(",") + 1 :]],
    }
    return spoiled.get(fault, rows) if fault else rows


class Storm:
    """Lets a fraction of all requests fail, each in a way drawn from the kinds; the seed makes it the same storm."""

    # Where the user is does not pass.
    PASSING = tuple(fault for fault in Fault if fault is not Fault.REGION)

    def __init__(self, fraction: float, seed: int = 0, kinds: Sequence[Fault] = PASSING) -> None:
        self._fraction, self._random, self._kinds = fraction, random.Random(seed), kinds

    def next(self) -> Fault | None:
        return self._random.choice(self._kinds) if self._random.random() < self._fraction else None


def n_tokens(texts: Sequence[str]) -> int:
    """Count the stand-in's tokens: one for every four bytes of a text in UTF-8, rounded up."""
    return sum(math.ceil(len(text.encode()) / 4) for text in texts)


class _Quota(NamedTuple):
    name: str
    metric: str
    seconds: float
    amount: Callable[[Sequence[str]], int]
    limit: float

    def violation(self, model: str) -> dict[str, Any]:
        return {
            "quotaMetric": METRICS + self.metric,
            "quotaId": f"EmbedContent{self.name}PerUserPerProjectPerModel-FreeTier",
            "quotaDimensions": {"location": "global", "model": model},
            "quotaValue": f"{self.limit:.0f}",
        }


@dataclass(frozen=True, slots=True)
class Quotas:
    """What each model may be asked for: each text is one request, a day is 1,440 minutes.

    A minute lasts ``window`` seconds and slides: what was spent comes back when it is that old.
    """

    requests_a_minute: float = math.inf
    tokens_a_minute: float = math.inf
    requests_a_day: float = math.inf
    window: float = 60.0
    tells_delay: bool = True

    def listed(self) -> list[_Quota]:
        quotas = [
            _Quota("RequestsPerMinute", "requests", self.window, len, self.requests_a_minute),
            _Quota("InputTokensPerMinute", "input_token_count", self.window, n_tokens, self.tokens_a_minute),
            _Quota("RequestsPerDay", "requests", 1_440 * self.window, len, self.requests_a_day),
        ]
        return [quota for quota in quotas if quota.limit < math.inf]


class Meter:
    """Keeps account of what was spent of each quota; what is refused is not spent."""

    def __init__(self, quotas: Quotas) -> None:
        self._quotas, self._tells_delay = quotas.listed(), quotas.tells_delay
        self._spent: defaultdict[tuple[str, _Quota], deque[tuple[float, int]]] = defaultdict(deque)

    def spend(self, model: str, texts: Sequence[str], now: float) -> Answer | None:
        """Return the refusal where a quota is exceeded, otherwise None."""
        waits = {quota: self._seconds_until_it_fits(model, quota, texts, now) for quota in self._quotas}
        exceeded = [quota for quota, seconds in waits.items() if seconds > 0]
        if exceeded:
            return self._refusal([quota.violation(model) for quota in exceeded], max(waits.values()))
        for quota in self._quotas:
            self._spent[model, quota].append((now, quota.amount(texts)))
        return None

    def _seconds_until_it_fits(self, model: str, quota: _Quota, texts: Sequence[str], now: float) -> float:
        spent = self._spent[model, quota]
        while spent and spent[0][0] + quota.seconds <= now:
            spent.popleft()
        excess = sum(amount for _, amount in spent) + quota.amount(texts) - quota.limit
        seconds = 0.0
        for moment, amount in spent:
            if excess <= 0:
                return seconds
            seconds = moment + quota.seconds - now
            excess -= amount
        # What is more than the whole quota never fits; the API tells a delay all the same.
        return seconds if excess <= 0 else quota.seconds

    def _refusal(self, violations: list[dict[str, Any]], seconds: float) -> Answer:
        lines = [
            f"* Quota exceeded for metric: {violation['quotaMetric']}, limit: {violation['quotaValue']}, "
            f"model: {violation['quotaDimensions']['model']}"
            for violation in violations
        ]
        details: list[dict[str, Any]] = [{"@type": f"{TYPES}QuotaFailure", "violations": violations}]
        if self._tells_delay:
            delay = retry_info(seconds)
            lines.append(f"Please retry in {delay['retryDelay']}.")
            details.append(delay)
        return refuse(429, "RESOURCE_EXHAUSTED", "\n".join([EXCEEDED, *lines]), *details)
