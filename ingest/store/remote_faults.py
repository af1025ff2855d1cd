"""What a server's faults mean: errors of Chroma's and of its HTTP client, told in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ingest.errors import GoneError, UnansweredError, UserError

PASSING = (429, 502, 503, 504)
REFUSED = (401, 403)
OTHER_API = (404, 405, 410)
TOO_LARGE = 413
SHORTEST_SECRET = 6  # characters
MOST_TOLD = 200  # characters of what a server says


def secrets_in(values: Iterable[str]) -> tuple[str, ...]:
    """Return what of headers is never repeated: a value, and whatever in it is as long as a secret."""
    words = (word for value in values for word in (value, *value.split()))
    return tuple(sorted({word for word in words if len(word) >= SHORTEST_SECRET}, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Remedies:
    """How a place is called, what to do where it is not there, or refuses to answer, and what is never repeated."""

    what: str
    if_not_there: str
    if_refused: str
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def said(self, error: BaseException) -> str:
        """Return what an error says, in one short line; a server may repeat in it what it was sent."""
        told = str(error)
        for secret in self.secrets:
            told = told.replace(secret, "***")
        line = " ".join(told.split()) or type(error).__name__
        return line if len(line) <= MOST_TOLD else f"{line[:MOST_TOLD]}..."


def is_secure(url: str) -> bool:
    """Tell whether a place shows a certificate; otherwise to read which are trusted takes longer than all answers."""
    return urlsplit(url).scheme == "https"


def require_chroma(url: str, headers: Mapping[str, str], seconds: float) -> None:
    """Refuse to go on where no Chroma server answers that speaks this client's API; its client would not ask."""
    import httpx

    response = httpx.get(f"{url}/api/v2/version", headers=dict(headers), timeout=seconds, verify=is_secure(url))
    if response.status_code in OTHER_API:
        raise _other_api(url)
    response.raise_for_status()
    version = response.text.strip().strip('"')
    if not version[:1].isdigit() or version.startswith("0."):
        raise _other_api(url)


def require_answer(url: str, headers: Mapping[str, str], seconds: float) -> None:
    """Refuse to go on where nobody answers in time: Chroma's client would wait for ever when it is made."""
    import httpx

    httpx.get(f"{url}/api/v2/heartbeat", headers=dict(headers), timeout=seconds).raise_for_status()


def is_passing(error: BaseException) -> bool:
    """Tell whether the same request may be answered a moment later."""
    import httpx

    if _status_of(error) in PASSING:
        return True
    broke_off = (httpx.NetworkError, httpx.RemoteProtocolError)  # no timeouts, which were long enough
    return any(isinstance(each, broke_off) for each in _chain(error)) and not _is_distrust(error)


def fault_of(error: Exception, remedies: Remedies, about: str) -> UserError:
    """Return what to tell the user of an error that came of a request about a collection."""
    import httpx
    from chromadb.errors import NotFoundError, QuotaError

    if transport := next((each for each in _chain(error) if isinstance(each, httpx.TransportError)), None):
        return _fault_of_transport(transport, remedies)
    told = remedies.said(error)
    if isinstance(error, QuotaError):
        return UserError(f"{remedies.what} takes no more of {about} ({told}): have the quota raised, or ingest less.")
    if isinstance(error, NotFoundError):
        return GoneError(f"{remedies.what} has no {about} any more: it was deleted or made anew; open the store again.")
    return _fault_of_status(_status_of(error), told, remedies, about)


def _fault_of_transport(error: Exception, remedies: Remedies) -> UnansweredError:
    import httpx

    if _is_distrust(error):
        return UnansweredError(
            f"{remedies.what} shows a certificate that is not trusted ({remedies.said(error)}): let SSL_CERT_FILE name "
            "the file of the authority that signed it."
        )
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return UnansweredError(f"{remedies.what} cannot be reached ({remedies.said(error)}): {remedies.if_not_there}.")
    return UnansweredError(
        f"{remedies.what} broke off ({remedies.said(error)}): run the same command again once it answers; "
        "nothing that was embedded is lost."
    )


def _fault_of_status(status: int | None, told: str, remedies: Remedies, about: str) -> UnansweredError:
    if status in REFUSED:
        return UnansweredError(f"{remedies.what} refuses to answer ({status}): {remedies.if_refused}.")
    if status == TOO_LARGE:
        return UnansweredError(
            f"{remedies.what} refuses a post of {about} as too large: cut posts with --max-characters."
        )
    if status in PASSING:
        return UnansweredError(f"{remedies.what} has too much to do ({status}): run the same command again later.")
    return UnansweredError(
        f"{remedies.what} could not do what {about} needs ({told}): {remedies.if_refused}, or look into its log."
        if status is None
        else f"{remedies.what} could not do what {about} needs ({status}: {told}): look into its log; "
        "`python -m ingest --rebuild` makes collections anew."
    )


def _other_api(url: str) -> UserError:
    return UserError(
        f"What answers at {url} is no Chroma server of version 1 or later: update it, or mend --chroma-url."
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status_of(error: BaseException) -> int | None:
    """Return the HTTP status that is behind an error."""
    import httpx
    from chromadb.errors import ChromaError

    for each in _chain(error):
        if isinstance(each, httpx.HTTPStatusError):
            return each.response.status_code
        if isinstance(each, ChromaError):
            return each.code()
    return None


def _is_distrust(error: BaseException) -> bool:
    return any("CERTIFICATE_VERIFY_FAILED" in str(each) for each in _chain(error))
