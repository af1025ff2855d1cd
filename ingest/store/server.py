"""The places that are shared: a Chroma server, and Chroma Cloud."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import urlsplit

from ingest.errors import UserError
from ingest.store.place import Answer, Place, Quotas
from ingest.store.remote_faults import Remedies, fault_of, is_passing, require_answer, require_chroma, secrets_in

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

CLOUD = "cloud"
CLOUD_URL = "https://api.trychroma.com:443"

# A server takes requests of 40 MiB; answers have no limit, and a million numbers are some 25 MB of JSON.
OF_A_SERVER = Quotas(request_bytes=40 * 2**20, numbers_read=1_000_000)
# https://docs.trychroma.com/cloud/quotas-limits; of the ten reads at once, half are left for others.
OF_CHROMA_CLOUD = Quotas(
    records_read=300,
    records_written=300,
    neighbors=300,
    numbers_read=1_000_000,
    request_bytes=40 * 2**20,
    id_bytes=128,
    document_bytes=16_384,
    metadata_bytes=4_096,
    reads_at_once=5,
)

# Seconds that a server may take to accept a connection, and to answer; Chroma itself would wait for ever.
SECONDS_TO_CONNECT = 10.0
SECONDS_TO_ANSWER = 300.0

# What fails in passing is asked again: after half a second, one, and two.
N_TRIES = 4
FIRST_WAIT = 0.5


class ServerOptions(TypedDict, total=False):
    """What ``Store`` wants to know of a Chroma server, for those who only pass it on."""

    chroma_url: str | None
    chroma_headers: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Server:
    """A Chroma server, for example one that ``chroma run`` started."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    quotas: Quotas = OF_A_SERVER
    is_shared: bool = True

    def connect(self) -> ClientAPI:
        return self.ask(self._connect, "the server", is_repeatable=False)

    def index(self, sync_threshold: int) -> Any:
        """Return the configuration of a collection; when an index is written is the server's own matter."""
        return {"hnsw": {"space": "cosine"}}

    def ask(self, call: Callable[[], Answer], about: str, *, is_repeatable: bool = True) -> Answer:
        return _ask(call, self._remedies, about, is_repeatable=is_repeatable)

    def _connect(self) -> ClientAPI:
        import chromadb

        require_chroma(self.url, self.headers, SECONDS_TO_CONNECT)
        return _patient(chromadb.HttpClient(self.url, headers=dict(self.headers)))

    @property
    def _remedies(self) -> Remedies:
        port = urlsplit(self.url).port or 8000
        return Remedies(
            what=f"The Chroma server at {self.url}",
            if_not_there=f"start one with `chroma run --path FOLDER --port {port}`, or mend --chroma-url",
            if_refused="give what it asks for with --chroma-header 'NAME: VALUE' or in EXPLORER_CHROMA_HEADERS",
            secrets=secrets_in(self.headers.values()),
        )


@dataclass(frozen=True, slots=True)
class Cloud:
    """Chroma Cloud, with the key, tenant and database that its own environment variables name."""

    key: str = field(repr=False)
    tenant: str | None = None
    database: str | None = None
    url: str = CLOUD_URL
    quotas: Quotas = OF_CHROMA_CLOUD
    is_shared: bool = True

    @classmethod
    def of_environment(cls) -> Cloud:
        """Read the environment; EXPLORER_CLOUD_URL is for what stands in for Chroma Cloud in tests."""
        environment = os.environ.get
        key = environment("CHROMA_API_KEY")
        if not key:
            raise UserError(
                "Chroma Cloud wants a key: set CHROMA_API_KEY (and CHROMA_TENANT and CHROMA_DATABASE), "
                "or give another --chroma-url."
            )
        url = environment("EXPLORER_CLOUD_URL") or CLOUD_URL
        return cls(key, environment("CHROMA_TENANT"), environment("CHROMA_DATABASE"), url)

    def connect(self) -> ClientAPI:
        return self.ask(self._connect, "the database", is_repeatable=False)

    def index(self, sync_threshold: int) -> Any:
        """Return the configuration of a collection; Chroma Cloud has an index of its own kind."""
        return {"spann": {"space": "cosine"}}

    def ask(self, call: Callable[[], Answer], about: str, *, is_repeatable: bool = True) -> Answer:
        return _ask(
            call, replace(REMEDIES_OF_CLOUD, secrets=secrets_in([self.key])), about, is_repeatable=is_repeatable
        )

    def _connect(self) -> ClientAPI:
        import chromadb

        require_answer(self.url, {"x-chroma-token": self.key}, SECONDS_TO_CONNECT)
        address = urlsplit(self.url)
        is_secure = address.scheme == "https"
        return _patient(
            chromadb.CloudClient(
                self.tenant,
                self.database,
                self.key,
                cloud_host=address.hostname or "",
                cloud_port=address.port or (443 if is_secure else 80),
                enable_ssl=is_secure,
            )
        )


REMEDIES_OF_CLOUD = Remedies(
    what="Chroma Cloud",
    if_not_there="look after the network and try again, or give another --chroma-url",
    if_refused="check CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE",
)


def shared_place(chroma_url: str, headers: Mapping[str, str] | None = None) -> Place:
    """Return the place that a --chroma-url names."""
    if chroma_url == CLOUD:
        if headers:
            raise UserError("Chroma Cloud takes no --chroma-header: its key is CHROMA_API_KEY.")
        return Cloud.of_environment()
    return Server(_checked(chroma_url), headers or {})


def _checked(url: str) -> str:
    """Refuse what is no address; one with a password in it is not even repeated."""
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if "@" in url:
        raise UserError(
            "A --chroma-url has no place for a name and a password: give them with --chroma-header "
            "'Authorization: Basic ...' or in EXPLORER_CHROMA_HEADERS."
        )
    if not is_address or re.search(r"[\s?#]", url):
        raise UserError(f"{url!r} is no address of a Chroma server: give http://HOST:PORT, https://HOST:PORT or cloud.")
    return url.rstrip("/")


def _patient(client: ClientAPI) -> ClientAPI:
    """Let a client wait for an answer only so long; Chroma has no setting for that."""
    import httpx

    client._server._session.timeout = httpx.Timeout(SECONDS_TO_ANSWER, connect=SECONDS_TO_CONNECT)  # type: ignore[attr-defined]
    return client


def _ask(call: Callable[[], Answer], remedies: Remedies, about: str, *, is_repeatable: bool) -> Answer:
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
