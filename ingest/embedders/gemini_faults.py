"""The Gemini API's faults, told as what happened, why, and what to do."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ingest.embedders.faults import PassingError, RefusedError, shortened
from ingest.embedders.gemini_key import OFFLINE, Key
from ingest.embedders.gemini_models import MODELS
from ingest.errors import KeyFaultError, UserError

if TYPE_CHECKING:
    from google.genai.errors import APIError

# Daily limits begin anew at midnight there: https://ai.google.dev/gemini-api/docs/rate-limits
PACIFIC = "America/Los_Angeles"
# Longer delays end the ingest instead of blocking the terminal; seconds.
LONGEST_DELAY = 120.0


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about refusals, which depends on what the API is asked for."""

    other_model: str
    limits: str
    elsewhere: str
    without_key: str


EMBEDDING = Advice(
    other_model=f"try --model {' or '.join(MODELS)}",
    limits="see --tier, --rpm and --tpm",
    elsewhere="embed offline with --embedder minilm, "
    "or send from a place of https://ai.google.dev/gemini-api/docs/available-regions",
    without_key=OFFLINE,
)


def explain(error: APIError, model: str, key: Key, advice: Advice = EMBEDDING) -> UserError:
    """Return what the API says no to, why in its own words, and what to do.

    A proxy may have answered in its place: nothing of the body is sure to have the type that it should.
    """
    # Hidden first: of a key that is cut, the rest would show.
    why = shortened(key.hidden_in(str(error.message or error.status or "no reason given")))
    refuses_key = error.code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    if refuses_key or "API_KEY_INVALID" in str(error.details):
        return KeyFaultError(f"The Gemini API refuses the key in {key.source} ({why}): mend that, or set another key.")
    if error.code == HTTPStatus.NOT_FOUND:
        return UserError(f"The Gemini API does not know the model {model} ({why}): {advice.other_model}.")
    if error.code == HTTPStatus.TOO_MANY_REQUESTS:
        return _limit(error, why, advice)
    if error.code >= HTTPStatus.INTERNAL_SERVER_ERROR or error.code == HTTPStatus.REQUEST_TIMEOUT:
        return PassingError(f"The Gemini API fails with status {error.code} ({why}): try again in a few minutes.")
    if "location is not supported" in why:
        return UserError(f"The Gemini API is not offered where you are ({why}): {advice.elsewhere}.")
    if error.status == "INVALID_ARGUMENT" or error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return RefusedError(f"The Gemini API refuses the request ({why}): mend that and try again.")
    return UserError(f"The Gemini API refuses the request with status {error.code} ({why}): mend that and try again.")


def silent(seconds: float) -> str:
    return f"The Gemini API did not answer within {seconds:g} seconds: check the network and try again."


def unreachable(error: Exception) -> str:
    return (
        f"The Gemini API cannot be reached ({shortened(error) or type(error).__name__}): "
        "check the network, and GOOGLE_GEMINI_BASE_URL where you set it."
    )


def answered_with(answer: str) -> str:
    return f"The Gemini API answered with {answer}: try again, and check GOOGLE_GEMINI_BASE_URL where you set it."


def _limit(error: APIError, why: str, advice: Advice) -> UserError:
    """Tell a limit that is over in a minute from one that is not."""
    details = _details(error)
    seconds = _retry_delay(details)
    if any("PerDay" in str(detail.get("violations")) for detail in details):
        return UserError(
            f"The daily limit of the Gemini API is reached ({why}): it begins anew at midnight Pacific time, "
            f"{_next_midnight():%A %H:%M} here; run the same command again then."
        )
    if seconds is not None and seconds > LONGEST_DELAY:
        return UserError(
            f"A limit of the Gemini API is reached ({why}): run the same command again in {timedelta(seconds=seconds)}."
        )
    return PassingError(f"A limit of the Gemini API is reached ({why}): {advice.limits}.", seconds)


def _details(error: APIError) -> list[dict[str, Any]]:
    body = error.details if isinstance(error.details, dict) else {}
    inner = body.get("error", body)
    details = inner.get("details") if isinstance(inner, dict) else None
    if not isinstance(details, list):
        return []
    return [detail for detail in details if isinstance(detail, dict)]


def _retry_delay(details: list[dict[str, Any]]) -> float | None:
    """Return the seconds of RetryInfo, whose delay is written like ``17.5s``."""
    for detail in details:
        with suppress(KeyError, ValueError):
            seconds = float(str(detail["retryDelay"]).removesuffix("s"))
            if 0 <= seconds < timedelta.max.total_seconds():
                return seconds
    return None


def _next_midnight() -> datetime:
    """Return the next midnight of Pacific time, in local time."""
    now = datetime.now(ZoneInfo(PACIFIC))
    return datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo).astimezone()
