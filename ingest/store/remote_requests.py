"""Requests to places that are elsewhere: how long one is waited for, and which are made again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ingest.errors import UserError
from ingest.store.place import Answer
from ingest.store.remote_faults import Remedies, fault_of, is_passing

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

# Seconds that a server may take to accept a connection, and to answer; Chroma itself would wait for ever.
SECONDS_TO_CONNECT = 10.0
SECONDS_TO_ANSWER = 300.0

# What fails in passing is asked again: after half a second, one, and two.
N_TRIES = 4
FIRST_WAIT = 0.5


def patient(client: ClientAPI) -> ClientAPI:
    """Let a client wait for an answer only so long; Chroma has no setting for that."""
    import httpx

    client._server._session.timeout = httpx.Timeout(SECONDS_TO_ANSWER, connect=SECONDS_TO_CONNECT)  # type: ignore[attr-defined]
    return client


def ask_again(call: Callable[[], Answer], remedies: Remedies, about: str, *, is_repeatable: bool) -> Answer:
    """Return what is answered, at once or, where the same may be asked twice, at one of the next tries."""
    from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential

    retrying = Retrying(
        stop=stop_after_attempt(N_TRIES if is_repeatable else 1),
        wait=wait_exponential(multiplier=FIRST_WAIT),
        retry=retry_if_exception(is_passing),
        reraise=True,
    )
    try:
        return retrying(call)
    except UserError:
        raise
    except Exception as error:  # Chroma raises bare ones for what servers answer
        raise fault_of(error, remedies, about) from error
