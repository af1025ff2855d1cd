"""The places that are shared and a URL names: a Chroma server, or Chroma Cloud."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import urlsplit

from ingest.errors import UserError
from ingest.store.cloud import CLOUD, Cloud
from ingest.store.place import Answer, Place
from ingest.store.quotas import Quotas
from ingest.store.remote_faults import Remedies, is_secure, require_chroma, secrets_in
from ingest.store.remote_requests import SECONDS_TO_CONNECT, ask_again, patient

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

# A server takes requests of 40 MiB; answers have no limit, and a million numbers are some 25 MB of JSON.
OF_A_SERVER = Quotas(request_bytes=40 * 2**20, numbers_read=1_000_000)


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
        return ask_again(call, self._remedies, about, is_repeatable=is_repeatable)

    def _connect(self) -> ClientAPI:
        import chromadb
        from chromadb.config import Settings

        require_chroma(self.url, self.headers, SECONDS_TO_CONNECT)
        settings = Settings(chroma_server_ssl_verify=None if is_secure(self.url) else False)
        return patient(chromadb.HttpClient(self.url, headers=dict(self.headers), settings=settings))

    @property
    def _remedies(self) -> Remedies:
        port = urlsplit(self.url).port or 8000
        return Remedies(
            what=f"The Chroma server at {self.url}",
            if_not_there=f"start one with `chroma run --path FOLDER --port {port}`, or mend --chroma-url",
            if_refused="give what it asks for with --chroma-header 'NAME: VALUE' or in EXPLORER_CHROMA_HEADERS",
            secrets=secrets_in(self.headers.values()),
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
